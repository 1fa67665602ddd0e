/** The commands that reach into a Pod's containers; what each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import type { Run } from './exit-code.ts';
import { labelOption } from './options/selectors.ts';
import type { GlobalOptions } from './options/global-options.ts';
import { allNamespaces, anyPods, headers, podNamespace, podsNamespace } from './options/pod-options.ts';

const container = {
  alias: 'c',
  type: 'string',
  requiresArg: true,
  describe: 'The container; unset, the Pod’s default or first one',
} as const;
const stdin = {
  alias: 'i',
  type: 'boolean',
  default: false,
  describe: 'Pass standard input on',
} as const;
const tty = {
  alias: 't',
  type: 'boolean',
  default: false,
  describe: 'Standard input is a terminal: with -i, the process has it',
} as const;
const quiet = {
  alias: 'q',
  type: 'boolean',
  default: false,
  describe: 'Print only what the process writes',
} as const;
const onePod = { type: 'string', describe: 'A Pod, or TYPE/NAME for one of its Pods' } as const;

export function addStreamCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'exec [pod] [words..]',
      'Run a command in a container',
      (y) =>
        y
          .parserConfiguration({ 'populate--': true, 'parse-positional-numbers': false })
          .usage('$0 exec (POD | TYPE/NAME) [-c CONTAINER] [-i] [-t] -- COMMAND [ARG..]')
          .positional('pod', onePod)
          .positional('words', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe: 'None: the command stands behind --',
          })
          .option('container', container)
          .option('stdin', stdin)
          .option('tty', tty)
          .option('quiet', quiet)
          .option('namespace', podNamespace)
          .example('$0 exec web -- date', 'What date prints in web')
          .example('$0 exec -it web -c app -- sh', 'A shell'),
      (args) => {
        const command = (args['--'] ?? []) as readonly string[];
        return run(
          import('./commands/streams/exec.ts').then(({ exec }) => exec(world, { ...globals(args), ...args, command })),
        );
      },
    )
    .command(
      'attach <pod>',
      'Take part in what a container’s process reads and writes',
      (y) =>
        y
          .positional('pod', { ...onePod, demandOption: true })
          .option('container', container)
          .option('stdin', stdin)
          .option('tty', tty)
          .option('quiet', quiet)
          .option('detach-keys', {
            type: 'string',
            requiresArg: true,
            default: 'ctrl-p,ctrl-q',
            describe: 'The keys that leave a container with a terminal',
          })
          .option('namespace', podNamespace)
          .example('$0 attach -it web', 'Its terminal, until Ctrl-P Ctrl-Q'),
      (args) =>
        run(import('./commands/streams/attach.ts').then(({ attach }) => attach(world, { ...globals(args), ...args }))),
    )
    .command(
      'port <pod> [port]',
      'Print where a Pod’s ports are published',
      (y) =>
        y
          .positional('pod', { ...onePod, demandOption: true })
          .positional('port', {
            type: 'string',
            describe: 'A port of the Pod: 8080, 53/udp or a name; all if none is named',
          })
          .option('namespace', podNamespace)
          .example('$0 port web 8080', '127.0.0.1:18080, say'),
      (args) =>
        run(import('./commands/streams/port.ts').then(({ port }) => port(world, { ...globals(args), ...args }))),
    )
    .command(
      'port-forward [pod] [ports..]',
      'Forward ports of this machine to a Pod',
      (y) =>
        y
          .parserConfiguration({ 'parse-positional-numbers': false })
          .usage('$0 port-forward (POD | TYPE/NAME) [LOCAL_PORT:]REMOTE_PORT [..[LOCAL_PORT_N:]REMOTE_PORT_N]')
          .positional('pod', onePod)
          .positional('ports', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe:
              'A port of the Pod or its name, of a Service that one’s; before it the local one, none for a free one',
          })
          .option('address', {
            type: 'string',
            array: true,
            nargs: 1,
            default: ['localhost'],
            describe:
              'Addresses to listen on, with commas between them; localhost is 127.0.0.1 and ::1, one of which is enough',
          })
          .option('pod-running-timeout', {
            type: 'string',
            requiresArg: true,
            default: '1m0s',
            describe: 'How long to wait until a Pod of a workload or Service is running, as 5s or 2m',
          })
          .option('namespace', podNamespace)
          .example('$0 port-forward db 5432', 'localhost:5432 is the Pod’s port 5432')
          .example('$0 port-forward svc/front 8443:https', 'Local 8443, the target of the Service’s port named https')
          .example('$0 port-forward web :8080', 'A free local port, which it prints'),
      (args) =>
        run(
          import('./commands/streams/port-forward.ts').then(({ portForward }) =>
            portForward(world, { ...globals(args), ...args }),
          ),
        ),
    )
    .command(
      'cp <source> <destination>',
      'Copy files and folders to and from containers',
      (y) =>
        y
          .positional('source', { type: 'string', demandOption: true, describe: 'PATH or [NAMESPACE/]POD:PATH' })
          .positional('destination', { type: 'string', demandOption: true, describe: 'The other of the two' })
          .option('container', container)
          .option('preserve', {
            type: 'boolean',
            default: true,
            describe: 'Keep owners and modes in the container; --no-preserve makes files root’s, as its umask has it',
          })
          .option('namespace', podNamespace)
          .example('$0 cp web:/var/log ./log', 'What is in /var/log, into ./log')
          .example('$0 cp ./site web:/srv -c app', 'To /srv/site, if /srv is there'),
      (args) => run(import('./commands/streams/cp.ts').then(({ cp }) => cp(world, { ...globals(args), ...args }))),
    )
    .command(
      'top [pod..]',
      'Show the CPU and memory that Pods use',
      (y) =>
        y
          .positional('pod', anyPods)
          .options(labelOption)
          .option('containers', { type: 'boolean', default: false, describe: 'A line for each container' })
          .option('sort-by', { choices: ['cpu', 'memory'] as const, describe: 'Most first; unset, by name' })
          .option('watch', { alias: 'w', type: 'boolean', default: false, describe: 'Go on: measure again and again' })
          .option('namespace', podsNamespace)
          .option('all-namespaces', allNamespaces)
          .option('headers', headers)
          .example('$0 top --containers --sort-by memory', 'Which container uses most'),
      (args) => run(import('./commands/streams/top.ts').then(({ top }) => top(world, { ...globals(args), ...args }))),
    );
}
