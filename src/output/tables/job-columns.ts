/** What `kubectl get` shows of Jobs and CronJobs (printers.go printJob, printCronJob). */
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf } from '../../manifest/yaml/read.ts';
import { humanAge, humanDuration } from '../duration.ts';
import type { ObjectColumn } from './object-columns.ts';

const partsOf = (object: ApiObject) => {
  const { spec, status } = object as ApiObject & { readonly spec?: unknown; readonly status?: unknown };
  return { spec: fieldsOf(spec), status: fieldsOf(status) };
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const jobColumns = (nowMs: number): readonly ObjectColumn[] => [
  { name: 'Status', cell: jobStatus },
  { name: 'Completions', cell: completionsText },
  { name: 'Duration', cell: (object) => jobDuration(object, nowMs) },
];

/** The conditions in the order in which the one or the other is told. */
export function jobStatus(object: ApiObject): string {
  const { status } = partsOf(object);
  const { deletionTimestamp } = object.metadata as { readonly deletionTimestamp?: string };
  const conditions = listOf(status['conditions']).map(fieldsOf);
  const isTrue = (type: string) => conditions.some((each) => each['type'] === type && each['status'] === 'True');
  if (isTrue('Complete')) return 'Complete';
  if (isTrue('Failed')) return 'Failed';
  if (deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(isTrue) ?? 'Running';
}

function completionsText(object: ApiObject): string {
  const { spec, status } = partsOf(object);
  const succeeded = Number(status['succeeded'] ?? 0);
  const parallelism = Number(spec['parallelism'] ?? 0);
  if (spec['completions'] !== undefined) return `${succeeded}/${Number(spec['completions'])}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** Of one that failed: until it did. */
export function jobDuration(object: ApiObject, nowMs: number): string {
  const { status } = partsOf(object);
  const startedAt = textOf(status['startTime']);
  if (startedAt === undefined) return '';
  const failed = listOf(status['conditions'])
    .map(fieldsOf)
    .find((each) => each['type'] === 'Failed' && each['status'] === 'True');
  const end = textOf(status['completionTime']) ?? textOf(failed?.['lastTransitionTime']);
  return humanDuration((end === undefined ? nowMs : Date.parse(end)) - Date.parse(startedAt));
}

export const cronJobColumns = (nowMs: number): readonly ObjectColumn[] => [
  { name: 'Schedule', cell: (object) => textOf(partsOf(object).spec['schedule']) ?? '' },
  { name: 'Timezone', cell: (object) => textOf(partsOf(object).spec['timeZone']) ?? '<none>' },
  { name: 'Suspend', cell: (object) => (partsOf(object).spec['suspend'] === true ? 'True' : 'False') },
  { name: 'Active', cell: (object) => String(listOf(partsOf(object).status['active']).length) },
  {
    name: 'Last Schedule',
    cell: (object) => {
      const last = textOf(partsOf(object).status['lastScheduleTime']);
      return last === undefined ? '<none>' : humanAge(last, nowMs);
    },
  },
];
