import { projectPulls, pullInstead } from '../../core/images/project-images.ts';
import { bringImages } from '../../run/bring-images.ts';
import type { ProgressMode } from '../../run/report/console.ts';
import type { World } from '../../run/world.ts';
import { exitCode, signalCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { podNames } from '../options/pod-names.ts';
import { openProject } from '../open-project.ts';

export interface PullOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly policy?: 'always' | 'missing' | undefined;
  readonly ignorePullFailures: boolean;
  readonly infraImage: string;
  readonly quiet: boolean;
  readonly progress: ProgressMode;
}

/** `podrun pull`: pulls the images of the file, and starts nothing. Exit 1 where one cannot be pulled. */
export async function pull(world: World, options: PullOptions): Promise<number> {
  const { policy, infraImage, quiet, color } = options;
  const { project } = await openProject(world, options, podNames(options.pod));
  const wanted = projectPulls(project, { infraImage, ...(policy === undefined ? {} : { policy }) });
  const engine = await world.connect(options.host);
  const progress = quiet ? 'quiet' : options.progress;
  const instead = (planned: (typeof wanted)[number]) => pullInstead(project, planned);
  const { failed, signal } = await bringImages(world, engine, { wanted, instead, progress, color });
  engine.close();
  if (signal !== undefined) return signalCode(signal);
  return failed === 0 || options.ignorePullFailures ? exitCode.done : exitCode.failed;
}
