/** What the engine keeps of a Job: which one it is, and what it has come to. */
import { newJobStatus } from '../../controllers/job/status.ts';
import type { JobStatus } from '../../controllers/job/status.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import type { JobRun } from './jobs-memory.ts';

export const jobRecord = (object: string, { uid, createdAtMs, revision, status }: JobRun): ObjectRecord => ({
  object,
  uid,
  createdAtMs,
  generation: { number: 1, fingerprint: revision },
  kept: { status },
});

export const keptRun = ({ uid, createdAtMs, generation, kept }: ObjectRecord): JobRun => ({
  uid,
  createdAtMs,
  revision: generation.fingerprint,
  status: (kept?.['status'] as JobStatus | undefined) ?? newJobStatus,
  asked: new Map(),
});
