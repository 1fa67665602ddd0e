/** What one Pod needs next: the order of questions for one Pod (kuberuntime_manager.go computePodActions). */
import { withEntry } from '../state/entries.ts';
import { containerKey } from '../state/part-key.ts';
import type { Container } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import { restartCauses } from './command.ts';
import { containerChanges, differences, podChanges } from '../spec/change.ts';
import type { PodChanges } from '../spec/change.ts';
import { planClaimOwners } from '../volumes/claim-owner.ts';
import { planContents } from '../volumes/config-volumes.ts';
import { planContainers } from './containers.ts';
import { prepareConfig } from './configure.ts';
import { planMeasure } from './eviction.ts';
import { isFinished, planEnd } from './end.ts';
import { allContainers, containerFacts, isSidecar } from '../runtime/facts.ts';
import { ensureImages } from '../images/images.ts';
import { isHalfSeen, nothingOf } from '../runtime/observed.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { graceMsOf } from './pod-grace.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { recallWhole } from '../spec/recall.ts';
import { planRecord } from './record.ts';
import { askedBy, isRunning, policyOf } from './restart.ts';
import { allInstances, ensureSurroundings, planSandbox, planVolumeRoots, sandboxOf } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { planDeletion } from '../stopping/shutdown.ts';
import { killNow, stopInstance } from '../stopping/stop.ts';
import { stopForNext } from '../stopping/succession.ts';
import type { Succession } from '../stopping/succession.ts';

/** Works towards the Pod as the file says, in the life that `observed` is of. */
export function planPod(p: PodPlanner, desired: Pod, observed: ObservedPod): void {
  if (isHalfSeen(observed)) {
    p.wanted += 1;
    return;
  }
  const changes = podChanges(desired, observed);
  const replacing = replaceReasons(p, desired, observed, changes);
  if (replacing.length === 0) {
    p.memory.applied = withEntry(p.memory.applied, observed.uid, desired);
    planLife(p, desired, observed, observed);
    planRecord(p, desired, observed, changes);
    return;
  }
  if (prepareSuccessor(p, desired, observed)) planDeletion(p, observed, { kill: false, because: replacing });
}

/**
 * True when all is there that the Pod takes which is to follow this one; until then this one is kept as it was last applied.
 * @param canBegin whether the next one would begin, were all there
 */
export function prepareSuccessor(p: PodPlanner, next: Pod, observed: ObservedPod, canBegin = true): boolean {
  if (isHalfSeen(observed)) {
    p.wanted += 1;
    return false;
  }
  if (canBegin && prepareReplacement(p, next, observed)) return true;
  const applied = p.memory.applied.get(observed.uid) ?? recallWhole(observed);
  if (applied === undefined) return false;
  planLife(p, applied, observed, observed);
  planRecord(p, applied, observed, { pod: [], live: [] });
  return false;
}

/** A Pod of which nothing but perhaps volumes is on the engine. */
export function planNewPod(p: PodPlanner, desired: Pod, ref: PodRef, observed: ObservedPod | undefined): void {
  p.memory.applied = withEntry(p.memory.applied, ref.uid, desired);
  planLife(p, desired, ref, observed);
}

function planLife(p: PodPlanner, pod: Pod, ref: PodRef, observed: ObservedPod | undefined): void {
  const sandbox = sandboxOf(observed);
  const seen = observed ?? nothingOf(ref);
  if (planEnd(p, pod, seen)) return planFinished(p, pod, seen, sandbox);
  if (observed !== undefined && (sandbox.kind === 'lost' || sandbox.kind === 'absent')) {
    const because = reason(sandbox.kind === 'lost' ? sandbox.why : 'infraGone');
    const how = { graceMs: graceMsOf(pod), because, inOrder: true, follows: 'failure' } as const;
    const ended = allInstances(observed).map((instance) => stopFor(p, pod, observed, instance, how));
    if (!ended.every(Boolean)) return;
    // It still holds the Pod's published ports and aliases.
    if (sandbox.kind === 'lost' && !killNow(p, ref, sandbox.infra.container, undefined, because)) return;
  }
  planSandbox(p, pod, ref, observed, sandbox);
  if (sandbox.kind !== 'absent') removeOldInfras(p, ref, observed);
  if (sandbox.kind !== 'ready' || observed === undefined) return fetchImages(p, pod, ref, observed);
  removeUnnamed(p, pod, observed);
  const life = { p, pod, observed, infra: sandbox.infra };
  planMeasure(life);
  const contents = planContents(life);
  const areRootsReady = planVolumeRoots(p, pod, observed, sandbox.infra);
  const isReady = [areRootsReady, planClaimOwners(life), contents.isReady].every(Boolean);
  planContainers({ ...life, contents: { ...contents, isReady } });
}

function stopFor(p: PodPlanner, { spec }: Pod, observed: ObservedPod, instance: Instance, how: Succession): boolean {
  const container = allContainers(spec).find(({ name }) => name === instance.name);
  if (container === undefined) return stopInstance(p, observed, instance, how);
  return stopForNext(p, observed, policyOf(spec, container), instance, how);
}

/** The sidecars and the sandbox of a finished Pod are stopped; what it wrote and said stays to be read. */
function planFinished(p: PodPlanner, pod: Pod, observed: ObservedPod, sandbox: Sandbox): void {
  // An eviction grants a second and no more (pkg/kubelet/eviction immediateEvictionGracePeriodSeconds).
  const graceMs = observed.record.end?.reason === 'Evicted' ? 1_000 : graceMsOf(pod);
  const how = { graceMs, because: reason('finished'), inOrder: true };
  const ended = allInstances(observed).map((instance) => stopInstance(p, observed, instance, how));
  removeOldInfras(p, observed, observed);
  if (!ended.every(Boolean)) return;
  if (sandbox.kind !== 'ready' && !(sandbox.kind === 'lost' && isRunning(sandbox.infra.container))) return;
  killNow(p, observed, sandbox.infra.container, undefined, reason('allEnded'));
}

/** Images come while the sandbox is made; the containers wait for both. */
function fetchImages(p: PodPlanner, pod: Pod, ref: PodRef, observed: ObservedPod | undefined): void {
  for (const container of allContainers(pod.spec)) {
    const newest = observed?.instances.get(container.name)?.[0];
    if (newest === undefined)
      ensureImages(p, ref, pod.spec, container, p.memory.attempts.get(containerKey(ref, container.name)) ?? 0);
  }
}

/** Why the Pod cannot stay the one it is; empty when it can. A finished Pod runs again only as a new one. */
function replaceReasons(p: PodPlanner, desired: Pod, observed: ObservedPod, changes: PodChanges): readonly Reason[] {
  const podLevel = changes.pod.length > 0 ? changes.pod : initChanges(desired, observed);
  if (podLevel.length > 0 || !isFinished(desired.spec, observed, askedBy(p.memory))) return podLevel;
  const asked = restartCauses(p.memory, observed.uid, { kind: 'restartAsked' });
  return [...asked, ...changes.live, ...newestChanges(desired, observed)];
}

function newestChanges(desired: Pod, observed: ObservedPod): readonly Reason[] {
  return desired.spec.containers.flatMap((container) => {
    const pruned = observed.instances.has(container.name)
      ? undefined
      : observed.record.end?.containers[container.name]?.facts;
    if (pruned === undefined) return changesOf(container, observed);
    return differences(pruned, containerFacts(container), ['containers', container.name]);
  });
}

/** The variables of plain init containers: the rest of them is in the infra's label. */
function initChanges(desired: Pod, observed: ObservedPod): readonly Reason[] {
  return desired.spec.initContainers.flatMap((container) =>
    isSidecar(container) ? [] : changesOf(container, observed),
  );
}

function changesOf(container: Container, observed: ObservedPod): readonly Reason[] {
  const newest = observed.instances.get(container.name)?.[0];
  return newest === undefined ? [] : containerChanges(container, newest);
}

/** True when all that the new Pod needs is there: until then nothing that runs is stopped. */
function prepareReplacement(p: PodPlanner, desired: Pod, observed: ObservedPod): boolean {
  p.wanted += 1;
  if (observed.record.deletion !== undefined) return true;
  const images = allContainers(desired.spec).map((container) =>
    ensureImages(p, observed, desired.spec, container, 'replacement'),
  );
  return [ensureSurroundings(p, desired, observed), prepareConfig(p, desired, observed), ...images].every(Boolean);
}

function removeOldInfras(p: PodPlanner, ref: PodRef, observed: ObservedPod | undefined): void {
  for (const { container } of observed?.infras.slice(1) ?? []) {
    const action = { verb: 'removeContainer', target: container.name, id: container.id } as const;
    want(p, { action, because: reason('laterSandbox'), pod: ref });
  }
}

/** Instances of a container name that the Pod does not have: left by a crash in the middle of an edit. */
function removeUnnamed(p: PodPlanner, pod: Pod, observed: ObservedPod): void {
  for (const instance of allInstances(observed)) {
    if (allContainers(pod.spec).some(({ name }) => name === instance.name)) continue;
    const because = reason('unnamedContainer');
    if (!stopInstance(p, observed, instance, { graceMs: graceMsOf(pod), because })) continue;
    const action = { verb: 'removeContainer', target: instance.container.name, id: instance.container.id } as const;
    want(p, { action, because, pod: observed, container: instance.name });
  }
}
