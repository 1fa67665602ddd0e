/** What the engine keeps of a Job: which one it is, and what it has come to. */
import { newJobStatus } from '../../controllers/job/status.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import type { AskedPod, JobRun } from './jobs-memory.ts';

export const jobRecord = (
  object: string,
  { uid, createdAtMs, revision, completions, status }: JobRun,
): ObjectRecord => ({
  object,
  uid,
  createdAtMs,
  generation: { number: 1, fingerprint: revision },
  kept: { status, ...(completions === undefined ? {} : { completions }) },
});

export function keptRun({ uid, createdAtMs, generation, kept }: ObjectRecord): JobRun {
  const { completions, status = newJobStatus } = (kept ?? {}) as Partial<Pick<JobRun, 'completions' | 'status'>>;
  const run = { uid, createdAtMs, revision: generation.fingerprint, status, asked: new Map<string, AskedPod>() };
  return completions === undefined ? run : { ...run, completions };
}
