/** Jobs and CronJobs in the layout of `kubectl describe` (describe.go describeJob, describeCronJob). */
import type { ApiObject } from '../../core/status/api-object.ts';
import { fieldsOf, listOf, textOf } from '../../manifest/yaml/read.ts';
import { jobDuration, jobStatus } from '../tables/job-columns.ts';
import { field } from '../tables/object-columns.ts';
import { wallTime } from '../wall-time.ts';

/** What stands before the template. */
export function describeJob(object: ApiObject, nowMs: number): readonly string[] {
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

/** @param template its Pods' */
export function describeCronJob(object: ApiObject, template: readonly string[]): readonly string[] {
  const spec = (...path: readonly string[]): unknown => field(object, 'spec', ...path);
  const number = (value: unknown): string => (value === undefined ? '<unset>' : String(Number(value)));
  const job = (name: string): unknown => spec('jobTemplate', 'spec', name);
  const deadline = spec('startingDeadlineSeconds');
  const activeDeadline = job('activeDeadlineSeconds');
  const last = field(object, 'status', 'lastScheduleTime');
  const active = listOf(field(object, 'status', 'active')).map((each) => textOf(fieldsOf(each)['name']));
  return [
    `Schedule:\t${textOf(spec('schedule'))}`,
    `Concurrency Policy:\t${textOf(spec('concurrencyPolicy'))}`,
    `Suspend:\t${spec('suspend') === true ? 'True' : 'False'}`,
    `Successful Job History Limit:\t${number(spec('successfulJobsHistoryLimit'))}`,
    `Failed Job History Limit:\t${number(spec('failedJobsHistoryLimit'))}`,
    `Starting Deadline Seconds:\t${number(deadline)}${deadline === undefined ? '' : 's'}`,
    'Selector:\t<unset>',
    `Parallelism:\t${number(job('parallelism'))}`,
    `Completions:\t${number(job('completions'))}`,
    ...(activeDeadline === undefined ? [] : [`Active Deadline Seconds:\t${number(activeDeadline)}s`]),
    ...template,
    `Last Schedule Time:\t${typeof last === 'string' ? wallTime(last) : '<unset>'}`,
    `Active Jobs:\t${active.length === 0 ? '<none>' : active.join(', ')}`,
  ];
}
