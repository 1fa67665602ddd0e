/** A project as Kubernetes objects: resolved, as podrun runs it, or for a cluster. */
import { apiClaim, apiData, apiObjects, apiPod } from '../../core/status/api-object.ts';
import { groupOf } from '../../core/admission/workload.ts';
import { groupKey } from '../../core/workloads/owned.ts';
import { podKey } from '../../core/runtime/pod-ref.ts';
import { identityOf } from '../../manifest/project/dialect.ts';
import type { Fields } from '../../manifest/yaml/read.ts';
import { fieldsOf, isFields, listOf } from '../../manifest/yaml/read.ts';
import type { CronJob } from '../../model/job.ts';
import { ENDPOINTS } from '../../model/annotations.ts';
import type { Deployment } from '../../model/workload.ts';
import { fieldsIn } from '../../manifest/schema/schema.ts';
import type { Project } from '../../model/project.ts';
import { shortDeployment, splitShort } from './short-deployment.ts';
import type { Written } from '../../manifest/short-form/written-objects.ts';

/** All that podrun makes of the files, with every default; Services as they are written, CronJobs for the Jobs to come. */
export function resolvedObjects(project: Project, written: Written): readonly object[] {
  const { objects } = written;
  const crons = (project.cronJobs ?? []).map((cron) => {
    const own = objects.find((object) => identityOf(object) === `CronJob ${podKey(cron)}`);
    return resolvedCronJob(cron, own ?? {});
  });
  const { deployments, others } = splitShort(project, written);
  const [first] = others;
  const own = apiObjects({ ...project, pods: others }).map((object) =>
    first !== undefined && object.kind === 'Pod' && podKey(object.metadata) === podKey(first.metadata)
      ? withEndpoints(object, project)
      : object,
  );
  return [
    ...objects.filter(({ kind }) => kind === 'Service'),
    ...own,
    ...deploymentsOf(project, deployments),
    ...crons,
  ];
}

/** Where there is no Pod by itself, the endpoints are with the first of them. @param finish what each template is then */
const deploymentsOf = (
  project: Project,
  deployments: readonly Deployment[],
  finish: (pod: object, deployment: Deployment) => object = (pod) => pod,
): readonly object[] => {
  const isFirst = areAllTheirs(project, deployments);
  return deployments.map((deployment, index) =>
    shortDeployment(deployment, (pod) => {
      const whole = finish(pod, deployment);
      return isFirst && index === 0 ? withEndpoints(whole, project) : whole;
    }),
  );
};

/** All Pods are of Deployments. */
const areAllTheirs = ({ pods }: Project, deployments: readonly Deployment[]): boolean =>
  pods.every(({ metadata }) => deployments.some((each) => groupKey(each) === groupOf(metadata)));

function resolvedCronJob(cron: CronJob, written: Fields): object {
  const { namespace, suspend, concurrencyPolicy, successfulJobsHistoryLimit, failedJobsHistoryLimit } = cron;
  const [metadata, spec] = [fieldsOf(written['metadata']), fieldsOf(written['spec'])];
  const jobTemplate = fieldsOf(spec['jobTemplate']);
  const pod = fieldsOf(apiPod(cron.template));
  const { labels, annotations } = fieldsOf(pod['metadata']);
  const template = { metadata: { labels, annotations }, spec: pod['spec'] };
  const defaults = { suspend, concurrencyPolicy, successfulJobsHistoryLimit, failedJobsHistoryLimit };
  return {
    ...written,
    metadata: { ...metadata, namespace },
    spec: {
      ...spec,
      ...defaults,
      jobTemplate: { ...jobTemplate, spec: { ...fieldsOf(jobTemplate['spec']), template } },
    },
  };
}

/**
 * What a cluster takes: Kubernetes objects as they are written, the short form as what it means, with the fields that
 * only a cluster honours.
 */
export function clusterObjects(project: Project, written: Written): readonly object[] {
  const known = new Set(written.objects.map(identityOf));
  const runs = new Set(project.pods.map(({ metadata }) => podKey(metadata)));
  const isOurs = (object: object): boolean => !known.has(identityOf(object));
  const kept = written.objects.filter(
    (object) => object['kind'] !== 'Pod' || runs.has((identityOf(object) ?? '').replace(/^Pod /, '')),
  );
  return [
    ...project.objects.map(apiData).filter(isOurs),
    ...project.claims
      .filter(({ name }) => written.volumes.has(name))
      .map(apiClaim)
      .filter(isOurs),
    ...kept,
    ...project.pods
      .flatMap((pod) => {
        const short = written.shortPods.get(podKey(pod.metadata));
        return short === undefined ? [] : [withUnused(apiPod(pod), short)];
      })
      .map((pod, index) => (index === 0 ? withEndpoints(pod, project) : pod)),
    ...deploymentsOf(project, splitShort(project, written).deployments, (pod, deployment) =>
      withUnused(pod, written.shortPods.get(podKey(deployment)) ?? {}),
    ),
  ];
}

/** The Pod with the project's endpoints, which are no Pod's own. */
function withEndpoints(pod: object, { endpoints = [] }: Project): object {
  if (endpoints.length === 0) return pod;
  const metadata = fieldsOf(fieldsOf(pod)['metadata']);
  const texts = JSON.stringify(Object.fromEntries(endpoints.map(({ name, text }) => [name, text])));
  return {
    ...pod,
    metadata: { ...metadata, annotations: { ...fieldsOf(metadata['annotations']), [ENDPOINTS]: texts } },
  };
}

/** What the API serves of several objects, in one. */
export function asList(items: readonly object[]): object {
  return { apiVersion: 'v1', kind: 'List', items };
}

/** The Pod with what the file says and podrun does not do. */
function withUnused(pod: object, short: Fields): object {
  const spec = fieldsOf(fieldsOf(pod)['spec']);
  const containers = (field: string): Fields =>
    spec[field] === undefined
      ? {}
      : {
          [field]: listOf(spec[field]).map((each) =>
            withAbsent('Container', fieldsOf(each), ownOf(each, short[field])),
          ),
        };
  const volumes = listOf(spec['volumes']).map((volume) => {
    // An empty folder stands in the place of a source that only a cluster has.
    const source = absentFields('Volume', fieldsOf(volume), ownOf(volume, short['volumes']));
    return Object.keys(source).length === 0 ? volume : { name: fieldsOf(volume)['name'], ...source };
  });
  const whole = { ...spec, ...containers('initContainers'), ...containers('containers'), volumes };
  const { containers: _containers, initContainers: _init, volumes: _volumes, ...fields } = short;
  return { ...pod, spec: withAbsent('PodSpec', whole, fields) };
}

type Definition = 'PodSpec' | 'Container' | 'Volume';

function withAbsent(definition: Definition, object: Fields, written: Fields): Fields {
  return { ...object, ...absentFields(definition, object, written) };
}

/** Kubernetes' own fields that are written and came to nothing. */
function absentFields(definition: Definition, object: Fields, written: Fields): Fields {
  const names = fieldsIn(definition).filter((name) => written[name] !== undefined && object[name] === undefined);
  return Object.fromEntries(names.map((name) => [name, written[name]]));
}

/** What is written of a named object in a list or a map by name. */
function ownOf(object: unknown, written: unknown): Fields {
  const name = String(fieldsOf(object)['name']);
  const inList = listOf(written).find((each) => isFields(each) && each['name'] === name);
  return fieldsOf(Array.isArray(written) ? inList : fieldsOf(written)[name]);
}
