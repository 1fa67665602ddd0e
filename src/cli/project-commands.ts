/** The commands on a project as a whole; what each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import type { GlobalOptions } from './options/global-options.ts';
import { graceOptions } from './options/grace.ts';
import { FINISHED_BOUND, sandboxOptions } from './options/sandbox-options.ts';
import { startOptions } from './options/start-options.ts';
import type { Run } from './exit-code.ts';
import { scaleOption } from './options/scale-option.ts';
import { wholeNumber } from './options/whole-number.ts';

const progress = {
  choices: ['auto', 'plain', 'quiet', 'json'] as const,
  requiresArg: true,
  default: 'auto' as const,
  describe: 'How to tell how the Pods get on; auto: in place on a terminal, else plain lines',
} as const;

export function addProjectCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'up [pod..]',
      'Make the Pods as the file says and keep them so, in the foreground or, with -d, in the background',
      (y) =>
        withPlanOptions(y, world)
          .positional('pod', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe:
              'Pods, or workloads, by name, with what they depend on; the others are left alone; all if none is named',
          })
          .options(startOptions)
          .option('watch', {
            type: 'boolean',
            default: true,
            describe: 'Follow edits of the file; --no-watch ends when every Pod is finished',
          })
          .option('build', { type: 'boolean', default: false, describe: 'Build every image anew that has a build' })
          .option('pull', {
            choices: ['always', 'missing', 'never'] as const,
            requiresArg: true,
            describe: 'When images are pulled, over every imagePullPolicy: at each start, if missing, or never',
          })
          .option('scale', scaleOption)
          .option('dry-run', { type: 'boolean', default: false, describe: 'Only print what would be done, as diff' })
          .option('progress', progress)
          .example('$0 up --wait --timeout 5m', 'For scripts: return when all is Ready; podrun down ends it')
          .example('$0 up web', 'web and what it depends on; what else runs is left alone')
          .example('$0 up --remove-orphans', 'Also delete what the file no longer names'),
      (args) =>
        run(
          args.dryRun
            ? import('./commands/diff.ts').then(({ diff }) =>
                diff(world, {
                  ...globals(args),
                  ...args,
                  output: 'text',
                }),
              )
            : import('./commands/up.ts').then(({ up }) => up(world, { ...globals(args), ...args })),
        ),
    )
    .command(
      'down [pod..]',
      'Delete the project’s Pods, each with its grace',
      (y) =>
        y
          .positional('pod', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe:
              'Pods, or workloads, by name: they stay down beside a running up; all, with the project, if none is named',
          })
          .options(graceOptions)
          .option('volumes', { type: 'boolean', default: false, describe: 'Remove the persistent volumes, too' })
          .option('take-over', {
            type: 'boolean',
            default: false,
            describe: 'Also a project, or volumes, that another folder made',
          })
          .option('progress', progress)
          .option('timeout', {
            type: 'string',
            requiresArg: true,
            default: '0s',
            describe: 'How long to wait, as 90s or 5m; 0 is no limit',
          })
          .example('$0 down --grace-period 5', 'At most five seconds a Pod')
          .example('$0 down web', 'web alone; beside a running up it stays down until `up web`, or an edit of web'),
      (args) => run(import('./commands/down.ts').then(({ down }) => down(world, { ...globals(args), ...args }))),
    )
    .command(
      'diff',
      'Print what up would do, action by action, with the fields that cause it',
      (y) =>
        withPlanOptions(y, world)
          .option('output', {
            alias: 'o',
            choices: ['text', 'json'] as const,
            requiresArg: true,
            default: 'text' as const,
            describe: 'How to print it',
          })
          .example('$0 diff || echo changes', 'Exit code 0: nothing to do; 1: something'),
      (args) => run(import('./commands/diff.ts').then(({ diff }) => diff(world, { ...globals(args), ...args }))),
    )
    .command(
      'init',
      'Write a first pods.yaml',
      (y) =>
        y
          .option('from', { type: 'string', requiresArg: true, describe: 'A compose file to convert' })
          .option('force', { type: 'boolean', default: false, describe: 'Write over a pods.yaml that is there' })
          .example(
            '$0 init && $0 up',
            'What the Dockerfile or compose file here gives, else a web server to begin with',
          )
          .example('$0 init --from compose.yaml', 'Convert it, and list what has no equal'),
      (args) => run(import('./commands/init.ts').then(({ init }) => init(world, args))),
    )
    .command(
      'config [pod..]',
      'Print what podrun makes of the files: resolved, merged, every default filled in, as Kubernetes objects',
      (y) =>
        objectOptions(y)
          .option('show-secrets', {
            type: 'boolean',
            default: false,
            describe: 'With the values of Secrets, and what else is hidden',
          })
          .example('$0 config web', 'One Pod with all its defaults')
          .example('$0 --profile debug config -o json', 'As one List'),
      (args) => run(import('./commands/config.ts').then(({ config }) => config(world, { ...globals(args), ...args }))),
    )
    .command(
      'export [pod..]',
      'Print plain Kubernetes objects for a cluster, Secrets with their values',
      (y) => objectOptions(y).example('$0 export | kubectl apply -f -', 'The same Pods in a cluster'),
      (args) =>
        run(
          import('./commands/config.ts').then(({ exportObjects }) =>
            exportObjects(world, { ...globals(args), ...args }),
          ),
        ),
    )
    .command(
      'validate',
      'Check the file',
      (y) =>
        y
          .option('output', {
            alias: 'o',
            choices: ['text', 'json'] as const,
            requiresArg: true,
            default: 'text' as const,
            describe: 'How to print what is found',
          })
          .example('$0 -f deploy/ validate', 'Every manifest of a folder')
          .example('$0 validate -o json', 'The findings as data'),
      (args) =>
        run(import('./commands/validate.ts').then(({ validate }) => validate(world, { ...globals(args), ...args }))),
    );
}

/** What the commands share that print objects. */
function objectOptions(yargs: Argv) {
  return yargs
    .positional('pod', {
      type: 'string',
      array: true,
      default: [] as string[],
      describe: 'Pods by name, also of a profile that is not selected; all if none is named',
    })
    .option('output', {
      alias: 'o',
      choices: ['yaml', 'json'] as const,
      requiresArg: true,
      default: 'yaml' as const,
      describe: 'How to print them',
    });
}

/** What decides on what `up` does, and so on what `diff` says. */
function withPlanOptions(yargs: Argv, world: World) {
  return yargs
    .option('take-over', {
      type: 'boolean',
      default: false,
      describe: 'Take a project over that another folder made',
    })
    .option('remove-orphans', {
      type: 'boolean',
      default: false,
      describe: 'Delete Pods of the project that the file does not name',
    })
    .options(sandboxOptions(world))
    .option(
      'terminated-pod-gc-threshold',
      wholeNumber('terminated-pod-gc-threshold', {
        least: 0,
        default: FINISHED_BOUND,
        describe: 'How many finished Pods that no file names stay to be read',
      }),
    );
}
