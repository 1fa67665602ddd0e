/** The commands for what uses the Pods from outside: tests, scripts, CI. What each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import type { Run } from './exit-code.ts';
import type { GlobalOptions } from './options/global-options.ts';

export function addFixtureCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli.command(
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
      run(import('./commands/endpoints.ts').then(({ endpoints }) => endpoints(world, { ...globals(args), ...args }))),
  );
}
