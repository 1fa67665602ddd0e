/** What the engine keeps of a CronJob beside what the file says: of its status the times that nothing else tells. */
import type { CronStatus } from '../../controllers/cron-job/cron-job.ts';
import type { ObjectRecord } from '../runtime/labels.ts';

type Kept = Pick<CronStatus, 'lastScheduleMs' | 'lastSuccessfulMs'>;

export function cronRecord(record: ObjectRecord, status: CronStatus | undefined): ObjectRecord {
  const { lastScheduleMs, lastSuccessfulMs } = status ?? keptStatus(record);
  const kept = {
    ...(lastScheduleMs === undefined ? {} : { lastScheduleMs }),
    ...(lastSuccessfulMs === undefined ? {} : { lastSuccessfulMs }),
  };
  return Object.keys(kept).length === 0 ? record : { ...record, kept };
}

export const keptStatus = (record: ObjectRecord | undefined): Kept => record?.kept ?? {};
