/** `--scale NAME=N`: as `podrun scale` would, from the beginning. */
import { changedByHand } from '../../core/objects/hand.ts';
import type { Hand } from '../../core/runtime/labels.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import { groupKey } from '../../core/workloads/owned.ts';
import type { Project } from '../../model/project.ts';
import { MAX_MADE_PODS } from '../../model/workload.ts';
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
export function readScales({ workloads = [] }: Project, scales: readonly string[]): ReadonlyMap<string, Hand> {
  return new Map(
    scales.map((text) => {
      const [, name = '', count = ''] = /^(.+)=(\d{1,6})$/.exec(text) ?? [];
      if (name === '') throw usage(`--scale takes NAME=N, not ${text}`);
      if (Number(count) > MAX_MADE_PODS)
        throw usage(`--scale ${text}: one machine has no room for more than ${MAX_MADE_PODS} Pods`);
      const plain = name.replace(/^[^/]+\/(?=[^/]+$)/, '');
      const found = workloads.find(
        (each) => each.kind !== 'DaemonSet' && (podLabel(each) === name || each.name === plain),
      );
      if (found === undefined) throw usage(`--scale ${text}: there is no Deployment or StatefulSet ${name}`);
      return [groupKey(found), changedByHand(undefined, found, { replicas: Number(count) })] as const;
    }),
  );
}

const usage = (message: string): CommandError => new CommandError(exitCode.usage, message);
