import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import type { JobForm } from './job-pods.ts';
import type { Controller } from './pod-template.ts';
import { podCount } from './pod-template.ts';
import type { Fields } from './read.ts';
import type { Report } from './report.ts';

/** How many Pods a Job, or each Job of a CronJob, has. */
export function readJobForm(job: Controller, report: Report): JobForm {
  const { spec } = job;
  const isIndexed = spec['completionMode'] === 'Indexed';
  if (spec['suspend'] === true || spec['parallelism'] === 0) return { count: 0, isIndexed };
  return { count: podCount(spec['completions'] === undefined ? 'parallelism' : 'completions', job, report), isIndexed };
}

/** Reports what an Indexed Job lacks (validateJobSpec). */
export function checkJob(spec: Fields, at: Cursor, report: Report): void {
  if (spec['completionMode'] === 'Indexed' && spec['completions'] === undefined)
    report(below(at, 'completions'), 'Required value: when completion mode is Indexed', { on: 'key' });
}
