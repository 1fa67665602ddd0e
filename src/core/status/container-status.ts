/** A container's status in Kubernetes' words (kubelet_pods.go convertToAPIContainerStatuses). */
import { containerKey, probeKey } from '../state/part-key.ts';
import type { ContainerState, ContainerStatus } from 'kubernetes-types/core/v1.js';
import type { Container, Resources } from '../../model/container.ts';
import type { Pod, PodSpec } from '../../model/pod.ts';
import { allContainers, isSidecar } from '../runtime/facts.ts';
import { hookKey } from '../probes/hook.ts';
import { imagesTrouble } from '../images/image-trouble.ts';
import { mountedImages } from '../images/image-uses.ts';
import type { ContainerEnd, PodEnd } from '../runtime/labels.ts';
import { containerName, podVolumeName } from '../runtime/names.ts';
import type { Instance } from '../runtime/observed.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { instanceOf } from '../runtime/run-key.ts';
import {
  askedBy,
  cannotRun,
  diedForMemory,
  endedAtMs,
  hasEnded,
  isRunning,
  policyOf,
  restartAfter,
} from '../pod/restart.ts';
import { hasStarted } from '../probes/started.ts';
import type { PodMemory, Retry } from '../state/pod-memory.ts';
import type { SharedMemory } from '../state/shared-memory.ts';
import { lastBytes } from '../runtime/text-bytes.ts';
import { goDuration, rfc3339 } from '../runtime/time.ts';

/** What the containers of one Pod are looked at with. */
export interface StatusView {
  readonly project: string;
  readonly pod: Pod;
  readonly ref: PodRef | undefined;
  readonly deleting: boolean;
  /** The ready infra's id; undefined while the sandbox is not ready. */
  readonly infraId: string | undefined;
  /** How the Pod ended, if it has. */
  readonly end: PodEnd | undefined;
  readonly memory: PodMemory;
  readonly shared: Pick<SharedMemory, 'retries' | 'images'>;
  readonly nowMs: number;
}

export function containerStatus(
  view: StatusView,
  container: Container,
  instances: readonly Instance[],
): ContainerStatus {
  const attempt = (view.ref && view.memory.attempts.get(containerKey(view.ref, container.name))) ?? 0;
  const newest = newestOf(instances, attempt);
  const ended = instances.filter((instance) => hasEnded(instance.container));
  const recorded = newest === undefined ? view.end?.containers[container.name] : undefined;
  const state =
    recorded === undefined
      ? (waitingState(view, container, newest) ?? shownState(view, newest))
      : { terminated: recall(recorded) };
  const previous = state.terminated === undefined ? ended[0] : ended[1];
  const vanished = newest === undefined && attempt > 0 && recorded === undefined;
  const next = view.deleting ? Math.max(0, attempt - 1) : attempt;
  const started =
    newest !== undefined &&
    state.running !== undefined &&
    view.ref !== undefined &&
    hasStarted(view.memory, view.ref, container, newest);
  return {
    name: container.name,
    image: container.image,
    imageID: newest?.container.imageId ?? '',
    ...(newest === undefined ? {} : { containerID: `docker://${newest.container.id}` }),
    restartCount: newest?.attempt ?? recorded?.attempt ?? next,
    started,
    ready: isPlainInit(view, container)
      ? state.terminated?.exitCode === 0
      : started && isReady(view, container, newest),
    state,
    ...(container.resources === undefined ? {} : { resources: resourcesStatus(container.resources) }),
    lastState: vanished ? unknownEnd.state : previous === undefined ? {} : { terminated: terminated(view, previous) },
  };
}

/** Once it was started, an instance that is gone leaves no older one in its place. */
const newestOf = ([newest]: readonly Instance[], attempt: number): Instance | undefined =>
  newest === undefined || newest.attempt + 1 < attempt ? undefined : newest;

const resourcesStatus = ({ requests, limits }: Resources) => ({ requests: { ...requests }, limits: { ...limits } });

function shownState(view: StatusView, newest: Instance | undefined): ContainerState {
  if (newest === undefined) return {};
  if (isRunning(newest.container)) return { running: { startedAt: rfc3339(newest.container.startedAtMs ?? 0) } };
  return { terminated: terminated(view, newest) };
}

const defaultWaits = ['ContainerCreating', 'PodInitializing'] as const;

/** It waits, and nothing is known to have gone wrong. */
export const isDefaultWait = ({ state }: ContainerStatus): boolean =>
  defaultWaits.some((reason) => reason === state?.waiting?.reason);

/** Why the container waits; undefined when it runs, has ended for good, or has only just ended. */
function waitingState(
  view: StatusView,
  container: Container,
  newest: Instance | undefined,
): ContainerState | undefined {
  if (newest !== undefined && isRunning(newest.container)) return undefined;
  const trouble = view.deleting
    ? undefined
    : (imagesTrouble(view.shared, view.pod.spec, container, view.nowMs) ?? engineTrouble(view, container, newest));
  const [creating, initializing] = defaultWaits;
  const initial = view.pod.spec.initContainers.length > 0 ? initializing : creating;
  if (newest === undefined || !hasEnded(newest.container)) return { waiting: trouble ?? { reason: initial } };
  if (view.deleting || view.end !== undefined) return undefined;
  const restart = restartAfter(
    newest,
    policyOf(view.pod.spec, container),
    view.infraId ?? newest.container.joinedTo ?? '',
    view.nowMs,
    askedBy(view.memory),
  );
  switch (restart.kind) {
    case 'never':
      return undefined;
    case 'now': {
      const { waitedMs } = restart;
      // The kubelet forgets the reason once a start has succeeded (pkg/kubelet/reason_cache.go).
      const waited = waitedMs === undefined ? undefined : crashLoop(view, container, waitedMs);
      const waiting = trouble ?? hookTrouble(view, newest) ?? startTrouble(view, newest) ?? waited;
      return waiting === undefined ? undefined : { waiting };
    }
    case 'wait': {
      const hooked = view.nowMs < endedAtMs(newest.container) + resyncMs ? hookTrouble(view, newest) : undefined;
      return { waiting: hooked ?? startTrouble(view, newest) ?? crashLoop(view, container, restart.backoffMs) };
    }
  }
}

function terminated(view: StatusView, { container }: Instance): NonNullable<ContainerState['terminated']> {
  const failedStart = cannotRun(container);
  const oom = diedForMemory(container, view.memory);
  const cause = failedStart
    ? 'ContainerCannotRun'
    : oom
      ? 'OOMKilled'
      : container.exitCode === 0
        ? 'Completed'
        : 'Error';
  const said = container.message === undefined ? [] : [lastBytes(container.message, messageBudget(view.pod.spec))];
  const message = [...(failedStart ? [container.error] : []), ...said].join(': ');
  return {
    exitCode: container.exitCode,
    reason: cause,
    ...(message === '' ? {} : { message }),
    startedAt: rfc3339(container.startedAtMs ?? container.createdAtMs),
    finishedAt: rfc3339(endedAtMs(container)),
    containerID: `docker://${container.id}`,
  };
}

/** All containers of a Pod share 12 KiB of messages (MaxPodTerminationMessageLogLength). */
const messageBudget = (spec: PodSpec): number => Math.floor((12 * 1024) / allContainers(spec).length);

/** What the record of a finished Pod keeps of a container that was pruned. */
function recall(end: ContainerEnd): NonNullable<ContainerState['terminated']> {
  const { exitCode, startedAtMs, finishedAtMs } = end;
  const cause = exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode, reason: cause, startedAt: rfc3339(startedAtMs), finishedAt: rfc3339(finishedAtMs) };
}

const isPlainInit = ({ pod }: StatusView, container: Container): boolean =>
  !isSidecar(container) && pod.spec.initContainers.some(({ name }) => name === container.name);

function isReady(view: StatusView, container: Container, newest: Instance | undefined): boolean {
  if (newest === undefined || newest.container.joinedTo !== view.infraId) return false;
  if (container.readinessProbe === undefined) return true;
  const probe = view.ref && view.memory.probes.get(probeKey(view.ref, container.name, 'readiness'));
  return probe !== undefined && probe.passing && probe.instance === instanceOf(newest.container);
}

/** Where startContainer fails (kuberuntime_container.go): while it makes the configuration, the container, or the start. */
function engineTrouble(
  view: StatusView,
  container: Container,
  newest: Instance | undefined,
): ContainerState['waiting'] {
  const { memory, project, ref } = view;
  if (ref === undefined) return undefined;
  const missing = memory.misconfigured.get(containerKey(ref, container.name));
  if (missing !== undefined) return { reason: 'CreateContainerConfigError', message: missing };
  if (newest?.container.state === 'created') {
    const { name } = newest.container;
    const start = memory.retries.get(`startContainer ${name}`) ?? memory.retries.get(`syncFiles ${name}`);
    const trouble = refusal(start, 'RunContainerError');
    if (trouble !== undefined) return trouble;
  }
  const attempt =
    newest === undefined ? (memory.attempts.get(containerKey(ref, container.name)) ?? 0) : newest.attempt + 1;
  const copies = mountedImages(view.pod.spec, container).map(
    ({ name }) => `copyImage ${podVolumeName(project, ref, name)}`,
  );
  const made = [...copies, `createContainer ${containerName(project, ref, container.name, attempt)}`];
  return made.map((key) => refusal(memory.retries.get(key), 'CreateContainerError')).find(Boolean);
}

function refusal(retry: Retry | undefined, reason: string): ContainerState['waiting'] {
  if (retry?.failure.kind !== 'refused' && retry?.failure.kind !== 'config') return undefined;
  const { kind, message } = retry.failure;
  return { reason: kind === 'config' ? 'CreateContainerConfigError' : reason, message };
}

/** A kubelet looks at a Pod again so long after something failed: until then the failure is the reason. */
const resyncMs = 10_000;

function crashLoop(view: StatusView, container: Container, backoffMs: number): ContainerState['waiting'] & object {
  return { reason: 'CrashLoopBackOff', message: crashMessage(view, container, backoffMs) };
}

/** Its postStart hook failed, it was ended for that, and the next one has not begun. */
function hookTrouble({ memory }: StatusView, newest: Instance): ContainerState['waiting'] {
  const hook = memory.hooks.get(hookKey(newest, 'postStart'));
  return typeof hook === 'object' ? { reason: 'PostStartHookError', message: 'PostStartHook failed' } : undefined;
}

/** A start that failed by the container's own fault is its end as well; the kubelet sees that end a relist later. */
function startTrouble({ nowMs }: StatusView, { container }: Instance): ContainerState['waiting'] {
  if (!cannotRun(container) || nowMs >= endedAtMs(container) + relistMs) return undefined;
  return { reason: 'RunContainerError', message: container.error };
}

/** pkg/kubelet/kubelet.go genericPlegRelistPeriod. */
const relistMs = 1_000;

function crashMessage({ ref, pod }: StatusView, container: Container, backoffMs: number): string {
  const name = `${pod.metadata.name}_${pod.metadata.namespace}(${ref?.uid ?? ''})`;
  return `back-off ${goDuration(backoffMs)} restarting failed container=${container.name} pod=${name}`;
}

/** A container that was there and is not: nobody knows how it ended (kubelet_pods.go; status_manager.go). */
export const unknownEnd = {
  state: {
    terminated: {
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
    },
  },
  started: false,
  ready: false,
};

export const isUnknownEnd = ({ terminated }: ContainerState): boolean =>
  terminated?.reason === unknownEnd.state.terminated.reason;
