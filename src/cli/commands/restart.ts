import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { isBeginning, isMeant, restartable, restarted, statusOf } from '../../run/asked/restarted.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { readDuration } from '../options/go-duration.ts';
import { selectedBy } from '../options/selectors.ts';
import { keyOf, supervisedPods } from '../reading/supervised-pods.ts';
import type { PodsToAsk } from '../reading/supervised-pods.ts';

export interface RestartOptions extends PodsToAsk {
  readonly container?: string | undefined;
  readonly wait: boolean;
  readonly timeout: string;
}

/**
 * `podrun restart POD...`: each container, or one of them, ends in its grace and is started anew at once, whatever the
 * Pod's restartPolicy and back-off say. A finished Pod begins another life.
 */
export async function restart(world: World, options: RestartOptions): Promise<number> {
  const timeoutMs = readDuration('timeout', options.timeout);
  const isSelected = selectedBy(options) !== undefined;
  if (options.pod.length === 0 && !isSelected) throw nameless();
  const { pods, isAll, ask, until } = await supervisedPods(world, options);
  if (isAll && !isSelected) throw nameless();
  if (pods.length === 0) world.stderr.write('No resources found\n');
  const { container } = options;
  for (const pod of pods) {
    const job = pod.metadata?.ownerReferences?.find(({ kind }) => kind === 'Job')?.name;
    if (job !== undefined && ['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''))
      throw new CommandError(
        exitCode.failed,
        `pod/${pod.metadata?.name} has ended, and its Job has no use for it any more: podrun down ${job} and then podrun up ${job} run the Job again`,
      );
    const names = restartable(pod).map(({ name }) => name);
    if (container !== undefined && !names.includes(container))
      throw new CommandError(
        exitCode.failed,
        `pod/${pod.metadata?.name} has no container ${container} to restart; it has ${names.join(', ')}`,
      );
  }
  for (const pod of pods)
    await ask({ op: 'restart', pod: keyOf(pod), ...(container === undefined ? {} : { container }) });
  const isRestarted = (pod: KubernetesPod, now: readonly KubernetesPod[]): boolean => {
    const is = restarted(pod, now, container);
    if (typeof is === 'string') throw new CommandError(exitCode.failed, is);
    return is;
  };
  if (options.wait) await until((now) => pods.every((pod) => isRestarted(pod, now)), timeoutMs);
  for (const pod of pods) {
    const what = `pod/${pod.metadata?.name}${container === undefined ? '' : ` container ${container}`}`;
    const isNew = restartable(pod).every(({ name }) => !isMeant(container, name) || isBeginning(statusOf(pod, name)));
    world.stdout.write(`${what} ${isNew ? 'has not started yet: there is nothing to restart' : 'restarted'}\n`);
  }
  return exitCode.done;
}

const nameless = (): CommandError => new CommandError(exitCode.usage, 'restart takes the names of Pods, or -l');
