/** What each container of a Pod needs next (kuberuntime_manager.go computePodActions, SyncPod). */
import { containerKey } from '../state/part-key.ts';
import type { Container } from '../../model/container.ts';
import type { EngineAction } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import { birthOf } from './birth.ts';
import { allContainers, isSidecar } from '../runtime/facts.ts';
import { hookKey, runHook, skipHook } from '../probes/hook.ts';
import { ensureImageVolumes, isFetching } from '../volumes/image-volumes.ts';
import type { HookMemory } from '../state/planned.ts';
import { ensureImage, fetchImages } from '../images/images.ts';
import { signalConfigChange } from '../volumes/config-change.ts';
import { prepareNext, configured, staleReasons } from './configure.ts';
import type { Attempt } from '../spec/container-launch.ts';
import type { Follows } from '../runtime/labels.ts';
import type { FilledLife as Life } from './life.ts';
import type { Instance } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { isBusy, underWay, wakeAt, want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { graceMsOf } from './pod-grace.ts';
import { instanceOf } from '../runtime/run-key.ts';
import { resizeInPlace } from './resize.ts';
import { askedBy, hasEnded, isRunning, policyOf, restartAfter } from './restart.ts';
import { unpause } from './sandbox.ts';
import { awaitServices } from '../services/gateway.ts';
import { noteOnceStarted, probeFailure } from '../probes/started.ts';
import { stopInstance } from '../stopping/stop.ts';
import { awaitStarts, subPathGuard } from '../spec/sub-path-guard.ts';
import { stopForNext } from '../stopping/succession.ts';
import { keepSynced } from '../sync/sync.ts';

/**
 * Plans the containers of a Pod whose sandbox is ready: the init containers, then the regular ones in the file's order,
 * each after the one before has got as far as it can; one that fails holds nobody up.
 */
export function planContainers(life: Life): void {
  for (const { name } of allContainers(life.pod.spec)) removeOldInstances(life, name);
  if (!planInit(life)) return;
  let clear = true;
  for (const container of life.pod.spec.containers) clear = planContainer(life, container, clear) === 'done' && clear;
}

/**
 * Works through the init containers one after another; true when the regular ones may start. A sidecar holds up what
 * comes after it until it has started once, not while it waits for its back-off.
 */
function planInit(life: Life): boolean {
  const { containers, initContainers } = life.pod.spec;
  let clear = true;
  for (const [i, container] of initContainers.entries()) {
    if (!isSidecar(container) && isInitDone(life, container)) continue;
    // What runs already is looked after also while one before it is down: it may be on its way to its end.
    if (clear || isUp(life, container)) planContainer(life, container, clear);
    else fetchImages(life.p, life.observed, life.pod.spec, [container], life.observed);
    clear &&=
      isSidecar(container) &&
      (noteOnceStarted(life.p.memory, life.observed, container, life.infra) ||
        hasAny(life, [...initContainers.slice(i + 1), ...containers]));
  }
  if (clear) return true;
  life.p.wanted += 1;
  fetchImages(life.p, life.observed, life.pod.spec, containers, life.observed);
  return false;
}

/**
 * It has succeeded in this sandbox, or what comes after it is there: a hand may have pruned it since. While a start is
 * under way it is not done: where one before that was not answered it may run again.
 */
function isInitDone(life: Life, container: Container): boolean {
  const { containers, initContainers } = life.pod.spec;
  const newest = life.observed.instances.get(container.name)?.[0]?.container;
  const isOfSandbox = newest?.joinedTo === life.infra.container.id && !isBusy(life.p, newest.name);
  if (isOfSandbox && hasEnded(newest) && newest.exitCode === 0) return true;
  if (hasAny(life, containers)) return true;
  return newest === undefined && hasAny(life, initContainers.slice(initContainers.indexOf(container) + 1));
}

function hasAny({ observed, infra }: Life, containers: readonly Container[]): boolean {
  const ofSandbox = (instance: Instance) => instance.container.joinedTo === infra.container.id;
  return containers.some(({ name }) => observed.instances.get(name)?.some(ofSandbox) === true);
}

function isUp({ observed }: Life, { name }: Container): boolean {
  const newest = observed.instances.get(name)?.[0]?.container;
  return newest !== undefined && isRunning(newest);
}

/** `under way`: the containers after it wait for it. */
type Progress = 'done' | 'under way';

function planContainer(life: Life, container: Container, clear: boolean): Progress {
  const { p, observed } = life;
  const newest = observed.instances.get(container.name)?.[0];
  if (newest !== undefined && isRunning(newest.container)) return planRunning(life, container, newest);
  if (newest !== undefined && newest.container.state === 'created' && !hasEnded(newest.container))
    return planCreated(life, container, newest, clear);
  if (newest !== undefined && !hasEnded(newest.container)) return 'under way';
  // Whether the signal came in time decides on what follows.
  if (newest !== undefined && isBusy(p, newest.container.name)) return waits(p);
  const attempt = nextAttempt(life, container, newest);
  if (attempt === undefined) return 'done';
  const hasImages = [ensureImageVolumes(life, container), ensureImage(p, observed, container, attempt.number)];
  if (!hasImages.every(Boolean)) return isFetching(life, container) ? 'under way' : 'done';
  if (!clear) return waits(p);
  // What is being written is wanted already; what is missing comes by an edit.
  if (!life.contents.isReady) return 'under way';
  const birth = birthOf(p.memory, observed.uid, observed, p.nowMs);
  const launch = configured(life, container, { ...attempt, birth });
  if (launch === undefined) return 'done';
  const action = { verb: 'createContainer', target: launch.name, launch } as const;
  want(p, { action, because: startReasons(life, container, newest), pod: observed, container: container.name });
  return isBusy(p, launch.name) ? 'under way' : 'done';
}

function planRunning(life: Life, container: Container, instance: Instance): Progress {
  const { p, pod, observed, infra, contents } = life;
  const stop = (graceMs: number, because: readonly Reason[], follows?: Follows): Progress => {
    if (follows === undefined) stopInstance(p, observed, instance, { graceMs, because });
    else stopForNext(p, observed, policyOf(pod.spec, container), instance, { graceMs, because, follows });
    return 'under way';
  };
  if (instance.container.joinedTo !== infra.container.id)
    return stop(graceMsOf(pod), reason('earlierSandbox'), 'failure');
  if (container.build !== undefined) ensureImage(p, observed, container, instance.attempt);
  const changes = staleReasons(life, container, instance);
  const stopping = p.memory.stops.has(instanceOf(instance.container));
  if (changes.length > 0 && (stopping || prepareNext(life, container, instance)))
    return stop(graceMsOf(pod), changes, 'change');
  const failed = probeFailure(p.memory, observed, container, instance);
  if (failed !== undefined || stopping)
    return stop(failed?.graceMs ?? graceMsOf(pod), failed?.because ?? reason('askedToEnd'), 'failure');
  if (instance.container.state === 'paused' && !awaitGuard(p, instance))
    unpause(p, observed, instance.container, instance.name);
  resizeInPlace(p, pod.spec, container, instance, observed);
  signalConfigChange(life, container, instance, contents.versions);
  if (instance.container.state === 'running') keepSynced(life, container, instance);
  // One that has begun is waited for, whatever an edit made of it since.
  const hook = p.memory.hooks.get(hookKey(instance, 'postStart')) ?? beginPostStart(life, container, instance);
  // What it said was told when it failed.
  if (typeof hook === 'object') return stop(graceMsOf(pod), reason('hookFailed'));
  return hook === 'done' ? 'done' : waits(p);
}

function beginPostStart({ p, observed, infra }: Life, container: Container, instance: Instance): HookMemory {
  const handler = container.lifecycle?.postStart;
  // One that another podrun started has had its chance: as after a restart of the kubelet.
  if (handler === undefined || instance.supervisor?.id !== p.self.id) return skipHook(p, instance, 'postStart');
  return runHook(p, observed, instance, 'postStart', { handler, container, address: infra.container.address });
}

/** Until one before it, or its own hook, is done. */
function waits(p: PodPlanner): Progress {
  p.wanted += 1;
  return 'under way';
}

/** Made and never started: started if it is still what the file says, in this sandbox; else made anew. */
function planCreated(life: Life, container: Container, instance: Instance, clear: boolean): Progress {
  const { p, observed, infra } = life;
  const { id, name, joinedTo, cgroup } = instance.container;
  const isLow = (cgroup?.oomScoreAdj ?? 0) < 0;
  const stale =
    joinedTo !== infra.container.id
      ? reason('madeForEarlierSandbox')
      : isLow && p.shared.lowScoresFail
        ? reason('lowScoresFail')
        : staleReasons(life, container, instance);
  if (stale.length > 0) {
    want(p, {
      action: { verb: 'removeContainer', target: name, id },
      because: stale,
      pod: observed,
      container: container.name,
    });
    return isBusy(p, name) ? 'under way' : 'done';
  }
  if (!clear || mayRunLate(life, container) || !awaitServices(p)) return waits(p);
  if (!keepSynced(life, container, instance)) return isBusy(p, name) ? 'under way' : 'done';
  if (awaitStarts(life, container)) return waits(p);
  const guard = subPathGuard(life, container);
  const action: EngineAction = {
    ...{ verb: 'startContainer', target: name, id },
    ...(guard === undefined ? {} : { guard }),
    ...(isLow ? { lowScore: true } : {}),
  };
  want(p, { action, because: reason('made'), pod: observed, container: container.name });
  return isBusy(p, name) ? 'under way' : 'done';
}

/** The attempt to start now; undefined when none is due, or not yet. */
function nextAttempt(life: Life, container: Container, last: Instance | undefined): Omit<Attempt, 'birth'> | undefined {
  const { p, pod, observed, infra } = life;
  const known = p.memory.attempts.get(containerKey(observed, container.name)) ?? 0;
  const number = Math.max(known, last === undefined ? 0 : last.attempt + 1);
  if (last === undefined || staleReasons(life, container, last).length > 0) return { number, backoffMs: 0 };
  const plainInit = pod.spec.initContainers.includes(container) && !isSidecar(container);
  // A new sandbox runs init again, also what has succeeded in the one before.
  if (plainInit && last.container.joinedTo !== infra.container.id) return { number, backoffMs: last.backoffMs ?? 0 };
  const restart = restartAfter(last, policyOf(pod.spec, container), infra.container.id, p.nowMs, askedBy(p.memory));
  switch (restart.kind) {
    case 'never':
      return undefined;
    case 'wait':
      wakeAt(p, restart.untilMs);
      // A new image ends the back-off.
      if (container.build !== undefined) ensureImage(p, observed, container, number);
      return undefined;
    case 'now':
      return { number, backoffMs: restart.backoffMs };
  }
}

function startReasons(life: Life, container: Container, last: Instance | undefined): readonly Reason[] {
  if (last === undefined) return reason(isFirst(life, container) ? 'newContainer' : 'absent');
  const changes = staleReasons(life, container, last);
  if (changes.length > 0) return changes;
  if (last.container.joinedTo !== life.infra.container.id) return reason('sandboxChanged');
  return [{ kind: 'exited', exitCode: last.container.exitCode }];
}

/** No instance of it is known to have been there before. */
const isFirst = ({ p, observed }: Life, { name }: Container): boolean =>
  (p.memory.attempts.get(containerKey(observed, name)) ?? 0) === 0;

/**
 * The newest instance that has ended is kept for `logs --previous` and lastState; those before it go, and so does one
 * that may be started late, once its successor is made.
 */
function removeOldInstances({ p, observed }: Life, name: string): void {
  const instances = observed.instances.get(name) ?? [];
  const ended = instances.filter((instance) => hasEnded(instance.container));
  for (const instance of ended) {
    const { container } = instance;
    const isLate = instance !== instances[0] && p.memory.unansweredStarts.has(container.id);
    if (instance === ended[0] && !isLate) continue;
    const action = { verb: 'removeContainer', target: container.name, id: container.id } as const;
    const because = reason(isLate ? 'unansweredStart' : 'laterEnded');
    want(p, { action, because, pod: observed, container: name });
  }
  for (const instance of instances.slice(1))
    stopInstance(p, observed, instance, { graceMs: 0, because: reason('laterInstance') });
}

/** The engine may yet carry out a start of an earlier instance that was given up: nothing of it may be left by then. */
function mayRunLate({ p, observed }: Life, { name }: Container): boolean {
  const earlier = observed.instances.get(name)?.slice(1) ?? [];
  return earlier.some(({ container }) => p.memory.unansweredStarts.has(container.id));
}

/** A start under way may have paused others for its subPath check: it unpauses them itself. */
function awaitGuard(p: PodPlanner, instance: Instance): boolean {
  const guarding = [...underWay(p)].find(
    ({ action }) => action.verb === 'startContainer' && action.guard?.pauseIds.includes(instance.container.id),
  );
  if (guarding !== undefined) p.waitsFor.add(guarding.action.target);
  return guarding !== undefined;
}
