import { projectBuilds } from '../../core/images/project-images.ts';
import { bringImages } from '../../run/bring-images.ts';
import type { ProgressMode } from '../../run/report/console.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { podNames } from '../options/pod-names.ts';
import { openProject } from '../open-project.ts';

export interface BuildOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly cache: boolean;
  readonly pull: boolean;
  readonly buildArg: readonly string[];
  readonly quiet: boolean;
  readonly progress: ProgressMode;
}

/** `podrun build`: builds the images of the file, and starts nothing. Exit 1 where one cannot be built. */
export async function build(world: World, { pull, ...options }: BuildOptions): Promise<number> {
  const args = readArgs(world, options.buildArg);
  const { project } = await openProject(world, options, podNames(options.pod));
  const wanted = projectBuilds(project, { noCache: !options.cache, pull, args });
  const progress = options.quiet ? 'quiet' : options.progress;
  if (wanted.length === 0) {
    world.stderr.write('podrun: no container has a build\n');
    return exitCode.done;
  }
  const engine = await world.connect(options.host);
  const { failed, signal } = await bringImages(world, engine, { wanted, progress, color: options.color });
  engine.close();
  if (signal !== undefined) return signalCode(signal);
  return failed === 0 ? exitCode.done : exitCode.failed;
}

function readArgs({ env }: World, words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name = '', sign, value = ''] = /^([^=]*)(=?)(.*)$/s.exec(word) ?? [];
      if (name === '') throw new CommandError(exitCode.usage, '--build-arg takes NAME=VALUE, or NAME');
      const own = env[name];
      if (sign === '' && own === undefined)
        throw new CommandError(
          exitCode.usage,
          `--build-arg ${name}: the environment has no ${name}: write ${name}=VALUE`,
        );
      return [name, sign === '' ? (own ?? '') : value];
    }),
  );
}
