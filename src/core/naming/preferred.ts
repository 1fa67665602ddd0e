/** Which of several Pods is meant where one is needed: kubectl's order (kubectl/pkg/util/podutils/podutils.go). */
import type { Pod } from 'kubernetes-types/core/v1.js';

/**
 * The best first: on the node, Running, Ready, and for longest; those that are alike stay in their order.
 * @param use for its logs a Pod that ended is as good as one that runs, and one that restarts often comes first
 */
export function preferred<T>(
  pods: readonly T[],
  statusOf: (pod: T) => Pod | undefined,
  use: 'attach' | 'logs',
): readonly T[] {
  const ranked = pods.map((pod) => ({ pod, rank: rankOf(statusOf(pod) ?? {}, use) }));
  return ranked.toSorted((a, b) => compareRanks(a.rank, b.rank)).map(({ pod }) => pod);
}

type Rank = readonly (number | string)[];

/** Smaller is better, part by part. An RFC 3339 time is compared as the text it is; what has none comes last. */
function rankOf({ metadata, spec, status }: Pod, use: 'attach' | 'logs'): Rank {
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status === 'True');
  const restarts = Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
  return [
    spec?.nodeName === undefined ? 1 : 0,
    phases[use].indexOf(phases[use].find((group) => group.includes(status?.phase ?? 'Pending')) ?? []),
    ready === undefined ? 1 : 0,
    ready?.lastTransitionTime ?? never,
    use === 'logs' ? -restarts : restarts,
    metadata?.creationTimestamp ?? never,
  ];
}

/** The best first. */
const phases: Readonly<Record<'attach' | 'logs', readonly (readonly string[])[]>> = {
  attach: [['Running'], ['Unknown'], ['Pending', 'Succeeded', 'Failed']],
  logs: [['Running', 'Succeeded', 'Failed'], ['Unknown'], ['Pending']],
};

const never = '~';

function compareRanks(a: Rank, b: Rank): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? one;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
