/** How Jobs have ended, for who waits for that. */
import { finishOf, newJobStatus, trueCondition } from '../../controllers/job/status.ts';
import { unitLabel } from '../runtime/hold.ts';
import type { State } from '../state/state.ts';
import { jobUnit } from './jobs.ts';

export type JobEnd = 'Complete' | 'Failed' | 'open';

/** By unit, of the Jobs that this podrun looks after; one that is suspended, or left to another controller, is not waited for. */
export function jobEnds({ file, shared: { jobs } }: Pick<State, 'file' | 'shared'>): ReadonlyMap<string, JobEnd> {
  const awaited = (file?.jobs ?? []).filter((job) => !(job.apart ?? job.suspend) && !job.isManagedElsewhere);
  return new Map(
    awaited.map((job) => {
      const run = jobs.runs.get(jobUnit(job));
      const finish = run?.revision === job.revision ? finishOf(run.status)?.type : undefined;
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

export function jobOutcomes(state: Pick<State, 'file' | 'shared'>): readonly JobOutcome[] {
  return [...jobEnds(state)].map(([unit, end]) => {
    const { reason = '', message = '' } =
      trueCondition(state.shared.jobs.runs.get(unit)?.status ?? newJobStatus, 'Failed') ?? {};
    return {
      name: unitLabel(unit),
      end,
      ...(end === 'Failed' ? { why: `it has Failed (${reason}: ${message})` } : {}),
    };
  });
}
