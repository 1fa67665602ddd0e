import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import { namesWithSuffix } from './made-name.ts';
import type { Controller, MadePod } from './pod-template.ts';
import { podCount } from './pod-template.ts';
import type { Fields } from './read.ts';
import type { Report } from './report.ts';
import type { Container, PodSpec } from './types.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** The Pods of a Job, all of those that a cluster would run one after another. */
export function jobPods(job: Controller, template: PodSpec, report: Report): readonly MadePod[] {
  const { name, namespace, spec } = job;
  if (spec['suspend'] === true || spec['parallelism'] === 0) return [];
  const count = podCount(spec['completions'] === undefined ? 'parallelism' : 'completions', job, report);
  const isIndexed = spec['completionMode'] === 'Indexed';
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

/** Reports what an Indexed Job lacks (validateJobSpec). */
export function checkJob(spec: Fields, at: Cursor, report: Report): void {
  if (spec['completionMode'] === 'Indexed' && spec['completions'] === undefined)
    report(below(at, 'completions'), 'Required value: when completion mode is Indexed', { on: 'key' });
}

function withIndex(spec: PodSpec, index: number): PodSpec {
  const add = (container: Container): Container =>
    container.env.some(({ name }) => name === INDEX_VARIABLE)
      ? container
      : { ...container, env: [...container.env, { name: INDEX_VARIABLE, value: String(index) }] };
  return { ...spec, initContainers: spec.initContainers.map(add), containers: spec.containers.map(add) };
}
