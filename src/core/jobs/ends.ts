/** How Jobs have ended, for who waits for that. */
import { finishOf } from '../../controllers/job/status.ts';
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
