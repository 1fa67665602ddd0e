import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { readPodKey } from '../../core/runtime/pod-ref.ts';
import { summarizePod } from '../../output/tables/pod-summary.ts';
import { isDone } from '../../run/report/pod-lines.ts';
import type { Report } from '../../run/report/report.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import { failedFor } from '../options/wait-hopeless.ts';
import { followNamed, keyOf } from './follow-named.ts';
import type { Following } from './follow-named.ts';

/**
 * `podrun up POD...` beside a podrun that supervises the same folder: it brings them back, and this waits until each is
 * Ready or has Succeeded. Rejects with exit code 1 when one Failed for good.
 * @param keys the Pods' keys
 */
export async function bringBack(
  asked: Following,
  names: readonly string[],
  keys: readonly string[],
  report: Pick<Report, 'pods' | 'done' | 'close'>,
): Promise<number> {
  let last: readonly KubernetesPod[] = [];
  const followed = await followNamed(asked, (pods) => {
    last = pods.filter((pod) => keys.includes(keyOf(pod)));
    report.pods(last);
    for (const pod of last) {
      const why = failedFor(pod);
      if (why !== undefined) throw new CommandError(exitCode.failed, `pods/${pod.metadata?.name}: ${why}`);
    }
    return keys.every((key) => last.some((pod) => keyOf(pod) === key && isDone(pod)));
  }).catch(async (error: unknown) => {
    await report.close();
    throw error;
  });
  const list = names.join(', ');
  if (followed === 'met') {
    await report.done(`${list} ${names.length === 1 ? 'is' : 'are'} up`, 'good');
    return exitCode.done;
  }
  await report.close();
  switch (followed) {
    case 'late':
      throw new CommandError(exitCode.timedOut, `timed out: ${missing(keys, last, asked.world.clock.nowMs())}`);
    case 'gone':
      throw new CommandError(exitCode.failed, 'the podrun that supervises the project ended before that was done');
    default:
      return signalCode(followed);
  }
}

const missing = (keys: readonly string[], pods: readonly KubernetesPod[], nowMs: number): string =>
  keys
    .flatMap((key) => {
      const pod = pods.find((each) => keyOf(each) === key);
      const name = readPodKey(key).name;
      if (pod === undefined) return [`pods/${name} is not there yet`];
      const { status, ready, total } = summarizePod(pod, nowMs);
      return isDone(pod) ? [] : [`pods/${name} is ${status}, ${ready}/${total} ready`];
    })
    .join('; ');
