/** How Jobs have ended, for who waits for that. */
import { finishOf, newJobStatus, trueCondition } from '../../controllers/job/status.ts';
import { standingOf } from '../admission/hold.ts';
import { unitLabel } from '../runtime/hold.ts';
import { surroundingsOf } from '../runtime/observed.ts';
import type { State } from '../state/state.ts';
import { isRunOf, jobUnit } from './same-job.ts';

export type JobEnd = 'Complete' | 'Failed' | 'open';

/** By unit, of the Jobs that this podrun looks after; one that is suspended, or left to another controller, is not waited for. */
export function jobEnds({ file, shared: { jobs } }: Pick<State, 'file' | 'shared'>): ReadonlyMap<string, JobEnd> {
  const awaited = (file?.jobs ?? []).filter((job) => !(job.apart ?? job.suspend) && !job.isManagedElsewhere);
  return new Map(
    awaited.map((job) => {
      const run = jobs.runs.get(jobUnit(job));
      const finish = run !== undefined && isRunOf(run, job) ? finishOf(run.status)?.type : undefined;
      return [jobUnit(job), finish === 'Complete' || finish === 'Failed' ? finish : 'open'];
    }),
  );
}

/** A Job as who waits for it is told of it. */
export interface JobOutcome {
  readonly name: string;
  readonly end: JobEnd;
  /** Of one that Failed. */
  readonly why?: string;
}

/** What is held down is not waited for. */
export function jobOutcomes(state: Pick<State, 'self' | 'file' | 'shared' | 'rest'>): readonly JobOutcome[] {
  const isHeld = (unit: string): boolean =>
    standingOf(state.self.project, surroundingsOf(state.rest, []), state.shared, unit) === 'held';
  return [...jobEnds(state)]
    .filter(([unit]) => !isHeld(unit))
    .map(([unit, end]) => {
      const { reason = '', message = '' } =
        trueCondition(state.shared.jobs.runs.get(unit)?.status ?? newJobStatus, 'Failed') ?? {};
      return {
        name: unitLabel(unit),
        end,
        ...(end === 'Failed' ? { why: `it has Failed (${reason}: ${message})` } : {}),
      };
    });
}
