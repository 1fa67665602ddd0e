/** `--scale NAME=N`: as `podrun scale` would, from the beginning. */
import { scaledByHand } from '../../core/objects/scaled-by-hand.ts';
import type { Hand } from '../../core/runtime/labels.ts';
import type { Project } from '../../model/project.ts';
import { CommandError, exitCode } from '../exit-code.ts';

/** For yargs. */
export const scaleOption = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: 'NAME=N: how many Pods a Deployment or StatefulSet is to have, until replicas is edited in the file',
} as const;

/** By the keys of the workloads. Throws with exit code 2 where a name is none of a workload that can be scaled. */
export function readScales(project: Project, scales: readonly string[]): ReadonlyMap<string, Hand> {
  const counts = scales.map((text) => {
    const [, name = '', count = ''] = /^(.+)=(\d{1,6})$/.exec(text) ?? [];
    if (name === '') throw new CommandError(exitCode.usage, `--scale takes NAME=N, not ${text}`);
    return [name, Number(count)] as const;
  });
  const hands = scaledByHand(project, counts);
  if (typeof hands === 'string') throw new CommandError(exitCode.usage, `--scale ${hands}`);
  return hands;
}
