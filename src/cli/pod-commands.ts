/** The commands that tell of a project's Pods; what each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import type { GlobalOptions } from './options/global-options.ts';
import {
  allNamespaces,
  allPods,
  anyObjects,
  anyPods,
  namedPods,
  headers,
  podNamespace,
  podsNamespace,
} from './options/pod-options.ts';
import type { Run } from './exit-code.ts';
import { outputOption } from './options/output-format.ts';
import { labelOption, selectorOptions } from './options/selectors.ts';
import { wholeNumber } from './options/whole-number.ts';

export function addPodCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'ps [pod..]',
      'List the Pods',
      (y) =>
        listOptions(y.positional('pod', anyPods))
          .example('$0 ps -o wide', 'Addresses and nodes as well')
          .example("$0 ps -o jsonpath='{.items[*].metadata.name}'", 'The names alone, as kubectl’s JSONPath has it')
          .example('$0 ps -w', 'Look on while they change'),
      (args) => {
        const options = { ...globals(args), ...args, ports: true };
        return run(
          options.watch
            ? import('./reading/ps-watch.ts').then(({ watchPods }) => watchPods(world, options))
            : import('./commands/ps.ts').then(({ ps }) => ps(world, options)),
        );
      },
    )
    .command(
      'get [object..]',
      'List objects of a kind: deployments, configmaps, all ...; of no kind, Pods',
      (y) =>
        listOptions(y.positional('object', anyObjects))
          .option('show-secrets', { type: 'boolean', default: false, describe: 'With the values of Secrets' })
          .example('$0 get deploy,rs', 'Deployments, and the ReplicaSets of their templates')
          .example('$0 get deploy/web -o yaml', 'One of them in full, with its conditions')
          .example('$0 get all', 'Pods, workloads and Services'),
      (args) => {
        const options = { ...globals(args), ...args, pod: args.object, ports: false };
        return run(import('./commands/objects/get.ts').then(({ get }) => get(world, options)));
      },
    )
    .command(
      'ls',
      'List the projects on the engine',
      (y) =>
        y
          .option('output', {
            alias: 'o',
            choices: ['json', 'name'] as const,
            requiresArg: true,
            describe: 'How to print them',
          })
          .option('headers', headers)
          .example('$0 ls', 'Which projects there are, from which folders, and whoever supervises them'),
      (args) => run(import('./commands/ls.ts').then(({ ls }) => ls(world, { ...globals(args), ...args }))),
    )
    .command(
      'describe [pod..]',
      'Show Pods and other objects in full, with their events',
      (y) =>
        y
          .positional('pod', { ...anyPods, describe: 'Pods by name, or KIND NAME; all Pods if none is named' })
          .options(selectorOptions)
          .option('namespace', podsNamespace)
          .option('all-namespaces', allNamespaces)
          .option('show-events', {
            type: 'boolean',
            default: true,
            describe: 'With the events; --no-show-events leaves them out',
          })
          .example('$0 describe web', 'Why web is not Ready')
          .example('$0 describe deploy web', 'How far its rollout has come'),
      (args) =>
        run(import('./commands/describe.ts').then(({ describe }) => describe(world, { ...globals(args), ...args }))),
    )
    .command(
      'events [pod..]',
      'List what happened to the Pods, also after they are gone',
      (y) =>
        y
          .positional('pod', anyPods)
          .option('watch', {
            alias: 'w',
            type: 'boolean',
            default: false,
            describe: 'Go on as more happens; needs a podrun that supervises',
          })
          .option('output', {
            alias: 'o',
            choices: ['wide', 'json'] as const,
            requiresArg: true,
            describe: 'How to print them',
          })
          .option('types', {
            choices: ['Normal', 'Warning'] as const,
            array: true,
            nargs: 1,
            default: [],
            describe: 'Only events of this type',
          })
          .option('namespace', podsNamespace)
          .option('all-namespaces', allNamespaces)
          .option('headers', headers)
          .example('$0 events web -w', 'What happens to web, as it happens')
          .example('$0 events --types Warning', 'Only what went wrong'),
      (args) => run(import('./commands/events.ts').then(({ events }) => events(world, { ...globals(args), ...args }))),
    )
    .command(
      'wait [pod..]',
      'Wait until Pods are as asked for',
      (y) =>
        y
          .positional('pod', namedPods)
          .options(selectorOptions)
          .option('all', allPods)
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
            requiresArg: true,
            default: '30s',
            describe: 'How long, as 90s or 5m; 0 checks once, less than 0 is a week',
          })
          .option('namespace', podsNamespace)
          .example('$0 wait web db --for condition=Ready', 'Exit code 0 when both are Ready, 124 after 30 s')
          .example('$0 wait migrate --for phase=Succeeded --timeout 5m', 'Until a Pod has done its work')
          .example('$0 wait web --for delete', 'Until that life of web is gone')
          .epilogue(
            'Follows the podrun that supervises the project. While there is none it goes by what the engine holds, and waits for one to come: podrun up & podrun wait web --for condition=Ready.',
          ),
      (args) => run(import('./commands/wait.ts').then(({ wait }) => wait(world, { ...globals(args), ...args }))),
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
            describe: 'Print the logs of the previous instance',
          })
          .option(
            'tail',
            wholeNumber('tail', {
              least: -1,
              default: undefined,
              defaultDescription: '-1; with a selector 10',
              describe: 'Only the last so many lines; -1 for all',
            }),
          )
          .option('since', {
            type: 'string',
            requiresArg: true,
            describe: 'Only what is newer than a duration (10s, 5m, 2h)',
          })
          .option('since-time', {
            type: 'string',
            requiresArg: true,
            describe: 'Only what is newer than a time: 2026-01-31T12:00:00Z',
          })
          .options(labelOption)
          .option('timestamps', { type: 'boolean', default: false, describe: 'With the time of each line' })
          .option('all-containers', { type: 'boolean', default: false, describe: 'Of all containers of the Pod' })
          .option('all-pods', {
            type: 'boolean',
            default: false,
            describe: 'Of all Pods of a workload or Service, each line with its Pod',
          })
          .option(
            'max-log-requests',
            wholeNumber('max-log-requests', {
              least: 1,
              default: 5,
              describe: 'How many logs may be followed at once',
            }),
          )
          .option('supervisor', {
            type: 'boolean',
            default: false,
            describe: 'What the podrun in the background says, with -f and --tail; no containers',
          })
          .option('prefix', { type: 'boolean', describe: 'Name the Pod and container before each line' })
          .option('namespace', {
            ...podNamespace,
            default: undefined,
            defaultDescription: 'default; without a Pod all of them',
          })
          .example('$0 logs web --previous', 'Why web’s container ended')
          .example('$0 logs -f', 'All containers of the project, also those that come'),
      (args) => run(import('./commands/logs.ts').then(({ logs }) => logs(world, { ...globals(args), ...args }))),
    );
}

/** What the commands share that list objects. */
function listOptions<T>(y: Argv<T>) {
  return y
    .option('output', outputOption)
    .option('sort-by', {
      type: 'string',
      requiresArg: true,
      describe: 'In the order of what this JSONPath leads to: .metadata.creationTimestamp',
    })
    .option('show-labels', { type: 'boolean', default: false, describe: 'All labels in a last column' })
    .option('label-columns', {
      alias: 'L',
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Labels that get a column each; repeatable, or with commas',
    })
    .options(selectorOptions)
    .option('namespace', podsNamespace)
    .option('all-namespaces', allNamespaces)
    .option('headers', headers)
    .option('watch', {
      alias: 'w',
      type: 'boolean',
      default: false,
      describe: 'Go on: each Pod again whenever it has changed',
    })
    .option('output-watch-events', {
      type: 'boolean',
      default: false,
      describe: 'Say what became of each: ADDED, MODIFIED, DELETED; as a table or -o json',
    });
}
