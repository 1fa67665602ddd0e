/** The commands for what uses the Pods from outside: tests, scripts, CI. What each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import type { Run } from './exit-code.ts';
import type { GlobalOptions } from './options/global-options.ts';
import { sandboxOptions } from './options/sandbox-options.ts';
import { startOptions } from './options/start-options.ts';

export function addFixtureCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'run [pod..]',
      'Run a command against an instance of the project of its own, which goes with it',
      (y) =>
        y
          .parserConfiguration({ 'populate--': true, 'parse-positional-numbers': false })
          .usage('$0 run [POD..] -- COMMAND [ARG..]')
          .positional('pod', {
            type: 'string',
            array: true,
            default: [] as string[],
            describe: 'Pods, or workloads, by name, with what they depend on; all if none is named',
          })
          .option('keep', {
            type: 'boolean',
            default: false,
            describe: 'Leave the instance as it is when the command has ended',
          })
          .option('reuse', {
            type: 'string',
            requiresArg: true,
            describe: 'Take the instance of that name, made if it is not there, and leave it',
          })
          .option('keep-ports', {
            type: 'boolean',
            default: false,
            describe: 'Publish the host ports of the file; else each is a free one',
          })
          .option('timeout', {
            type: 'string',
            requiresArg: true,
            default: '0s',
            describe: 'How long the start may take, as 90s or 5m; 0 is no limit',
          })
          .option('bundle', startOptions.bundle)
          .option('build', { type: 'boolean', default: false, describe: 'Build every image anew that has a build' })
          .option('pull', {
            choices: ['always', 'missing', 'never'] as const,
            requiresArg: true,
            describe: 'When images are pulled, over every imagePullPolicy: at each start, if missing, or never',
          })
          .option('progress', {
            choices: ['plain', 'quiet', 'json'] as const,
            requiresArg: true,
            default: 'plain' as const,
            describe: 'How to tell how the Pods get on',
          })
          .options(sandboxOptions(world))
          .example('$0 run -- npm test', 'The tests, with the file’s endpoints in their environment')
          .example('$0 run db -- psql', 'With db and what it depends on alone'),
      (args) => {
        const command = (args['--'] ?? []) as readonly string[];
        return run(import('./fixture/run.ts').then((it) => it.run(world, { ...globals(args), ...args, command })));
      },
    )
    .command(
      'gc',
      'Remove what runs that were killed have left on the engine',
      (y) =>
        y
          .option('dry-run', { type: 'boolean', default: false, describe: 'Only tell what would be removed' })
          .example('$0 gc', 'What a living run has is told, and stays'),
      (args) => run(import('./fixture/gc.ts').then(({ gc }) => gc(world, { ...globals(args), ...args }))),
    )
    .command(
      'endpoints',
      'Print the file’s endpoints: where what runs is reached from this machine',
      (y) =>
        y
          .option('output', {
            alias: 'o',
            choices: ['table', 'env', 'dotenv', 'json'] as const,
            requiresArg: true,
            default: 'table' as const,
            describe: 'How to print them; env is for eval in a shell, json has every published port',
          })
          .option('headers', { type: 'boolean', default: true, describe: 'With the line of column names' })
          .example('eval "$($0 endpoints -o env)"', 'Into the shell’s environment')
          .example('$0 endpoints -o dotenv > .env.test', 'As a file of variables'),
      (args) =>
        run(import('./fixture/endpoints.ts').then(({ endpoints }) => endpoints(world, { ...globals(args), ...args }))),
    );
}
