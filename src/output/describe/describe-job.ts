/** A Job or CronJob in the layout of `kubectl describe` (describe.go describeJob, describeCronJob). */
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf, textOf } from '../../manifest/yaml/read.ts';
import { cronJobColumns, jobDuration, jobStatus } from '../tables/job-columns.ts';
import { field } from '../tables/object-columns.ts';
import { wallTime } from '../wall-time.ts';

/** What stands before the template. */
export function describeJob(object: ApiObject, nowMs: number): readonly string[] {
  if (object.kind === 'CronJob') return cronJobColumns(nowMs).map(({ name, cell }) => `${name}:\t${cell(object)}`);
  const status = (name: string): number => Number(field(object, 'status', name) ?? 0);
  const time = (title: string, value: unknown): readonly string[] =>
    typeof value === 'string' ? [`${title}:\t${wallTime(value)}`] : [];
  const isFailed = jobStatus(object) === 'Failed';
  const failures = listOf(field(object, 'status', 'conditions')).map(fieldsOf);
  const why = failures.find(({ type }) => type === 'Failed');
  const completions = field(object, 'spec', 'completions');
  return [
    `Parallelism:\t${Number(field(object, 'spec', 'parallelism') ?? 1)}`,
    `Completions:\t${completions === undefined ? '<unset>' : Number(completions)}`,
    ...time('Start Time', field(object, 'status', 'startTime')),
    ...time('Completed At', field(object, 'status', 'completionTime')),
    ...(jobDuration(object, nowMs) === '' ? [] : [`Duration:\t${jobDuration(object, nowMs)}`]),
    `Pods Statuses:\t${status('active')} Active (${status('ready')} Ready) / ${status('succeeded')} Succeeded / ${status('failed')} Failed`,
    ...(isFailed && textOf(why?.['reason']) !== undefined ? [`Reason:\t${textOf(why?.['reason'])}`] : []),
  ];
}
