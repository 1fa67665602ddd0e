import { jobPods } from './job.ts';
import { namesWithSuffix, templateHash } from './made-name.ts';
import type { ReadPod } from './pod.ts';
import type { Controller, MadePod } from './pod-template.ts';
import { podCount } from './pod-template.ts';
import type { Report } from './report.ts';
import { statefulPods } from './stateful-set.ts';
import type { OwnerReference } from './types.ts';

/** The Pods that a controller makes of its template, with Kubernetes' names, labels and owner references. */
export function podsOf(controller: Controller, template: ReadPod, report: Report): readonly ReadPod[] {
  const { labels, annotations, namespace } = template.pod.metadata;
  return makePods(controller, template, report).map((made) => {
    const metadata = {
      name: made.name,
      namespace,
      labels: { ...labels, ...made.labels },
      annotations: { ...annotations, ...made.annotations },
      ownerReference: made.owner,
    };
    return { ...template, pod: { metadata, spec: made.spec ?? template.pod.spec } };
  });
}

function makePods(controller: Controller, template: ReadPod, report: Report): readonly MadePod[] {
  const { kind, name, namespace, spec } = controller;
  switch (kind) {
    case 'Deployment': {
      const hash = templateHash(spec['template']);
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-${hash}` };
      const labels = { 'pod-template-hash': hash };
      return equalPods(owner, namespace, podCount('replicas', controller, report)).map((pod) => ({ ...pod, labels }));
    }
    case 'ReplicaSet':
    case 'ReplicationController': {
      const owner = { apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'v1', kind, name };
      return equalPods(owner, namespace, podCount('replicas', controller, report));
    }
    case 'DaemonSet':
      return equalPods({ apiVersion: 'apps/v1', kind, name }, namespace, 1);
    case 'StatefulSet':
      return statefulPods(controller, template.pod.spec, report);
    case 'Job':
      return jobPods(controller, template.pod.spec, report);
    case 'CronJob':
      return [];
  }
}

function equalPods(owner: OwnerReference, namespace: string, count: number): readonly MadePod[] {
  const bases = Array.from({ length: count }, () => `${owner.name}-`);
  return namesWithSuffix(`${owner.kind}/${namespace}/${owner.name}`, bases).map((name) => ({ name, owner }));
}
