/** What each container of a Pod needs next (POD-SEMANTICS section 3; kuberuntime_manager.go computePodActions, SyncPod). */
import type { Container, Pod } from '../manifest/types.ts';
import type { Because, EngineAction, SubPathGuard } from './action.ts';
import { containerChanges } from './change.ts';
import { ensureImage } from './images.ts';
import { containerLaunch, infraMountPath } from './launch.ts';
import type { Attempt } from './launch.ts';
import type { Infra, Instance, ObservedPod } from './observed.ts';
import { isBusy, reason, wakeAt, want } from './planner.ts';
import type { Planner } from './planner.ts';
import { graceMsOf } from './pod-grace.ts';
import type { PodRef } from './pod-ref.ts';
import { instanceOf } from './probe.ts';
import { hasEnded, isRunning, restartAfter } from './restart.ts';
import { allInstances, unpause } from './sandbox.ts';
import { stopInstance } from './stop.ts';

/**
 * Plans the containers of a Pod whose sandbox is ready. They start in the file's order, each after the one before has
 * got as far as it can; one that fails holds nobody up.
 */
export function planContainers(p: Planner, pod: Pod, ref: PodRef, observed: ObservedPod, infra: Infra): void {
  let clear = true;
  for (const container of pod.spec.containers) {
    const instances = observed.instances.get(container.name) ?? [];
    removeOldInstances(p, ref, instances);
    const step = planContainer(p, pod, container, ref, observed, infra, clear);
    clear &&= step === 'done';
  }
}

/** `under way`: the containers after it wait for it. */
type Step = 'done' | 'under way';

function planContainer(
  p: Planner,
  pod: Pod,
  container: Container,
  ref: PodRef,
  observed: ObservedPod,
  infra: Infra,
  clear: boolean,
): Step {
  const newest = observed.instances.get(container.name)?.[0];
  if (newest !== undefined && isRunning(newest.container)) return planRunning(p, pod, container, ref, newest, infra);
  if (newest !== undefined && newest.container.state === 'created' && !hasEnded(newest.container))
    return planCreated(p, pod, container, ref, observed, newest, infra, clear);
  if (newest !== undefined && !hasEnded(newest.container)) return 'under way';
  const attempt = nextAttempt(p, pod, container, ref, newest, infra);
  if (attempt === undefined) return 'done';
  if (!ensureImage(p, ref, container, attempt.number)) return isBusy(p, container.image) ? 'under way' : 'done';
  if (!clear) return 'under way';
  const launch = containerLaunch(p.self, pod, container, ref, infra.container.id, attempt);
  const because = startReasons(container, newest, infra);
  const action = { verb: 'createContainer', target: launch.name, launch } as const;
  want(p, { action, because, pod: ref, container: container.name });
  return isBusy(p, launch.name) ? 'under way' : 'done';
}

function planRunning(p: Planner, pod: Pod, container: Container, ref: PodRef, instance: Instance, infra: Infra): Step {
  if (instance.container.joinedTo !== infra.container.id) {
    stopInstance(p, ref, instance, graceMsOf(pod), reason('it runs in an earlier sandbox'));
    return 'under way';
  }
  const changes = containerChanges(container, instance);
  const stopping = p.memory.stops.has(instanceOf(instance.container));
  if (changes.length > 0 && (stopping || ensureImage(p, ref, container, instance.attempt + 1))) {
    stopInstance(p, ref, instance, graceMsOf(pod), changes);
    return 'under way';
  }
  const unhealthy = livenessFailure(p, container, ref, instance);
  if (unhealthy !== undefined || stopping) {
    stopInstance(p, ref, instance, livenessGraceMs(pod, container), reason(unhealthy ?? 'it was asked to end'));
    return 'under way';
  }
  if (instance.container.state === 'paused' && !isGuardPausing(p, instance))
    unpause(p, ref, instance.container, instance.name);
  return 'done';
}

/** Made and never started: started if it is still what the file says, in this sandbox; else made anew. */
function planCreated(
  p: Planner,
  pod: Pod,
  container: Container,
  ref: PodRef,
  observed: ObservedPod,
  instance: Instance,
  infra: Infra,
  clear: boolean,
): Step {
  const { id, name, joinedTo } = instance.container;
  const changes = containerChanges(container, instance);
  const stale = joinedTo !== infra.container.id ? reason('it was made for an earlier sandbox') : changes;
  if (stale.length > 0) {
    want(p, {
      action: { verb: 'removeContainer', target: name, id },
      because: stale,
      pod: ref,
      container: container.name,
    });
    return isBusy(p, name) ? 'under way' : 'done';
  }
  if (!clear) return 'under way';
  const guard = subPathGuard(pod, container, observed, infra);
  const action: EngineAction = { verb: 'startContainer', target: name, id, ...(guard === undefined ? {} : { guard }) };
  want(p, { action, because: reason('it is made'), pod: ref, container: container.name });
  return isBusy(p, name) ? 'under way' : 'done';
}

/** The attempt to start now; undefined when none is due, or not yet. */
function nextAttempt(
  p: Planner,
  pod: Pod,
  container: Container,
  ref: PodRef,
  last: Instance | undefined,
  infra: Infra,
): Attempt | undefined {
  const number = Math.max(
    p.memory.attempts.get(`${ref.uid}/${container.name}`) ?? 0,
    last === undefined ? 0 : last.attempt + 1,
  );
  if (last === undefined || containerChanges(container, last).length > 0) return { number, backoffMs: 0 };
  const restart = restartAfter(last, pod.spec.restartPolicy, infra.container.id, p.nowMs, p.memory.stops);
  switch (restart.kind) {
    case 'never':
      return undefined;
    case 'wait':
      wakeAt(p, restart.untilMs);
      return undefined;
    case 'now':
      return { number, backoffMs: restart.backoffMs };
  }
}

function startReasons(container: Container, last: Instance | undefined, infra: Infra): readonly Because[] {
  if (last === undefined) return reason('it is not there');
  const changes = containerChanges(container, last);
  if (changes.length > 0) return changes;
  if (last.container.joinedTo !== infra.container.id) return reason('the Pod’s sandbox changed');
  return reason(`it ended with exit code ${last.container.exitCode}`);
}

/** The newest instance that has ended is kept for `logs --previous` and lastState; those before it go. */
function removeOldInstances(p: Planner, ref: PodRef, instances: readonly Instance[]): void {
  const ended = instances.filter((instance) => hasEnded(instance.container));
  for (const { container, name } of ended.slice(1)) {
    const action = { verb: 'removeContainer', target: container.name, id: container.id } as const;
    want(p, { action, because: reason('a later instance has ended'), pod: ref, container: name });
  }
  for (const instance of instances.slice(1))
    if (isRunning(instance.container)) stopInstance(p, ref, instance, 0, reason('a later instance is there'));
}

function livenessFailure(p: Planner, container: Container, ref: PodRef, instance: Instance): string | undefined {
  const probe = p.memory.probes.get(`${ref.uid}/${container.name}/liveness`);
  if (probe === undefined || probe.passing || probe.instance !== instanceOf(instance.container)) return undefined;
  return `Container ${container.name} failed liveness probe, will be restarted`;
}

function livenessGraceMs(pod: Pod, container: Container): number {
  const seconds = container.livenessProbe?.terminationGracePeriodSeconds;
  return seconds === undefined ? graceMsOf(pod) : seconds * 1000;
}

/** A start under way may have paused the Pod's others for its subPath check: it unpauses them itself. */
function isGuardPausing(p: Planner, instance: Instance): boolean {
  return [...p.state.inFlight.values(), ...p.planned].some(
    ({ action }) => action.verb === 'startContainer' && action.guard?.pauseIds.includes(instance.container.id),
  );
}

function subPathGuard(pod: Pod, container: Container, observed: ObservedPod, infra: Infra): SubPathGuard | undefined {
  const mounts = container.volumeMounts.filter((mount) => mount.subPath !== undefined);
  if (mounts.length === 0) return undefined;
  const volumes = new Set(mounts.map((mount) => mount.name));
  const writers = pod.spec.containers.filter((other) =>
    other.volumeMounts.some((m) => volumes.has(m.name) && !m.readOnly),
  );
  const running = allInstances(observed).filter(
    (instance) => instance.container.state === 'running' && writers.some((writer) => writer.name === instance.name),
  );
  return {
    infraId: infra.container.id,
    paths: mounts.map((mount) => ({ root: infraMountPath(mount.name), subPath: mount.subPath ?? '' })),
    pauseIds: running.map((instance) => instance.container.id),
  };
}
