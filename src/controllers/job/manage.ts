/** Which Pods an active Job begins and ends (manageJob of pkg/controller/job/job_controller.go). */
import type { Job } from '../../model/job.ts';
import { isActive } from '../decision.ts';
import type { EndCause } from '../decision.ts';
import { beforeInScaleDown } from '../victims.ts';
import { backOffEndMs } from './back-off.ts';
import type { Tally } from './count.ts';
import { isGoing } from './job-pod.ts';
import type { JobPod } from './job-pod.ts';

/** A Pod to be made. */
export interface JobBegin {
  /** Of an Indexed Job. */
  readonly index?: number;
  /** With backoffLimitPerIndex: how often its index has failed, and how many of these were ignored. */
  readonly failures?: { readonly counted: number; readonly ignored: number };
}

export interface Managed {
  readonly begin: readonly JobBegin[];
  readonly end: ReadonlyMap<string, EndCause>;
  /** When a back-off is over that alone keeps a Pod from beginning; Infinity: none does. */
  readonly wakeAtMs: number;
}

const nothing: Managed = { begin: [], end: new Map(), wakeAtMs: Infinity };

export function manage(job: Job, counted: Tally, pods: readonly JobPod[], nowMs: number): Managed {
  const active = pods.filter(isActive);
  if (job.suspend) return { ...nothing, end: new Map(active.map(({ name }) => [name, 'suspended'])) };
  const wanted = wantedOf(job, counted, active.length);
  const surplus = surplusOf(job, active, Math.max(0, active.length - wanted));
  // In one step Pods end or begin, not both.
  if (surplus.length > 0) return { ...nothing, end: new Map(surplus.map(({ name }) => [name, 'scaledDown'])) };
  const going = job.podReplacementPolicy === 'Failed' ? pods.filter(isGoing) : [];
  const room = wanted - active.length - going.length;
  if (room <= 0) return nothing;
  if (job.backoffLimitPerIndex === undefined) {
    const { backOff } = counted.status;
    const atMs = backOff === undefined ? -Infinity : backOffEndMs(backOff);
    if (atMs > nowMs) return { ...nothing, wakeAtMs: atMs };
  }
  if (!job.isIndexed) return { ...nothing, begin: Array.from({ length: room }, () => ({})) };
  return beginIndexes(job, counted, [...active, ...going], room, nowMs);
}

/** How many are to be active: never more than are missing (of a work queue none more once one has succeeded). */
function wantedOf({ completions, parallelism }: Job, { status: { succeeded } }: Tally, active: number): number {
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** Of those with the same index all but one, those without, and then as many as are too many (activePodsForRemoval). */
function surplusOf(job: Job, active: readonly JobPod[], count: number): readonly JobPod[] {
  const order = active.toSorted(beforeInScaleDown);
  const wrong = job.isIndexed ? order.filter((pod, at) => isSpare(job, pod, order.slice(at + 1))) : [];
  const others = order.filter((pod) => !wrong.includes(pod));
  return [...wrong, ...others.slice(0, Math.max(0, count - wrong.length))];
}

const isSpare = ({ completions = 0 }: Job, { index }: JobPod, later: readonly JobPod[]): boolean =>
  index === undefined || index >= completions || later.some((pod) => pod.index === index);

/** The first indexes that have not ended and have no Pod; with backoffLimitPerIndex each waits for itself. */
function beginIndexes(
  job: Job,
  { status, succeededIndexes, failedIndexes }: Tally,
  present: readonly JobPod[],
  room: number,
  nowMs: number,
): Managed {
  const taken = new Set(present.map(({ index }) => index));
  const pending: number[] = [];
  for (let index = 0; index < (job.completions ?? 0) && pending.length < room; index++)
    if (!taken.has(index) && !succeededIndexes.has(index) && !failedIndexes.has(index)) pending.push(index);
  if (job.backoffLimitPerIndex === undefined) return { ...nothing, begin: pending.map((index) => ({ index })) };
  const known = status.indexFailures ?? {};
  const dueMs = (index: number): number => {
    const failures = known[`${index}`];
    return failures === undefined ? -Infinity : backOffEndMs(failures);
  };
  const begin = pending
    .filter((index) => dueMs(index) <= nowMs)
    .map((index) => {
      const { failures, ignored } = known[`${index}`] ?? { failures: 0, ignored: 0 };
      return { index, failures: { counted: failures - ignored, ignored } };
    });
  const waiting = pending.map(dueMs).filter((ms) => ms > nowMs);
  return { ...nothing, begin, wakeAtMs: Math.min(Infinity, ...waiting) };
}
