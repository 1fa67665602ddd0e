import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { isHeldDown } from '../../output/tables/pod-summary.ts';
import type { Report } from '../../run/report/report.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import { followNamed, keyOf } from './follow-named.ts';
import type { Following } from './follow-named.ts';

/**
 * `podrun down POD...` beside a podrun that supervises: it takes them down and holds them down.
 * @returns the exit code; undefined when it ended on the way
 */
export async function holdDown(
  asked: Following,
  names: readonly string[],
  report: Pick<Report, 'pods' | 'done' | 'close'>,
): Promise<number | undefined> {
  let going: readonly string[] | undefined;
  let left: readonly KubernetesPod[] = [];
  const followed = await followNamed(asked, (pods, { named }) => {
    const there = pods.filter((pod) => !isHeldDown(pod));
    going ??= there.flatMap((pod) => (named?.includes(keyOf(pod)) === true ? [uidOf(pod)] : []));
    left = there.filter((pod) => going?.includes(uidOf(pod)) === true);
    report.pods(left);
    return left.length === 0;
  }).catch(async (error: unknown) => {
    await report.close();
    throw error;
  });
  if (followed !== 'met') await report.close();
  const list = names.join(', ');
  switch (followed) {
    case 'met':
      await report.done(
        `${list} ${names.length === 1 ? 'is' : 'are'} down; podrun up ${names.join(' ')} brings ${names.length === 1 ? 'it' : 'them'} back`,
        'good',
      );
      return exitCode.done;
    case 'late':
      throw new CommandError(
        exitCode.timedOut,
        `timed out waiting for ${left.map(nameOf).join(', ')} to end; podrun up goes on ending ${left.length === 1 ? 'it' : 'them'}`,
      );
    case 'gone':
      return undefined;
    default:
      return signalCode(followed);
  }
}

const nameOf = ({ metadata }: KubernetesPod): string => `pods/${metadata?.name ?? ''}`;

const uidOf = ({ metadata }: KubernetesPod): string => metadata?.uid ?? '';
