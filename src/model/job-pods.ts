/** The Pods of a Job (addCompletionIndexEnvVariables and the like of pkg/controller/job/indexed_job_utils.go). */
import type { Container } from './container.ts';
import type { Job } from './job.ts';
import { MAX_BASE_LENGTH, namesWithSuffix } from './made-name.ts';
import type { MadePod } from './made-pod.ts';
import type { PodSpec } from './pod.ts';

/** The annotation and label of a Pod of an Indexed Job. */
export const INDEX = 'batch.kubernetes.io/job-completion-index';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

type JobName = Pick<Job, 'name' | 'namespace'>;

/** So many Pods of a Job; of an Indexed one those of the first indexes. */
export function jobPods(
  { isIndexed, ...job }: JobName & Pick<Job, 'isIndexed'>,
  count: number,
  template: PodSpec,
): readonly MadePod[] {
  const bases = Array.from({ length: count }, (_, index) => jobPodBase(job, isIndexed ? index : undefined));
  return namesWithSuffix(`Job/${job.namespace}/${job.name}`, bases).map((name, index) =>
    jobPod(job, { name, ...(isIndexed ? { index } : {}) }, template),
  );
}

/** What stands before the suffix of a Pod's name; an index is not cut off (podGenerateNameWithIndex). */
export function jobPodBase({ name }: Pick<JobName, 'name'>, index?: number): string {
  const end = index === undefined ? '-' : `-${index}-`;
  return name.slice(0, MAX_BASE_LENGTH - end.length) + end;
}

/** @param pod its name, and its index where the Job has any */
function jobPod(
  { name }: JobName,
  pod: { readonly name: string; readonly index?: number },
  template: PodSpec,
): MadePod {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name };
  const labels = { 'batch.kubernetes.io/job-name': name, 'job-name': name };
  if (pod.index === undefined) return { name: pod.name, owner, labels };
  const mark = indexMark(pod.index);
  const spec = { ...withVariable(template), hostname: jobHostname({ name }, pod.index) };
  return { name: pod.name, owner, labels: { ...labels, ...mark }, annotations: mark, spec };
}

export const indexMark = (index: number): Readonly<Record<string, string>> => ({ [INDEX]: String(index) });

export const jobHostname = ({ name }: Pick<JobName, 'name'>, index: number): string => `${name}-${index}`;

/** Where the variable is not written already. */
function withVariable(spec: PodSpec): PodSpec {
  const variable = {
    name: INDEX_VARIABLE,
    value: '',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } },
  };
  const add = (container: Container): Container =>
    container.env.some(({ name }) => name === INDEX_VARIABLE)
      ? container
      : { ...container, env: [...container.env, variable] };
  return { ...spec, initContainers: spec.initContainers.map(add), containers: spec.containers.map(add) };
}
