/** A Pod as `kubectl get -o json` gives it (POD-SEMANTICS section 6). */
import type { Pod as KubernetesPod, PodStatus } from 'kubernetes-types/core/v1.js';
import type { Container, OwnerReference, Pod } from '../manifest/types.ts';
import { apiSpec } from './api-spec.ts';
import { condition, podConditions } from './conditions.ts';
import { containerStatus } from './container-status.ts';
import type { StatusView } from './container-status.ts';
import { isFinished } from './end.ts';
import { observe } from './observed.ts';
import type { ObservedPod } from './observed.ts';
import { hasSidecar, podPhase } from './phase.ts';
import { podKey } from './pod-ref.ts';
import { qosClass } from './qos.ts';
import { recallPod } from './recall.ts';
import { askedBy } from './restart.ts';
import { allInstances, bornAtMs, sandboxOf } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import type { Refusal } from './schedule.ts';
import type { State } from './state.ts';
import { mountText } from './mount-text.ts';
import { rfc3339 } from './time.ts';

/** How long the engine may be silent before its Pods are Unknown (PRODUCT: section 2; Kubernetes' node-monitor-grace-period). */
export const nodeLostAfterMs = 40_000;

/** Every Pod of the project, sorted by namespace and name: those on the engine, and those of the file that are not there yet. */
export function podList(state: State, nowMs: number): readonly KubernetesPod[] {
  const observed = observe(state.snapshot);
  const desired = state.intent.kind === 'up' ? (state.project?.pods ?? []) : [];
  const gateway = observed.network?.gateway ?? '';
  const begun = observed.pods.filter(isThere);
  const there = new Set(begun.map((pod) => pod.key));
  const shown = begun.map((pod) =>
    podObject(state, state.memory.applied.get(pod.uid) ?? recallPod(pod), pod, gateway, nowMs),
  );
  const coming = desired
    .filter((pod) => !there.has(podKey(pod.metadata)))
    .map((pod) => podObject(state, pod, undefined, gateway, nowMs));
  const key = (pod: KubernetesPod) => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
  return [...shown, ...coming].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Those of them that this podrun looks after. */
export function ownPodList(state: State, nowMs: number): readonly KubernetesPod[] {
  const apart = new Set(state.project?.apart);
  return podList(state, nowMs).filter(
    ({ metadata }) => !apart.has(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`),
  );
}

/** More of the Pod is on the engine than volumes. */
export function isThere({ infras, instances, record }: ObservedPod): boolean {
  return infras.length > 0 || instances.size > 0 || record.end !== undefined;
}

/** The status of one Pod that is on the engine. */
export function statusOf(state: State, pod: Pod, observed: ObservedPod, nowMs: number): PodStatus {
  return podStatus(state, pod, observed, observe(state.snapshot).network?.gateway ?? '', nowMs);
}

function podObject(
  state: State,
  pod: Pod,
  observed: ObservedPod | undefined,
  gateway: string,
  nowMs: number,
): KubernetesPod {
  const deletion = observed?.record.deletion;
  const born = bornAtMs(observed);
  const { metadata, spec } = pod;
  const key = podKey(metadata);
  const refusal = observed === undefined ? state.memory.refused.get(key) : undefined;
  const uid = observed?.uid ?? state.memory.newUids.get(key);
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
      refusal === undefined ? podStatus(state, pod, observed, gateway, nowMs) : refusedStatus(state, pod, refusal),
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

function podStatus(
  state: State,
  pod: Pod,
  observed: ObservedPod | undefined,
  gateway: string,
  nowMs: number,
): PodStatus {
  const sandbox = sandboxOf(observed);
  const view: StatusView = {
    project: state.self.project,
    pod,
    ref: observed,
    deleting: observed?.record.deletion !== undefined || state.intent.kind === 'down',
    infraId: sandbox.kind === 'ready' ? sandbox.infra.container.id : undefined,
    end: observed?.record.end,
    memory: state.memory,
    nowMs,
  };
  const statusOf = (container: Container) =>
    containerStatus(view, container, observed?.instances.get(container.name) ?? []);
  const statuses = { init: pod.spec.initContainers.map(statusOf), regular: pod.spec.containers.map(statusOf) };
  const lost = !state.engine.answers && nowMs - state.engine.sinceMs >= nodeLostAfterMs;
  const asked = view.deleting ? new Set<string>() : askedBy(state.memory);
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
    changedAtMs: Math.max(knownBorn, ...changeTimes(state, observed)),
    lostSinceMs: lost ? state.engine.sinceMs : undefined,
    custom: observed?.record.conditions ?? {},
  });
  return {
    phase,
    ...reasonOf(state, pod, observed, sandbox, lost),
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
  state: State,
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
  const waiting = sandbox.kind === 'ready' ? volumeTrouble(state, observed) : hostPathTrouble(state, pod);
  const trouble = waiting ?? sandboxTrouble(state, observed, sandbox);
  return trouble === undefined ? {} : { message: trouble };
}

/** When containers began and ended, and verdicts changed. */
function changeTimes(state: State, observed: ObservedPod | undefined): number[] {
  const containers = allInstances(observed).map(
    ({ container }) => container.finishedAtMs ?? container.startedAtMs ?? 0,
  );
  if (observed === undefined) return containers;
  const keys = [...observed.instances.keys()].map((name) => `${observed.uid}/${name}/readiness`);
  return [...containers, ...keys.map((key) => state.memory.probes.get(key)?.sinceMs ?? 0)];
}

/** Why a Pod that is not there yet waits: a host path is not what the file says. */
function hostPathTrouble({ memory }: State, { spec }: Pod): string | undefined {
  for (const { name, hostPath } of spec.volumes) {
    const retry = hostPath && memory.retries.get(`prepareHostPath ${hostPath.type} ${hostPath.path}`);
    if (retry !== undefined) return mountText(name, retry.failure.message);
  }
  return undefined;
}

/** Why no container starts: what a volume is to hold is missing. */
function volumeTrouble({ memory }: State, observed: ObservedPod | undefined): string | undefined {
  for (const [key, message] of memory.misconfigured)
    if (observed !== undefined && key.startsWith(`${observed.uid}//`))
      return mountText(key.slice(observed.uid.length + 2), message);
  return undefined;
}

/** Why the sandbox is not made, in the engine's words. */
function sandboxTrouble(state: State, observed: ObservedPod | undefined, sandbox: Sandbox): string | undefined {
  if (observed === undefined || sandbox.kind === 'ready') return undefined;
  const verbs = ['createContainer', 'startContainer', 'createVolume', 'prepareVolumes'];
  for (const [key, retry] of state.memory.retries)
    if (verbs.some((verb) => key.startsWith(`${verb} `)) && key.includes(`.${observed.uid.slice(0, 8)}.`))
      return retry.failure.message;
  return undefined;
}
