/** A Pod as `kubectl get -o json` gives it (POD-SEMANTICS section 6). */
import type { Pod as KubernetesPod, PodStatus } from 'kubernetes-types/core/v1.js';
import type { OwnerReference, Pod } from '../manifest/types.ts';
import { apiSpec } from './api-spec.ts';
import { isHalfSeen, observe } from './observed.ts';
import type { Observed, ObservedPod } from './observed.ts';
import { podKey } from './pod-ref.ts';
import { deriveStatus, isLeftOver, podStatus } from './pod-status.ts';
import type { Subject } from './pod-status.ts';
import { recallPod } from './recall.ts';
import type { State } from './state.ts';
import { advance } from './status-memory.ts';
import type { StatusMemory } from './status-memory.ts';
import { isThere } from './there.ts';
import { rfc3339 } from './time.ts';

/** Every Pod of the project, sorted by namespace and name: those on the engine, and those of the file that are not there yet. */
export function podList(state: State, nowMs: number): readonly KubernetesPod[] {
  const key = (pod: KubernetesPod) => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
  return subjects(state, observe(state.snapshot))
    .map((subject) => podObject(state, subject, nowMs))
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Those of them that this podrun looks after. */
export function ownPodList(state: State, nowMs: number): readonly KubernetesPod[] {
  const apart = new Set(state.project?.apart);
  return podList(state, nowMs).filter(
    ({ metadata }) => !apart.has(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`),
  );
}

/** The status of one Pod that is on the engine. */
export function statusOf(state: State, pod: Pod, observed: ObservedPod, nowMs: number): PodStatus {
  const subject = { pod, observed, uid: observed.uid };
  return podStatus(state, subject, memoryOf(state, subject, nowMs));
}

/** Takes in what there is of each Pod, once in each step: what is told next is told after it. */
export function rememberStatuses(state: State, nowMs: number): void {
  const { statuses } = state.memory;
  for (const subject of subjects(state, observe(state.snapshot))) {
    const { uid, observed } = subject;
    const isJudged = observed === undefined || !isHalfSeen(observed);
    if (uid !== undefined && (isJudged || statuses.has(uid))) statuses.set(uid, memoryOf(state, subject, nowMs));
  }
}

function memoryOf(state: State, subject: Subject, nowMs: number): StatusMemory {
  const previous = subject.uid === undefined ? undefined : state.memory.statuses.get(subject.uid);
  return advance(previous, deriveStatus(state, subject, previous, nowMs), nowMs);
}

function subjects(state: State, observed: Observed): readonly Subject[] {
  const { memory, intent, project } = state;
  const begun = observed.pods
    .filter((pod) => isTold(state, pod))
    .map((pod): Subject => ({ pod: memory.applied.get(pod.uid) ?? recallPod(pod), observed: pod, uid: pod.uid }));
  const there = new Set(begun.map(({ observed: pod }) => pod?.key));
  const desired = intent.kind === 'up' ? (project?.pods ?? []) : [];
  const coming = desired
    .filter((pod) => !there.has(podKey(pod.metadata)))
    .map((pod): Subject => {
      const uid = memory.newUids.get(podKey(pod.metadata));
      return { pod, observed: observed.pods.find((life) => life.uid === uid), uid };
    });
  return [...begun, ...coming];
}

/** Once it was told of, a Pod is told of until the last of it is gone. */
function isTold(state: State, pod: ObservedPod): boolean {
  const known = state.memory.statuses.get(pod.uid);
  if (isThere(pod) || pod.record.deletion !== undefined || known?.deletion !== undefined) return true;
  return known !== undefined && isLeftOver(state, pod);
}

function podObject(state: State, subject: Subject, nowMs: number): KubernetesPod {
  const { metadata, spec } = subject.pod;
  const memory = memoryOf(state, subject, nowMs);
  const { deletion } = memory;
  const isScheduled = memory.acceptedAtMs !== undefined || memory.phase === 'Failed';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...(subject.uid === undefined ? {} : { uid: subject.uid }),
      labels: { ...metadata.labels },
      annotations: { ...metadata.annotations },
      ...(metadata.ownerReference === undefined ? {} : { ownerReferences: [ownerOf(metadata.ownerReference)] }),
      creationTimestamp: rfc3339(memory.createdAtMs),
      ...(deletion === undefined
        ? {}
        : {
            deletionTimestamp: rfc3339(deletion.atMs + deletion.graceSeconds * 1000),
            deletionGracePeriodSeconds: deletion.graceSeconds,
          }),
    },
    spec: { ...apiSpec(spec), ...(isScheduled ? { nodeName: state.self.node.name } : {}) },
    status: podStatus(state, subject, memory),
  };
}

/** Controllers are expanded as the file is read: none has a uid of its own. */
const ownerOf = (owner: OwnerReference) => ({ ...owner, uid: '', controller: true, blockOwnerDeletion: true });
