/** Which records of objects that are no Pods there are to be, for plan-records.ts to write. */
import { jobRecord } from '../jobs/job-record.ts';
import type { Draft } from '../state/draft.ts';
import type { State } from '../state/state.ts';

export function noteRecords(draft: Draft): void {
  const { runs } = draft.shared.jobs;
  draft.shared.records = new Map([...runs].map(([unit, run]) => [unit, jobRecord(unit, run)]));
}

/** A record that is not to be written may stay: others were named. */
export const isKept = ({ file }: State): boolean => file === undefined || file.apart !== undefined;
