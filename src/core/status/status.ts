/** A Pod as `kubectl get -o json` gives it. */
import type { ContainerStatus, Pod as KubernetesPod, PodStatus } from 'kubernetes-types/core/v1.js';
import type { OwnerReference as ApiOwner } from 'kubernetes-types/meta/v1.js';
import type { Pod } from '../../model/pod.ts';
import { apiSpec } from './api-spec.ts';
import { isDefaultWait } from './container-status.ts';
import { objectKey } from '../runtime/object-record.ts';
import { isHalfSeen, surroundingsOf } from '../runtime/observed.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { deriveStatus, isLeftOver, podStatus } from './pod-status.ts';
import type { PodPart, Subject } from './pod-status.ts';
import { withEntry } from '../state/entries.ts';
import type { PodMemoryDraft } from '../state/pod-memory.ts';
import type { PodState } from '../state/pod-table.ts';
import { recallPod } from '../spec/recall.ts';
import type { State } from '../state/state.ts';
import { advance } from './status-memory.ts';
import { toldGeneration } from '../state/told-status.ts';
import type { StatusMemory } from '../state/told-status.ts';
import { isThere } from '../runtime/there.ts';
import { rfc3339 } from '../runtime/time.ts';

/** Every Pod of the project, sorted by namespace and name: those on the engine, and those of the file that are not there yet. */
export function podList(state: State, nowMs: number): readonly KubernetesPod[] {
  const key = (pod: KubernetesPod) => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
  return state.pods.list
    .flatMap((pod) => podObjects(state, pod, nowMs))
    .toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The lives of a Pod, oldest first; while nothing of it is on the engine, the one that is to come. */
export function podObjects(state: State, pod: PodState, nowMs: number): readonly KubernetesPod[] {
  const known = told.get(pod);
  const from = toldFrom(state);
  if (known !== undefined && isSameRow(from, known.from)) return known.objects;
  const objects = subjectsOf(state, pod).map((subject) => podObject(state, subject, nowMs));
  if (isLasting(state, pod, objects)) told.set(pod, { from, objects });
  return objects;
}

/** A step leaves the Pods that it does not touch as they were, and their objects need not be built again. */
const told = new WeakMap<PodState, { readonly from: readonly object[]; readonly objects: readonly KubernetesPod[] }>();

/** All that a Pod's object is told from, beside the Pod itself. Not the state: that would keep every Pod of then alive. */
const toldFrom = ({ self, engine, intent, rest, shared }: State): readonly object[] => [
  ...[self, engine, intent, rest, shared.refused, shared.retries, shared.images, shared.records],
];

const isSameRow = (one: readonly object[], other: readonly object[]): boolean =>
  one.every((part, index) => part === other[index]);

/** Nothing of it tells of a time that passes: a back-off ends, and a silent engine is lost after a while. */
function isLasting(state: State, of: PodPart, objects: readonly KubernetesPod[]): boolean {
  if (!isQuiet(state, of)) return false;
  return objects.every(({ status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].every(isSteady),
  );
}

const isQuiet = ({ engine }: State, { memory }: PodPart): boolean => engine.answers && memory.retries.size === 0;

const isSteady = (status: ContainerStatus): boolean => status.state?.running !== undefined || isDefaultWait(status);

/** Those of them that this podrun looks after. */
export function ownPodList(state: State, nowMs: number): readonly KubernetesPod[] {
  const apart = new Set(state.project?.apart);
  return podList(state, nowMs).filter(
    ({ metadata }) => !apart.has(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`),
  );
}

/** The status of one life of a Pod that is on the engine. */
export function lifeStatus(state: State, of: PodPart, pod: Pod, observed: ObservedPod, nowMs: number): PodStatus {
  const subject = { of, pod, observed, uid: observed.uid };
  return podStatus(state, subject, memoryOf(state, subject, nowMs));
}

/** Takes in what there is of a Pod, once in each step that touches it: what is told next is told after it. */
export function rememberStatuses(state: State, of: PodPart & { readonly memory: PodMemoryDraft }, nowMs: number): void {
  const { statuses } = of.memory;
  const from = toldFrom(state);
  for (const subject of subjectsOf(state, of)) {
    const { uid, observed } = subject;
    const isJudged = observed === undefined || !isHalfSeen(observed);
    if (uid === undefined || !(isJudged || statuses.has(uid))) continue;
    const memory = memoryOf(state, subject, nowMs);
    remembered.set(memory, { from, nowMs });
    of.memory.statuses = withEntry(of.memory.statuses, uid, memory);
  }
}

/** From what a step remembered it: until another one touches the Pod, it need not be derived again. */
const remembered = new WeakMap<StatusMemory, { readonly from: readonly object[]; readonly nowMs: number }>();

/** What there is to tell of a Pod between two steps: told again with nothing new, it is the same. */
function memoryBetween(state: State, subject: Subject, nowMs: number): StatusMemory {
  const known = previousOf(subject);
  const source = known && remembered.get(known);
  if (!known || !source || !isSameRow(source.from, toldFrom(state))) return memoryOf(state, subject, nowMs);
  const { init, regular } = known.statuses;
  const holds = source.nowMs === nowMs || (isQuiet(state, subject.of) && [...init, ...regular].every(isSteady));
  return holds ? known : memoryOf(state, subject, nowMs);
}

function memoryOf(state: State, subject: Subject, nowMs: number): StatusMemory {
  const previous = previousOf(subject);
  return advance(previous, deriveStatus(state, subject, previous, nowMs), nowMs);
}

const previousOf = ({ of, uid }: Subject): StatusMemory | undefined =>
  uid === undefined ? undefined : of.memory.statuses.get(uid);

function subjectsOf(state: State, of: PodPart): readonly Subject[] {
  const { desired, lives, memory } = of;
  const begun = lives
    .filter((life) => isTold(state, of, life))
    .map((life): Subject => ({
      of,
      pod: memory.applied.get(life.uid) ?? recallPod(life),
      observed: life,
      uid: life.uid,
    }));
  if (begun.length > 0 || desired === undefined || state.intent.kind === 'down') return begun;
  const uid = memory.newUid;
  return [{ of, pod: desired, observed: lives.find((life) => life.uid === uid), uid }];
}

/** Once it was told of, a Pod is told of until the last of it is gone. */
function isTold(state: State, of: PodPart, life: ObservedPod): boolean {
  const known = of.memory.statuses.get(life.uid);
  if (isThere(life) || life.record.deletion !== undefined || known?.deletion !== undefined) return true;
  return known !== undefined && isLeftOver(state, of, life);
}

function podObject(state: State, subject: Subject, nowMs: number): KubernetesPod {
  const { metadata, spec } = subject.pod;
  const memory = memoryBetween(state, subject, nowMs);
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
      ...(metadata.ownerReference === undefined ? {} : { ownerReferences: [ownerOf(state, metadata)] }),
      creationTimestamp: rfc3339(memory.createdAtMs),
      generation: toldGeneration(memory),
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

/** The uid is as the owner's record has it; '' for a kind of which none is kept. */
function ownerOf({ rest, shared }: State, { namespace, ownerReference }: Pod['metadata']): ApiOwner {
  const { apiVersion = '', kind = '', name = '' } = ownerReference ?? {};
  const key = objectKey(kind, { namespace, name });
  const uid = (shared.records.get(key) ?? surroundingsOf(rest, []).objects.get(key)?.record)?.uid ?? '';
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
