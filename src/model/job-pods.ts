import { namesWithSuffix } from './made-name.ts';
import type { MadePod } from './made-pod.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** How many Pods a Job has, and whether each knows its number. */
export interface JobForm {
  readonly count: number;
  readonly isIndexed: boolean;
}

/** The Pods of a Job, all of those that a cluster would run one after another. */
export function jobPods(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { count, isIndexed }: JobForm,
  template: PodSpec,
): readonly MadePod[] {
  const bases = Array.from({ length: count }, (_, index) => (isIndexed ? `${name}-${index}-` : `${name}-`));
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name };
  const labels = { 'batch.kubernetes.io/job-name': name, 'job-name': name };
  return namesWithSuffix(`Job/${namespace}/${name}`, bases).map((podName, index) => {
    if (!isIndexed) return { name: podName, owner, labels };
    const mark = { [INDEX]: String(index) };
    const hostname = `${name}-${index}`;
    const indexed = { ...withIndex(template, index), hostname };
    return { name: podName, owner, labels: { ...labels, ...mark }, annotations: mark, spec: indexed };
  });
}

function withIndex(spec: PodSpec, index: number): PodSpec {
  const add = (container: Container): Container =>
    container.env.some(({ name }) => name === INDEX_VARIABLE)
      ? container
      : { ...container, env: [...container.env, { name: INDEX_VARIABLE, value: String(index) }] };
  return { ...spec, initContainers: spec.initContainers.map(add), containers: spec.containers.map(add) };
}
