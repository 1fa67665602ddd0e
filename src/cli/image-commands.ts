/** The commands that bring images and start nothing; what each does is loaded when it is called. */
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import { INFRA_IMAGE } from '../run/fixture/images.ts';
import type { GlobalOptions } from './options/global-options.ts';
import type { Run } from './exit-code.ts';

const pods = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Pods, or workloads, by name, with what they depend on; all if none is named',
} as const;

const tell = {
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'Tell only what fails' },
  progress: {
    choices: ['auto', 'plain', 'quiet', 'json'] as const,
    requiresArg: true,
    default: 'auto' as const,
    describe: 'How to tell how it gets on; auto: in place on a terminal, else plain lines',
  },
} as const;

export function addImageCommands(cli: Argv, world: World, run: Run): Argv {
  const globals = (args: unknown) => args as GlobalOptions;
  return cli
    .command(
      'build [pod..]',
      'Build the images that have a build',
      (y) =>
        y
          .positional('pod', pods)
          .option('cache', {
            type: 'boolean',
            default: true,
            describe: 'Take steps from the builder’s cache; --no-cache runs each',
          })
          .option('pull', {
            type: 'boolean',
            default: false,
            describe: 'Pull what the Dockerfiles begin from, also where the engine has it',
          })
          .option('build-arg', {
            type: 'string',
            array: true,
            nargs: 1,
            default: [] as string[],
            describe: 'A value for an ARG, over the file’s: NAME=VALUE, or NAME for that of the environment',
          })
          .options(tell)
          .example('$0 build web', 'The images of web and of what it depends on')
          .example('$0 build --no-cache --pull', 'All of them, from the ground up'),
      (args) => run(import('./images/build.ts').then(({ build }) => build(world, { ...globals(args), ...args }))),
    )
    .command(
      'pull [pod..]',
      'Pull the images that are not built',
      (y) =>
        y
          .positional('pod', pods)
          .option('policy', {
            choices: ['always', 'missing'] as const,
            requiresArg: true,
            describe: 'Ask the registry for each, or only for what the engine has not; unset: not for those of Never',
          })
          .option('ignore-pull-failures', {
            type: 'boolean',
            default: false,
            describe: 'Tell failures, and exit with 0',
          })
          .option('infra-image', {
            type: 'string',
            default: world.env['PODRUN_INFRA_IMAGE'] ?? INFRA_IMAGE,
            describe: 'The image of the infra containers',
          })
          .options(tell)
          .example('$0 pull --policy missing', 'What up would wait for'),
      (args) => run(import('./images/pull.ts').then(({ pull }) => pull(world, { ...globals(args), ...args }))),
    );
}
