/** The commands that have a project's supervisor do something to its Pods; what each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import type { GlobalOptions } from './options/global-options.ts';
import { graceOptions } from './options/grace.ts';
import { allPods, namedPods, podNamespace, podsNamespace } from './options/pod-options.ts';
import { selectorOptions } from './options/selectors.ts';
import { wholeNumber } from './options/whole-number.ts';
import type { Run } from './exit-code.ts';

const workloadWords = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Workloads, as KIND/NAME or KIND NAME',
} as const;
const objectNamespace = { ...podNamespace, describe: 'The workload’s namespace' } as const;
const wait = { type: 'boolean', default: true, describe: 'Until it is done; --no-wait goes on at once' } as const;
const timeout = {
  type: 'string',
  requiresArg: true,
  default: '0s',
  describe: 'How long to wait, as 90s or 5m; 0 is no limit',
} as const;

export function addChangeCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'restart [pod..]',
      'Restart the containers of Pods',
      (y) =>
        y
          .positional('pod', namedPods)
          .options(selectorOptions)
          .option('container', { alias: 'c', type: 'string', describe: 'Only this container' })
          .option('wait', wait)
          .option('timeout', timeout)
          .option('namespace', podsNamespace)
          .example('$0 restart web', 'Each container of web ends in its grace and starts anew; the Pod stays')
          .example('$0 restart web -c app', 'One of them')
          .epilogue('Whatever its restartPolicy: what has ended starts again, too. A finished Pod is made anew.'),
      (args) =>
        run(import('./commands/restart.ts').then(({ restart }) => restart(world, { ...globals(args), ...args }))),
    )
    .command(
      'delete [pod..]',
      'Delete Pods; those of the file are made anew',
      (y) =>
        y
          .positional('pod', namedPods)
          .options(selectorOptions)
          .option('all', allPods)
          .options(graceOptions)
          .option('ignore-not-found', {
            type: 'boolean',
            default: false,
            describe: 'A Pod that is not there is no error',
          })
          .option('wait', { ...wait, describe: 'Until they are gone; --no-wait goes on at once' })
          .option('timeout', timeout)
          .option('namespace', podsNamespace)
          .example('$0 delete pod web', 'web ends in its grace, and another web takes its place')
          .example('$0 delete web --now', 'The same within a second'),
      (args) =>
        run(import('./commands/delete.ts').then(({ deletePods }) => deletePods(world, { ...globals(args), ...args }))),
    )
    .command(
      'scale [object..]',
      'Change how many Pods a Deployment or StatefulSet has, until replicas is edited in the file',
      (y) =>
        y
          .positional('object', workloadWords)
          .option('replicas', {
            ...wholeNumber('replicas', { least: 0, default: undefined, describe: 'How many Pods' }),
            demandOption: true,
          })
          .option(
            'current-replicas',
            wholeNumber('current-replicas', {
              least: 0,
              default: undefined,
              describe: 'Only where the file or a hand says so many now',
            }),
          )
          .option('namespace', objectNamespace)
          .example('$0 scale deploy/web --replicas 3', 'Three Pods of web, over podrun’s end too'),
      (args) =>
        run(
          import('./commands/objects/scale.ts').then(({ scale }) =>
            scale(world, { ...globals(args), ...args, replicas: args.replicas ?? 0 }),
          ),
        ),
    )
    .command(
      'create <kind> <name>',
      'Make a Job of a CronJob’s template, now',
      (y) =>
        y
          .positional('kind', { choices: ['job'] as const, demandOption: true, describe: 'What to make' })
          .positional('name', { type: 'string', demandOption: true, describe: 'The Job’s name' })
          .option('from', {
            type: 'string',
            requiresArg: true,
            demandOption: true,
            describe: 'Whose template, as cronjob/NAME',
          })
          .option('namespace', { ...podNamespace, describe: 'The CronJob’s namespace, and the Job’s' })
          .example('$0 create job try --from=cronjob/report', 'A Job of report, whatever its schedule'),
      (args) =>
        run(
          import('./commands/objects/create-job.ts').then(({ createJob }) =>
            createJob(world, { ...globals(args), ...args }),
          ),
        ),
    )
    .command(
      'rollout <action> [object..]',
      'Tell how a rollout gets on, what templates there were, and undo, restart, pause or resume one',
      (y) =>
        y
          .positional('action', {
            choices: ['status', 'history', 'undo', 'restart', 'pause', 'resume'] as const,
            demandOption: true,
            describe: 'What to do',
          })
          .positional('object', workloadWords)
          .option(
            'to-revision',
            wholeNumber('to-revision', {
              least: 0,
              default: 0,
              describe: 'Of undo: the revision, as history has it; 0 is the one before',
            }),
          )
          .option('watch', {
            type: 'boolean',
            default: true,
            describe: 'Of status: until it is done; --no-watch tells once',
          })
          .option('timeout', { ...timeout, describe: 'Of status: how long to wait, as 90s or 5m; 0 is no limit' })
          .option('namespace', objectNamespace)
          .example('$0 rollout status deploy/web', 'Wait until web is rolled out; exit code 1 when it gets stuck')
          .example('$0 rollout undo deploy/web', 'Back to the template before')
          .example('$0 rollout restart deploy/web', 'Each Pod anew, by the rules of its rollout'),
      (args) =>
        run(
          import('./commands/objects/rollout.ts').then(({ rollout }) => rollout(world, { ...globals(args), ...args })),
        ),
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
          .option('namespace', podNamespace)
          .example('$0 condition web example.com/registered=True', 'Open a readiness gate'),
      (args) =>
        run(import('./commands/condition.ts').then(({ condition }) => condition(world, { ...globals(args), ...args }))),
    );
}
