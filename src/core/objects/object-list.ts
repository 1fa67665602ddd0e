/** All objects of a project that are no Pods, as the API would have them, with their status as the Pods tell it. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Workload } from '../../model/workload.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import { readObjectKey } from '../runtime/object-record.ts';
import { surroundingsOf } from '../runtime/observed.ts';
import type { State } from '../state/state.ts';
import { sourcesOf } from './templates.ts';
import type { ApiObject } from '../status/api-object.ts';
import { podList } from '../status/status.ts';
import { handsIn, withHands } from './hand.ts';
import { groupKey } from '../workloads/owned.ts';
import { claimObject, dataObject } from './api/data.ts';
import { deploymentObject } from './api/deployment.ts';
import { cronJobObject, jobsOf } from './api/cron-job.ts';
import { isExpired, jobObject } from './api/job.ts';
import { replicaSetObject, replicaSetsOf } from './api/replica-set.ts';
import { metaOf } from './api/scene.ts';
import { servedPods } from '../services/gateway-state.ts';
import { serviceObjects } from './api/service.ts';
import type { ServiceScene } from './api/service.ts';
import type { ApiScene } from './api/scene.ts';
import { daemonSetObject, statefulSetObject } from './api/stateful-set.ts';

/**
 * Sorted by kind, namespace and name. None while no file is known.
 * @param pods that there are, from which all statuses are told
 */
export function objectList(
  state: State,
  nowMs: number,
  pods: readonly KubernetesPod[] = podList(state, nowMs),
): readonly ApiObject[] {
  if (state.file === undefined) return [];
  const observed = surroundingsOf(state.rest, []).objects;
  const file = withHands(state.file, handsIn({ shared: state.shared, observed }), sourcesOf(state));
  const scene = sceneOf(state, pods, nowMs);
  const { workloads = [], cronJobs = [], services = [], objects, claims } = file;
  const serviceScene = services.length === 0 ? undefined : { ...scene, ...servedFrom(state) };
  const { claims: volumes } = surroundingsOf(state.rest, []);
  const jobs = [
    ...(file.jobs ?? []).filter((job) => !isExpired(scene, job)).map((job) => jobObject(scene, job)),
    ...cronJobs.flatMap((cron) =>
      jobsOf(scene, cron).map(({ job, annotations }) => jobObject(scene, job, annotations, cron.template)),
    ),
  ];
  return [
    ...workloads.flatMap((workload) => workloadObjects(scene, workload)),
    ...jobs,
    ...cronJobs.map((cron) => cronJobObject(scene, cron)),
    ...(serviceScene === undefined ? [] : services.flatMap((service) => serviceObjects(serviceScene, service))),
    ...objects.map(dataObject),
    ...claims.map((claim) => claimObject(state.self.project, claim, new Set(volumes.keys()))),
  ].toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

const servedFrom = (state: State): Omit<ServiceScene, keyof ApiScene> => ({
  served: servedPods(state, surroundingsOf(state.rest, []).network?.gateway ?? ''),
  nodeName: state.self.node.name,
});

function workloadObjects(scene: ApiScene, workload: Workload): readonly ApiObject[] {
  switch (workload.kind) {
    case 'Deployment':
      return [deploymentObject(scene, workload) as ApiObject, ...replicaSetsOf(scene, workload)];
    case 'StatefulSet':
      return [statefulSetObject(scene, workload), ...revisionObjects(scene, workload)];
    case 'DaemonSet':
      return [daemonSetObject(scene, workload), ...revisionObjects(scene, workload)];
    case 'ReplicaSet':
    case 'ReplicationController':
      return [replicaSetObject(scene, workload)];
  }
}

/** What each was is not kept, but which there are. */
const revisionObjects = (scene: ApiScene, workload: Workload): readonly ApiObject[] =>
  [...scene.records.values()]
    .filter(({ owner }) => owner === groupKey(workload))
    .map(({ object, revision = 0 }) => {
      const metadata = metaOf(scene, 'ControllerRevision', readObjectKey(object)) as ApiObject['metadata'];
      return { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, ...{ revision } };
    });

function sceneOf(state: State, pods: readonly KubernetesPod[], nowMs: number): ApiScene {
  const observed = surroundingsOf(state.rest, []).objects;
  const records = new Map<string, ObjectRecord>([...observed].map(([key, { record }]) => [key, record]));
  for (const [key, record] of state.shared.records) records.set(key, record);
  return { pods, records, wanted: state.project?.pods ?? [], scales: state.shared.staffing.scales, nowMs };
}

const keyOf = ({ kind, metadata: { namespace, name } }: ApiObject): string => `${kind}/${namespace}/${name}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
