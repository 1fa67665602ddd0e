import type { Job } from '../../model/job.ts';
import type { JobRun } from './jobs-memory.ts';

/**
 * Whether a Job goes on with what was begun. Its completions can't be edited, but of an Indexed Job together with its
 * parallelism, to the same number (validateCompletions, pkg/apis/batch/validation/validation.go).
 */
export const isRunOf = (run: JobRun, { revision, completions, parallelism, isIndexed }: Job): boolean =>
  run.revision === revision && (run.completions === completions || (isIndexed && completions === parallelism));

export const jobUnit = ({ namespace, name }: Pick<Job, 'namespace' | 'name'>): string => `${namespace}/Job/${name}`;
