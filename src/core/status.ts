/** A Pod as `kubectl get -o json` gives it (POD-SEMANTICS 6.1, 6.2; kubelet_pods.go getPhase, status/generate.go). */
import type { ContainerStatus, Pod as KubernetesPod, PodCondition, PodStatus } from 'kubernetes-types/core/v1.js';
import type { Pod } from '../manifest/types.ts';
import { containerStatus } from './container-status.ts';
import type { StatusView } from './container-status.ts';
import { observe } from './observed.ts';
import type { ObservedPod } from './observed.ts';
import { podKey } from './pod-ref.ts';
import { isFinished } from './pod.ts';
import { recallPod } from './recall.ts';
import type { Asked } from './restart.ts';
import { allInstances, sandboxOf } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import type { State } from './state.ts';
import { rfc3339 } from './time.ts';

/** How long the engine may be silent before its Pods are Unknown (PRODUCT: section 2; Kubernetes' node-monitor-grace-period). */
export const nodeLostAfterMs = 40_000;

/** Where the Pods run, for nodeName and hostIP. */
export interface Node {
  readonly name: string;
}

/** Every Pod of the project, sorted by namespace and name: those on the engine, and those of the file that are not there yet. */
export function podList(state: State, node: Node, nowMs: number): readonly KubernetesPod[] {
  const observed = observe(state.snapshot);
  const desired = state.intent.kind === 'up' ? (state.project?.pods ?? []) : [];
  const there = new Set(observed.pods.map((pod) => pod.key));
  const gateway = observed.network?.gateway ?? '';
  const shown = observed.pods
    .filter((pod) => pod.infras.length > 0 || pod.instances.size > 0)
    .map((pod) => podObject(state, state.memory.applied.get(pod.uid) ?? recallPod(pod), pod, node, gateway, nowMs));
  const coming = desired
    .filter((pod) => !there.has(podKey(pod.metadata)))
    .map((pod) => podObject(state, pod, undefined, node, gateway, nowMs));
  const key = (pod: KubernetesPod) => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
  return [...shown, ...coming].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function podObject(
  state: State,
  pod: Pod,
  observed: ObservedPod | undefined,
  node: Node,
  gateway: string,
  nowMs: number,
): KubernetesPod {
  const deletion = observed?.record.deletion;
  const bornAtMs = Math.min(...(observed?.infras ?? []).map(({ container }) => container.createdAtMs));
  const { metadata, spec } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...(observed === undefined ? {} : { uid: observed.uid }),
      labels: { ...metadata.labels },
      annotations: { ...metadata.annotations },
      ...(Number.isFinite(bornAtMs) ? { creationTimestamp: rfc3339(bornAtMs) } : {}),
      ...(deletion === undefined
        ? {}
        : {
            deletionTimestamp: rfc3339(deletion.atMs + deletion.graceSeconds * 1000),
            deletionGracePeriodSeconds: deletion.graceSeconds,
          }),
    },
    spec: { ...(structuredCopy(spec) as KubernetesPod['spec'] & object), nodeName: node.name },
    status: podStatus(state, pod, observed, bornAtMs, gateway, nowMs),
  };
}

function podStatus(
  state: State,
  pod: Pod,
  observed: ObservedPod | undefined,
  bornAtMs: number,
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
    memory: state.memory,
    nowMs,
  };
  const containerStatuses = pod.spec.containers
    .map((container) => containerStatus(view, container, observed?.instances.get(container.name) ?? []))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lost = !state.engine.answers && nowMs - state.engine.sinceMs >= nodeLostAfterMs;
  const phase = lost
    ? 'Unknown'
    : podPhase(pod, containerStatuses, observed, view.deleting ? new Set() : state.memory.stops);
  const podIP = sandbox.kind === 'ready' ? sandbox.infra.container.address : '';
  const trouble = sandboxTrouble(state, observed, sandbox);
  return {
    phase,
    ...(lost
      ? { reason: 'NodeLost', message: `the engine does not answer: ${state.engine.failure?.message ?? ''}` }
      : {}),
    ...(trouble === undefined || lost ? {} : { message: trouble }),
    conditions: conditions(
      observed,
      sandbox,
      containerStatuses,
      phase,
      bornAtMs,
      lost ? state.engine.sinceMs : undefined,
      state,
    ),
    ...(gateway === '' ? {} : { hostIP: gateway, hostIPs: [{ ip: gateway }] }),
    ...(podIP === '' ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    ...(Number.isFinite(bornAtMs) ? { startTime: rfc3339(bornAtMs) } : {}),
    containerStatuses,
    qosClass: 'BestEffort',
  };
}

/** POD-SEMANTICS 6.1, for regular containers. */
export function podPhase(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  observed: ObservedPod | undefined,
  asked: Asked,
): string {
  const finished = observed !== undefined && isFinished(pod.spec, observed, asked);
  const codes = statuses.map((status) => status.state?.terminated?.exitCode ?? status.lastState?.terminated?.exitCode);
  const waiting = statuses.some(
    (status) => status.state?.waiting !== undefined && status.lastState?.terminated === undefined,
  );
  if (waiting) return 'Pending';
  if (statuses.some((status) => status.state?.running !== undefined)) return 'Running';
  if (finished) return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  // All have ended, and not for good: one of them starts again.
  return 'Running';
}

function conditions(
  observed: ObservedPod | undefined,
  sandbox: Sandbox,
  statuses: readonly ContainerStatus[],
  phase: string,
  bornAtMs: number,
  lostSinceMs: number | undefined,
  state: State,
): PodCondition[] {
  const born = Number.isFinite(bornAtMs) ? bornAtMs : state.engine.sinceMs;
  const startedAtMs = sandbox.kind === 'ready' ? (sandbox.infra.container.startedAtMs ?? born) : born;
  const changedAtMs = Math.max(
    born,
    ...allInstances(observed).map(({ container }) => container.finishedAtMs ?? container.startedAtMs ?? 0),
    ...probeTimes(state, observed),
  );
  const unready = statuses.filter((status) => !status.ready).map((status) => status.name);
  const readiness = readyCondition(phase, unready);
  const at = (type: string, status: string, ms: number, why: Why = {}): PodCondition => ({
    type,
    status,
    lastProbeTime: null as unknown as string,
    lastTransitionTime: rfc3339(ms),
    ...why,
  });
  const ready =
    lostSinceMs === undefined
      ? at('Ready', readiness.status, changedAtMs, readiness.why)
      : at('Ready', 'Unknown', lostSinceMs, { reason: 'NodeLost' });
  return [
    at('PodReadyToStartContainers', sandbox.kind === 'ready' ? 'True' : 'False', startedAtMs),
    at('Initialized', 'True', born, phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}),
    ready,
    at('ContainersReady', readiness.status, changedAtMs, readiness.why),
    at('PodScheduled', 'True', born),
  ];
}

interface Why {
  readonly reason?: string;
  readonly message?: string;
}

function readyCondition(phase: string, unready: readonly string[]): { status: 'True' | 'False'; why: Why } {
  if (phase === 'Succeeded') return { status: 'False', why: { reason: 'PodCompleted' } };
  if (phase === 'Failed') return { status: 'False', why: { reason: 'PodFailed' } };
  if (unready.length === 0) return { status: 'True', why: {} };
  return {
    status: 'False',
    why: { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` },
  };
}

function probeTimes(state: State, observed: ObservedPod | undefined): number[] {
  if (observed === undefined) return [];
  const keys = [...observed.instances.keys()].map((name) => `${observed.uid}/${name}/readiness`);
  return keys.map((key) => state.memory.probes.get(key)?.sinceMs ?? 0);
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

/** kubernetes-types' arrays are mutable; the copy also drops what is undefined. */
function structuredCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
