/** When a container that ended starts again (kuberuntime_manager.go doBackOff, client-go backoff.go). */
import type { Container, RestartPolicy, RestartRule } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Follows } from '../runtime/labels.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { instanceOf } from '../runtime/run-key.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';
import type { PodMemory } from '../state/pod-memory.ts';

export const initialBackoffMs = 10_000;
export const maxBackoffMs = 300_000;
/** An instance that lived longer than this since its start is forgiven: the next back-off is the first again. */
const forgivenAfterMs = 2 * maxBackoffMs;

/** By what a container restarts; a rule that fits an end is before the policy. */
export interface Policy {
  readonly restartPolicy: RestartPolicy;
  readonly restartPolicyRules?: readonly RestartRule[];
}

export type Restart =
  | { readonly kind: 'never' }
  /** Start now; `backoffMs` is the entry to stamp on the new instance, `waitedMs` the back-off that is over. */
  | { readonly kind: 'now'; readonly backoffMs: number; readonly waitedMs?: number }
  | { readonly kind: 'wait'; readonly untilMs: number; readonly backoffMs: number };

/** The runs of containers that podrun ended for others to follow them under that policy. */
export interface Asked {
  has(run: string, policy: RestartPolicy): boolean;
}

/**
 * A run that a failed postStart hook ended is not among them: its exit code decides as if it had ended by itself
 * (docs/pod-lifecycle.md#restarts).
 */
export const askedBy = (memory: Pick<PodMemory, 'stops'>): Asked => ({
  has: (run, policy) => {
    const follows = memory.stops.get(run)?.follows;
    return follows !== undefined && isFollowed(follows, policy);
  },
});

/**
 * Whether another follows whatever the exit code: one whose definition changed under every policy, one that failed its
 * liveness or lost its sandbox unless it is never to restart (kuberuntime_manager.go computePodActions).
 */
export const isFollowed = (follows: Follows, policy: RestartPolicy): boolean =>
  follows === 'change' || policy !== 'Never';

/**
 * Whether and when the next instance starts after `last`, which has ended. The whole history is in the engine: the
 * entry of the back-off is a label of the instance that it let start, and that instance's creation is its last update.
 * @param infraId the sandbox of now: an end in an earlier sandbox is no crash of this one and waits for nothing
 */
export function restartAfter(last: Instance, policy: Policy, infraId: string, nowMs: number, asked: Asked): Restart {
  const { container } = last;
  if (isOver(policy, container, asked)) return { kind: 'never' };
  if (container.joinedTo !== infraId) return { kind: 'now', backoffMs: last.backoffMs ?? 0 };
  const finishedAtMs = endedAtMs(container);
  if (last.backoffMs === undefined || finishedAtMs - container.createdAtMs > forgivenAfterMs)
    return { kind: 'now', backoffMs: initialBackoffMs };
  const untilMs = finishedAtMs + last.backoffMs;
  if (nowMs < untilMs) return { kind: 'wait', untilMs, backoffMs: last.backoffMs };
  return { kind: 'now', backoffMs: Math.min(last.backoffMs * 2, maxBackoffMs), waitedMs: last.backoffMs };
}

/**
 * True when nothing follows that end. The exit code of a container that podrun ended does not count: the kubelet, too,
 * decides on the restart before the kill (kuberuntime_manager.go computePodActions).
 */
export function isOver(policy: Policy, ended: EngineContainer, asked: Asked): boolean {
  return !restarts(policy, ended.exitCode) && !asked.has(instanceOf(ended), policy.restartPolicy);
}

/**
 * Under which policy a container restarts: its own, else the Pod's; a sidecar always, a plain init container until it has
 * succeeded once.
 */
export function policyOf(pod: PodSpec, container: Container): Policy {
  return policyFrom(pod, container.name, pod.restartPolicy, container);
}

/** The same as far as it has been applied to the Pod. */
export function appliedPolicy(pod: PodSpec, { facts }: ObservedPod, container: Container): Policy {
  if (facts === undefined) return policyOf(pod, container);
  return policyFrom(pod, container.name, facts.live.restartPolicy, facts.live.containers[container.name] ?? {});
}

function policyFrom(
  { initContainers }: PodSpec,
  name: string,
  ofPod: RestartPolicy,
  { restartPolicy, restartPolicyRules }: Pick<Container, 'restartPolicy' | 'restartPolicyRules'>,
): Policy {
  const isInit = initContainers.some((each) => each.name === name);
  return {
    restartPolicy: restartPolicy ?? (isInit && ofPod === 'Always' ? 'OnFailure' : ofPod),
    ...(restartPolicyRules === undefined ? {} : { restartPolicyRules }),
  };
}

/** A rule that fits restarts; else Always after any end, OnFailure after a code other than 0, Never after none. */
export function restarts({ restartPolicy, restartPolicyRules = [] }: Policy, exitCode: number): boolean {
  if (
    restartPolicyRules.some(({ exitCodes: { operator, values } }) => values.includes(exitCode) === (operator === 'In'))
  )
    return true;
  return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
}

/**
 * True for an instance that is over: it ran and ended, or its start failed by its own fault. The engine leaves the
 * latter `created` with exit code 126 or 127; any other code there is the engine's trouble, and the start is tried again.
 */
export function hasEnded(container: EngineContainer): boolean {
  if (container.state === 'exited' || container.state === 'dead') return true;
  return container.state === 'created' && cannotRun(container);
}

/**
 * The infra went while the container was being joined to it. The engine gives the exit code of a missing command
 * (docs/engines.md#infra-containers).
 */
const infraWent = /lstat \/proc\/\d+\/ns\//;

/** True when the command could not be run at all: Kubernetes' reason ContainerCannotRun. */
export function cannotRun(container: EngineContainer): boolean {
  const { startedAtMs, error, exitCode } = container;
  return startedAtMs === undefined && error !== '' && [126, 127].includes(exitCode) && !infraWent.test(error);
}

export function isRunning(container: EngineContainer): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}

/**
 * True when the kernel ended it for its memory. The engine's flag says so of any of its processes
 * (docs/engines.md#limits-and-memory), so only exit code 137 counts, and no end by our own KILL.
 */
export function diedForMemory(container: EngineContainer, { stops }: Pick<PodMemory, 'stops'>): boolean {
  return (
    container.oomKilled && container.exitCode === 137 && stops.get(instanceOf(container))?.killedAtMs === undefined
  );
}

/** When an ended container ended; one that never started ended when it was made. */
export function endedAtMs(container: EngineContainer): number {
  return container.finishedAtMs ?? container.createdAtMs;
}
