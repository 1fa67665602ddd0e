import { firstPods } from '../../model/job.ts';
import type { Job } from '../../model/job.ts';
import { jobPods } from '../../model/job-pods.ts';
import { namesWithSuffix, templateHash } from '../../model/made-name.ts';
import type { MadePod } from '../../model/made-pod.ts';
import { ofTemplate } from '../../model/made-pod.ts';
import type { ReadPod } from '../pod/pod.ts';
import type { Controller } from './pod-template.ts';
import { podCount } from './pod-template.ts';
import type { Report } from '../yaml/report.ts';
import { statefulPods } from './stateful-set.ts';
import { revisionLabel } from '../../model/workload.ts';
import type { OwnerReference } from '../../model/pod.ts';

/** The Pods that a controller makes of its template, with Kubernetes' names, labels and owner references. */
export function podsOf(
  controller: Controller,
  job: Job | undefined,
  template: ReadPod,
  report: Report,
): readonly ReadPod[] {
  return makePods(controller, job, template, report).map((made) => ({
    ...template,
    pod: ofTemplate(template.pod, made),
  }));
}

function makePods(controller: Controller, job: Job | undefined, template: ReadPod, report: Report): readonly MadePod[] {
  const { kind, name, namespace, spec } = controller;
  switch (kind) {
    case 'Deployment': {
      const hash = templateHash(spec['template']);
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-${hash}` };
      const labels = { [revisionLabel[kind]]: hash };
      return equalPods(owner, namespace, podCount('replicas', controller, report)).map((pod) => ({ ...pod, labels }));
    }
    case 'ReplicaSet':
    case 'ReplicationController': {
      const owner = { apiVersion: kind === 'ReplicaSet' ? 'apps/v1' : 'v1', kind, name };
      return equalPods(owner, namespace, podCount('replicas', controller, report));
    }
    case 'DaemonSet': {
      // Its Pods of another template have other names.
      const revision = templateHash(spec['template']);
      const owner = { apiVersion: 'apps/v1', kind, name };
      const [pod] = namesWithSuffix(`${kind}/${namespace}/${name}-${revision}`, [`${name}-`]);
      return [{ name: pod ?? name, owner, labels: { [revisionLabel[kind]]: revision } }];
    }
    case 'StatefulSet':
      return statefulPods(controller, template.pod.spec, report);
    case 'Job':
      return job === undefined ? [] : jobPods(job, firstPods(job), template.pod.spec);
    // Its Jobs have Pods, each when it begins.
    case 'CronJob':
      return [];
  }
}

function equalPods(owner: OwnerReference, namespace: string, count: number): readonly MadePod[] {
  const bases = Array.from({ length: count }, () => `${owner.name}-`);
  return namesWithSuffix(`${owner.kind}/${namespace}/${owner.name}`, bases).map((name) => ({ name, owner }));
}
