/** How the Jobs of CronJobs have ended, and when nothing is left of one. */
import { finishOf } from '../../controllers/job/status.ts';
import { keptRun } from '../jobs/job-record.ts';
import type { JobRun } from '../jobs/jobs-memory.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { CronRun, Crons } from '../state/cron-memory.ts';
import { surroundings, touch } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { withoutMembers } from '../state/entries.ts';

/** As it is remembered, else as the engine keeps it. */
export function jobRunOf(draft: Draft, unit: string): JobRun | undefined {
  const kept = surroundings(draft).objects.get(unit);
  return draft.shared.jobs.runs.get(unit) ?? (kept && keptRun(kept.record));
}

/** By unit. */
export const endsOf = (draft: Draft, runs: Crons['runs']): Crons['ends'] =>
  new Map([...runs.keys()].map((unit) => [unit, endOf(jobRunOf(draft, unit))]));

const endOf = (run: JobRun | undefined): string =>
  run === undefined ? '' : [finishOf(run.status)?.type ?? '', run.status.isExpired === true].join(' ');

/** After a step it is known how they are: a CronJob that saw them otherwise is asked again at once. */
export function noteRunEnds(draft: Draft, nowMs: number): void {
  const { crons, jobs } = draft.shared;
  if (jobs === draft.state.shared.jobs || crons.runs.size === 0) return;
  const ends = endsOf(draft, crons.runs);
  if ([...ends].some(([unit, end]) => crons.ends.get(unit) !== end)) draft.shared.crons = { ...crons, wakeAtMs: nowMs };
}

/**
 * Those that were to go and are gone go from `runs`, and nothing is remembered of their Pods.
 * @param lives the units that have Pods
 */
export function forgetPast(draft: Draft, runs: Map<string, CronRun>, lives: ReadonlySet<string>): void {
  for (const [unit, run] of runs) {
    if (!isToGo(draft, unit, run) || lives.has(unit) || isCalled(draft, run) || !isWritten(draft, unit)) continue;
    runs.delete(unit);
    draft.shared.known = withoutMembers(draft.shared.known, (key) => isPodOf(run, key));
    for (const { key } of draft.state.pods.list) if (isPodOf(run, key)) touch(draft, key).memory.newUid = undefined;
  }
}

const isToGo = (draft: Draft, unit: string, { gone }: CronRun): boolean =>
  gone !== undefined || jobRunOf(draft, unit)?.status.isExpired === true;

/** A Pod of one that is to go may be gone now. */
export const isGoingOn = (draft: Draft): boolean =>
  [...draft.shared.crons.runs].some(
    ([unit, run]) => [...draft.touched.keys()].some((key) => isPodOf(run, key)) && isToGo(draft, unit, run),
  );

/** By its name: nothing else tells of a Pod that is gone. */
const isPodOf = ({ job }: CronRun, key: string): boolean =>
  key.startsWith(podKey({ name: `${job.name}-`, namespace: job.namespace }));

/** What a call for one of its Pods makes may still come. */
const isCalled = ({ state: { blind, inFlight } }: Draft, run: CronRun): boolean =>
  blind.size > 0 || [...inFlight.values()].some(({ pod }) => pod !== undefined && isPodOf(run, podKey(pod)));

/** Its record says that it is to go, or is gone itself: an earlier one would bring it back. */
function isWritten(draft: Draft, unit: string): boolean {
  const kept = surroundings(draft).objects.get(unit);
  return kept === undefined || keptRun(kept.record).status.isExpired === true;
}
