/** A Pod as `kubectl get -o json` gives it (POD-SEMANTICS section 6). */
import type { Pod as KubernetesPod, PodStatus } from 'kubernetes-types/core/v1.js';
import type { Container, OwnerReference, Pod } from '../manifest/types.ts';
import { apiSpec } from './api-spec.ts';
import { condition, podConditions } from './conditions.ts';
import { containerStatus } from './container-status.ts';
import type { StatusView } from './container-status.ts';
import { isFinished } from './end.ts';
import type { EngineAction } from './action.ts';
import { surroundingsOf } from './observed.ts';
import type { ObservedPod } from './observed.ts';
import { hasSidecar, podPhase } from './phase.ts';
import { podKey } from './pod-ref.ts';
import { qosClass } from './qos.ts';
import { recallPod } from './recall.ts';
import { askedBy } from './restart.ts';
import { allInstances, bornAtMs, sandboxOf } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import type { Refusal } from './schedule.ts';
import type { PodMemory } from './pod-memory.ts';
import type { PodState } from './pod-table.ts';
import { livesOf } from './state.ts';
import type { State } from './state.ts';
import { isThere } from './there.ts';
import { mountText } from './mount-text.ts';
import { rfc3339 } from './time.ts';

/** How long the engine may be silent before its Pods are Unknown (PRODUCT: section 2; Kubernetes' node-monitor-grace-period). */
export const nodeLostAfterMs = 40_000;

/** Every Pod of the project, sorted by namespace and name: those on the engine, and those of the file that are not there yet. */
export function podList(state: State, nowMs: number): readonly KubernetesPod[] {
  const key = (pod: KubernetesPod) => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
  return state.pods.list
    .flatMap((pod) => podObjects(state, pod, nowMs))
    .toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Those of them that this podrun looks after. */
export function ownPodList(state: State, nowMs: number): readonly KubernetesPod[] {
  const apart = new Set(state.project?.apart);
  return podList(state, nowMs).filter(
    ({ metadata }) => !apart.has(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`),
  );
}

/** The lives of a Pod, oldest first; while nothing of it is on the engine, the one that is to come. */
export function podObjects(
  state: State,
  { desired, lives, memory }: PodState,
  nowMs: number,
): readonly KubernetesPod[] {
  const scene: StatusScene = { state, memory, gateway: gatewayOf(state), nowMs };
  const begun = lives.filter(isThere);
  if (begun.length > 0)
    return begun.map((life) => podObject(scene, memory.applied.get(life.uid) ?? recallPod(life), life));
  return desired !== undefined && state.intent.kind === 'up' ? [podObject(scene, desired, undefined)] : [];
}

/** The status of one life of a Pod that is on the engine. */
export function lifeStatus(state: State, pod: Pod, life: ObservedPod, memory: PodMemory, nowMs: number): PodStatus {
  return podStatus({ state, memory, gateway: gatewayOf(state), nowMs }, pod, life);
}

/** What the status of one Pod is made with. */
interface StatusScene {
  readonly state: State;
  readonly memory: PodMemory;
  /** The address of the machine on the project's network; '' while there is no network. */
  readonly gateway: string;
  readonly nowMs: number;
}

const gatewayOf = (state: State): string => surroundingsOf(state.rest, livesOf(state)).network?.gateway ?? '';

function podObject(
  { state, memory, gateway, nowMs }: StatusScene,
  pod: Pod,
  observed: ObservedPod | undefined,
): KubernetesPod {
  const deletion = observed?.record.deletion;
  const born = bornAtMs(observed);
  const { metadata, spec } = pod;
  const refusal = observed === undefined ? state.shared.refused.get(podKey(metadata)) : undefined;
  const uid = observed?.uid ?? memory.newUid;
  const nodeName = refusal?.phase === 'Pending' ? {} : { nodeName: state.self.node.name };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...(uid === undefined ? {} : { uid }),
      labels: { ...metadata.labels },
      annotations: { ...metadata.annotations },
      ...(metadata.ownerReference === undefined ? {} : { ownerReferences: [ownerOf(metadata.ownerReference)] }),
      ...(Number.isFinite(born) ? { creationTimestamp: rfc3339(born) } : {}),
      ...(deletion === undefined
        ? {}
        : {
            deletionTimestamp: rfc3339(deletion.atMs + deletion.graceSeconds * 1000),
            deletionGracePeriodSeconds: deletion.graceSeconds,
          }),
    },
    spec: { ...apiSpec(spec), ...nodeName },
    status:
      refusal === undefined
        ? podStatus({ state, memory, gateway, nowMs }, pod, observed)
        : refusedStatus(state, pod, refusal),
  };
}

/** A Pod that the scheduler finds no room for, or that the kubelet does not take. */
function refusedStatus({ engine }: State, { spec }: Pod, { phase, reason, message }: Refusal): PodStatus {
  const why = { reason, message };
  if (phase === 'Failed') return { phase, reason, message: `Pod was rejected: ${message}`, qosClass: qosClass(spec) };
  return { phase, conditions: [condition('PodScheduled', 'False', engine.sinceMs, why)], qosClass: qosClass(spec) };
}

/** Controllers are expanded as the file is read: none has a uid of its own. */
const ownerOf = (owner: OwnerReference) => ({ ...owner, uid: '', controller: true, blockOwnerDeletion: true });

function podStatus(scene: StatusScene, pod: Pod, observed: ObservedPod | undefined): PodStatus {
  const { state, memory, gateway, nowMs } = scene;
  const sandbox = sandboxOf(observed);
  const view: StatusView = {
    project: state.self.project,
    pod,
    ref: observed,
    deleting: observed?.record.deletion !== undefined || state.intent.kind === 'down',
    infraId: sandbox.kind === 'ready' ? sandbox.infra.container.id : undefined,
    end: observed?.record.end,
    memory,
    shared: state.shared,
    nowMs,
  };
  const statusOf = (container: Container) =>
    containerStatus(view, container, observed?.instances.get(container.name) ?? []);
  const statuses = { init: pod.spec.initContainers.map(statusOf), regular: pod.spec.containers.map(statusOf) };
  const lost = !state.engine.answers && nowMs - state.engine.sinceMs >= nodeLostAfterMs;
  const asked = view.deleting ? new Set<string>() : askedBy(memory);
  const ended = observed !== undefined && isFinished(pod.spec, observed, asked);
  // What ends by itself runs until its sidecars have ended; what is ended by its deadline has failed at once.
  const decided = view.end?.reason === undefined && hasSidecar(pod.spec, statuses.init) ? undefined : view.end?.phase;
  const phase = lost ? 'Unknown' : (decided ?? podPhase(pod.spec, statuses, ended));
  const podIP =
    sandbox.kind !== 'ready' ? '' : pod.spec.hostNetwork === true ? gateway : sandbox.infra.container.address;
  const born = bornAtMs(observed);
  const knownBorn = Number.isFinite(born) ? born : state.engine.sinceMs;
  const conditions = podConditions({
    spec: pod.spec,
    statuses,
    phase,
    sandboxReady: sandbox.kind === 'ready',
    bornAtMs: knownBorn,
    sandboxAtMs: sandbox.kind === 'ready' ? (sandbox.infra.container.startedAtMs ?? knownBorn) : knownBorn,
    changedAtMs: Math.max(knownBorn, ...changeTimes(memory, observed)),
    lostSinceMs: lost ? state.engine.sinceMs : undefined,
    custom: observed?.record.conditions ?? {},
  });
  return {
    phase,
    ...reasonOf(scene, pod, observed, sandbox, lost),
    conditions,
    ...(gateway === '' ? {} : { hostIP: gateway, hostIPs: [{ ip: gateway }] }),
    ...(podIP === '' ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    ...(Number.isFinite(born) ? { startTime: rfc3339(born) } : {}),
    ...(statuses.init.length === 0 ? {} : { initContainerStatuses: statuses.init }),
    containerStatuses: statuses.regular.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    qosClass: qosClass(pod.spec),
  };
}

function reasonOf(
  { state, memory }: StatusScene,
  pod: Pod,
  observed: ObservedPod | undefined,
  sandbox: Sandbox,
  lost: boolean,
): Pick<PodStatus, 'reason' | 'message'> {
  if (lost)
    return { reason: 'NodeLost', message: `the engine does not answer: ${state.engine.failure?.message ?? ''}` };
  const end = observed?.record.end;
  if (end?.reason !== undefined)
    return { reason: end.reason, ...(end.message === undefined ? {} : { message: end.message }) };
  const waiting = sandbox.kind === 'ready' ? volumeTrouble(memory, observed) : hostPathTrouble(state, pod);
  const trouble = waiting ?? sandboxTrouble(memory, observed, sandbox);
  return trouble === undefined ? {} : { message: trouble };
}

/** When containers began and ended, and verdicts changed. */
function changeTimes(memory: PodMemory, observed: ObservedPod | undefined): number[] {
  const containers = allInstances(observed).map(
    ({ container }) => container.finishedAtMs ?? container.startedAtMs ?? 0,
  );
  if (observed === undefined) return containers;
  const keys = [...observed.instances.keys()].map((name) => `${observed.uid}/${name}/readiness`);
  return [...containers, ...keys.map((key) => memory.probes.get(key)?.sinceMs ?? 0)];
}

/** Why a Pod that is not there yet waits: a host path is not what the file says. */
function hostPathTrouble({ shared }: State, { spec }: Pod): string | undefined {
  for (const { name, hostPath } of spec.volumes) {
    const retry = hostPath && shared.retries.get(`prepareHostPath ${hostPath.type} ${hostPath.path}`);
    if (retry !== undefined) return mountText(name, retry.failure.message);
  }
  return undefined;
}

/** Why no container starts: what a volume is to hold is missing. */
function volumeTrouble(memory: PodMemory, observed: ObservedPod | undefined): string | undefined {
  for (const [key, message] of memory.misconfigured)
    if (observed !== undefined && key.startsWith(`${observed.uid}//`))
      return mountText(key.slice(observed.uid.length + 2), message);
  return undefined;
}

/** Why the sandbox is not made, in the engine's words. */
function sandboxTrouble(memory: PodMemory, observed: ObservedPod | undefined, sandbox: Sandbox): string | undefined {
  if (observed === undefined || sandbox.kind === 'ready') return undefined;
  const part = `.${observed.uid.slice(0, 8)}.`;
  return [...memory.retries.values()].find(({ verb, target }) => sandboxVerbs.has(verb) && target.includes(part))
    ?.failure.message;
}

const sandboxVerbs: ReadonlySet<EngineAction['verb']> = new Set([
  'createContainer',
  'startContainer',
  'createVolume',
  'prepareVolumes',
]);
