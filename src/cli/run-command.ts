/** The command line: which command, its options, and how its end becomes an exit code. */
import yargs from 'yargs';
import type { Argv } from 'yargs';
import { EngineError } from '../engine/port.ts';
import type { World } from '../run/world.ts';
import { StateFolderError } from '../state/paths.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { spellOut, withGlobalOptions } from './global-options.ts';
import type { GlobalOptions } from './global-options.ts';

const helpHint = 'podrun --help lists the commands';

/** Runs one command line. Never rejects: whatever goes wrong is told on standard error. */
export async function runCommand(args: readonly string[], version: string, world: World): Promise<number> {
  let code: number = exitCode.done;
  const run = async (command: Promise<number>) => {
    code = await command;
  };
  try {
    await commandLine(world, run)
      .version(version)
      .parseAsync([...spellOut(args)]);
    return code;
  } catch (error) {
    return tell(world, error);
  }
}

function tell(world: World, error: unknown): number {
  if (error instanceof CommandError) {
    if (error.message !== '') world.stderr.write(`podrun: ${error.message}\n`);
    return error.code;
  }
  if (error instanceof EngineError) {
    world.stderr.write(`podrun: ${error.message}\n`);
    return exitCode.noEngine;
  }
  if (error instanceof StateFolderError) {
    world.stderr.write(`podrun: ${error.message}\n`);
    return exitCode.failed;
  }
  world.stderr.write(
    `podrun: a bug in podrun: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCode.failed;
}

function commandLine(world: World, run: (command: Promise<number>) => Promise<void>): Argv {
  const cli = withGlobalOptions(yargs().scriptName('podrun'), world.env);
  return addCommands(cli, world, run)
    .completion('completion', 'Print a completion script for bash or zsh')
    .usage('$0 COMMAND\n\nKubernetes Pods on this machine’s Docker engine, from one pods.yaml, with no cluster.')
    .example('$0 up', 'Make the Pods of ./pods.yaml, show their logs, follow edits; Ctrl-C takes them down')
    .example('$0 diff', 'What up would do, and which field causes it')
    .example('$0 -p shop logs -f web', 'Follow a Pod’s logs from another terminal')
    .demandCommand(1, `which command? ${helpHint}`)
    .strict()
    .recommendCommands()
    .wrap(Math.min(world.stdout.columns ?? 100, 120))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new CommandError(exitCode.usage, `${message}\n${helpHint}`);
    });
}

function addCommands(cli: Argv, world: World, run: (command: Promise<number>) => Promise<void>): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'up',
      'Make the Pods as the file says and keep them so, in the foreground',
      (y) =>
        y
          .option('remove-orphans', {
            type: 'boolean',
            default: false,
            describe: 'Delete Pods of the project that the file does not name',
          })
          .option('take-over', {
            type: 'boolean',
            default: false,
            describe: 'Take a project over that another folder made',
          })
          .option('watch', {
            type: 'boolean',
            default: true,
            describe: 'Follow edits of the file; --no-watch ends when every Pod is finished',
          })
          .option('infra-image', {
            type: 'string',
            default: world.env['PODRUN_INFRA_IMAGE'] ?? 'busybox',
            describe: 'The image of the infra containers',
          })
          .option('dry-run', { type: 'boolean', default: false, describe: 'Only print what would be done, as diff' })
          .example('$0 up --remove-orphans', 'Also delete what the file no longer names'),
      (args) =>
        run(
          args.dryRun
            ? import('./diff.ts').then(({ diff }) =>
                diff(world, {
                  ...globals(args),
                  output: 'text',
                  removeOrphans: args.removeOrphans,
                  infraImage: args.infraImage,
                }),
              )
            : import('./up.ts').then(({ up }) => up(world, { ...globals(args), ...args })),
        ),
    )
    .command(
      'down',
      'Delete the project’s Pods, each with its grace',
      (y) =>
        y
          .option('grace-period', {
            type: 'number',
            describe: 'Seconds between TERM and KILL, instead of each Pod’s own; 0 only with --force',
          })
          .option('now', { type: 'boolean', default: false, describe: 'The same as --grace-period 1' })
          .option('force', { type: 'boolean', default: false, describe: 'The same as --grace-period 0' })
          .option('volumes', { type: 'boolean', default: false, describe: 'Remove the persistent volumes, too' })
          .example('$0 down --grace-period 5', 'At most five seconds a Pod'),
      (args) => run(import('./down.ts').then(({ down }) => down(world, { ...globals(args), ...args }))),
    )
    .command(
      'diff',
      'Print what up would do, action by action, with the fields that cause it',
      (y) =>
        y
          .option('output', {
            alias: 'o',
            choices: ['text', 'json'] as const,
            default: 'text' as const,
            describe: 'How to print it',
          })
          .option('remove-orphans', { type: 'boolean', default: false, describe: 'As up would with --remove-orphans' })
          .option('infra-image', {
            type: 'string',
            default: world.env['PODRUN_INFRA_IMAGE'] ?? 'busybox',
            describe: 'The image of the infra containers',
          })
          .example('$0 diff || echo changes', 'Exit code 0: nothing to do; 1: something'),
      (args) => run(import('./diff.ts').then(({ diff }) => diff(world, { ...globals(args), ...args }))),
    )
    .command(
      'validate',
      'Check the file',
      (y) => y.example('$0 -f deploy/ validate', 'Every manifest of a folder'),
      (args) => run(import('./validate.ts').then(({ validate }) => validate(world, globals(args)))),
    )
    .command(
      ['ps [pod..]', 'get [pod..]'],
      'List the Pods',
      (y) =>
        y
          .positional('pod', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe: 'Pods by name; all if none is named',
          })
          .option('output', {
            alias: 'o',
            choices: ['wide', 'json', 'yaml', 'name'] as const,
            describe: 'How to print them',
          })
          .option('namespace', { alias: 'n', type: 'string', default: 'default', describe: 'The Pods’ namespace' })
          .option('all-namespaces', { alias: 'A', type: 'boolean', default: false, describe: 'Pods of all namespaces' })
          .option('headers', {
            type: 'boolean',
            default: true,
            describe: 'The table’s header; --no-headers leaves it out',
          })
          .example('$0 ps -o wide', 'Addresses and nodes as well'),
      (args) => run(import('./ps.ts').then(({ ps }) => ps(world, { ...globals(args), ...args }))),
    )
    .command(
      'describe [pod..]',
      'Show Pods in full, with their events',
      (y) =>
        y
          .positional('pod', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe: 'Pods by name; all if none is named',
          })
          .option('namespace', { alias: 'n', type: 'string', default: 'default', describe: 'The Pods’ namespace' })
          .option('all-namespaces', { alias: 'A', type: 'boolean', default: false, describe: 'Pods of all namespaces' })
          .option('show-events', {
            type: 'boolean',
            default: true,
            describe: 'With the events; --no-show-events leaves them out',
          })
          .example('$0 describe web', 'Why web is not Ready'),
      (args) => run(import('./describe.ts').then(({ describe }) => describe(world, { ...globals(args), ...args }))),
    )
    .command(
      'events [pod..]',
      'List what happened to the Pods, also after they are gone',
      (y) =>
        y
          .positional('pod', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe: 'Pods by name; all if none is named',
          })
          .option('watch', {
            alias: 'w',
            type: 'boolean',
            default: false,
            describe: 'Go on as more happens; needs a podrun that supervises',
          })
          .option('output', { alias: 'o', choices: ['wide', 'json'] as const, describe: 'How to print them' })
          .option('types', {
            choices: ['Normal', 'Warning'] as const,
            array: true,
            nargs: 1,
            default: [],
            describe: 'Only events of this type',
          })
          .option('namespace', { alias: 'n', type: 'string', default: 'default', describe: 'The Pods’ namespace' })
          .option('all-namespaces', { alias: 'A', type: 'boolean', default: false, describe: 'Pods of all namespaces' })
          .option('headers', {
            type: 'boolean',
            default: true,
            describe: 'The table’s header; --no-headers leaves it out',
          })
          .example('$0 events web -w', 'What happens to web, as it happens')
          .example('$0 events --types Warning', 'Only what went wrong'),
      (args) => run(import('./events.ts').then(({ events }) => events(world, { ...globals(args), ...args }))),
    )
    .command(
      'condition <pod> <condition>',
      'Set a condition of a Pod, for a readiness gate',
      (y) =>
        y
          .positional('pod', { type: 'string', demandOption: true, describe: 'The Pod' })
          .positional('condition', {
            type: 'string',
            demandOption: true,
            describe: 'TYPE=True, TYPE=False or TYPE=Unknown',
          })
          .option('reason', { type: 'string', describe: 'Why, in one word' })
          .option('message', { type: 'string', describe: 'Why, in a sentence' })
          .option('namespace', { alias: 'n', type: 'string', default: 'default', describe: 'The Pod’s namespace' })
          .example('$0 condition web example.com/registered=True', 'Open a readiness gate'),
      (args) => run(import('./condition.ts').then(({ condition }) => condition(world, { ...globals(args), ...args }))),
    )
    .command(
      'wait <pod..>',
      'Wait until Pods are as asked for',
      (y) =>
        y
          .positional('pod', { type: 'string', array: true, demandOption: true, describe: 'Pods by name' })
          .option('for', {
            type: 'string',
            array: true,
            nargs: 1,
            demandOption: true,
            describe:
              'create, delete, condition=TYPE[=STATUS], phase=PHASE or jsonpath={PATH}[=VALUE]; several are waited for in turn',
          })
          .option('timeout', {
            type: 'string',
            default: '30s',
            describe: 'How long, as 90s or 5m; 0 checks once, less than 0 is a week',
          })
          .option('namespace', { alias: 'n', type: 'string', default: 'default', describe: 'The Pods’ namespace' })
          .example('$0 wait web db --for condition=Ready', 'Exit code 0 when both are Ready, 124 after 30 s')
          .example('$0 wait migrate --for phase=Succeeded --timeout 5m', 'Until a Pod has done its work')
          .example('$0 wait web --for delete', 'Until that life of web is gone')
          .epilogue(
            'Follows the podrun that supervises the project. While there is none it goes by what the engine holds, and waits for one to come: podrun up & podrun wait web --for condition=Ready.',
          ),
      (args) => run(import('./wait.ts').then(({ wait }) => wait(world, { ...globals(args), ...args }))),
    )
    .command(
      'logs [pod] [container]',
      'Print what the containers wrote',
      (y) =>
        y
          .positional('pod', { type: 'string', describe: 'A Pod; all if none is named' })
          .positional('container', {
            alias: 'c',
            type: 'string',
            describe: 'A container of it; its first if none is named',
          })
          .option('follow', { alias: 'f', type: 'boolean', default: false, describe: 'Go on as more is written' })
          .option('previous', {
            alias: 'p',
            type: 'boolean',
            default: false,
            describe: 'Of the instance before the last restart',
          })
          .option('tail', { type: 'number', default: -1, describe: 'Only the last so many lines; -1 for all' })
          .option('since', { type: 'string', describe: 'Only what is newer than a duration (10s, 5m, 2h)' })
          .option('timestamps', { type: 'boolean', default: false, describe: 'With the time of each line' })
          .option('all-containers', { type: 'boolean', default: false, describe: 'Of all containers of the Pod' })
          .option('prefix', { type: 'boolean', describe: 'Name the Pod and container before each line' })
          .option('namespace', { alias: 'n', type: 'string', default: 'default', describe: 'The Pod’s namespace' })
          .example('$0 logs web --previous', 'Why web’s container ended'),
      (args) => run(import('./logs.ts').then(({ logs }) => logs(world, { ...globals(args), ...args }))),
    );
}
