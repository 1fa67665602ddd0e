/** What the engine keeps of a Job: which one it is, and what it has come to. */
import { newJobStatus } from '../../controllers/job/status.ts';
import type { Job } from '../../model/job.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import type { CronRun } from '../state/cron-memory.ts';
import type { AskedPod, JobRun } from './jobs-memory.ts';

/** What no file says of a Job: its CronJob may be another by now. */
interface KeptRules {
  readonly rules?: Omit<Job, 'name' | 'namespace' | 'revision' | 'completions'>;
  /** `create job --from` made it. */
  readonly isByHand?: true;
}

/** @param owned unset for a Job of the file */
export function jobRecord(object: string, run: JobRun, owned: CronRun | undefined): ObjectRecord {
  const { uid, createdAtMs, revision, completions, status } = run;
  return {
    ...{ object, uid, createdAtMs, generation: { number: 1, fingerprint: revision } },
    ...(owned === undefined ? {} : { owner: owned.cron }),
    kept: {
      status,
      ...(completions === undefined ? {} : { completions }),
      ...(owned === undefined ? {} : keptOf(owned)),
    },
  };
}

function keptOf({ job, isByHand }: CronRun): KeptRules {
  const { name: _name, namespace: _namespace, revision: _revision, completions: _completions, ...rules } = job;
  return isByHand === true ? { rules, isByHand } : { rules };
}

type Kept = Partial<Pick<JobRun, 'completions' | 'status'>> & KeptRules;

export function keptRun({ uid, createdAtMs, generation, kept }: ObjectRecord): JobRun {
  const { completions, status = newJobStatus } = (kept ?? {}) as Kept;
  const run = { uid, createdAtMs, revision: generation.fingerprint, status, asked: new Map<string, AskedPod>() };
  return completions === undefined ? run : { ...run, completions };
}

/** A CronJob's Job by the rules that it was made with; undefined where those are not kept. */
export function keptJob(
  { generation, kept }: ObjectRecord,
  place: Pick<Job, 'name' | 'namespace'>,
): { readonly job: Job; readonly isByHand?: true } | undefined {
  const { rules, completions, isByHand } = (kept ?? {}) as Kept;
  if (rules === undefined) return undefined;
  const job = { ...rules, ...place, revision: generation.fingerprint };
  return {
    job: completions === undefined ? job : { ...job, completions },
    ...(isByHand === true ? { isByHand } : {}),
  };
}
