/** A Pod's sandbox: the infra, the volumes it holds open, and what must be there before (kuberuntime_manager.go createPodSandbox). */
import { infraKey } from '../state/part-key.ts';
import type { Pod } from '../../model/pod.ts';
import type { LostKind, Reason } from '../runtime/reason.ts';
import { birthOf } from './birth.ts';
import { generationOf } from './generation.ts';
import { ensureInfraImage } from '../images/images.ts';
import { label, projectLabels } from '../runtime/labels.ts';
import { infraLaunch } from '../spec/launch.ts';
import { claimVolumeName, helperName, networkName } from '../runtime/names.ts';
import type { Infra, Instance, ObservedPod } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { clusterOf } from '../services/gateway.ts';
import { takeUid, want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podVolumes } from '../spec/pod-volumes.ts';
import { volumeRoots } from '../spec/volume-roots.ts';
import { isRunning } from './restart.ts';

export type Sandbox =
  /** No infra was ever made, or none is left. */
  | { readonly kind: 'absent' }
  /** Made, not started yet. */
  | { readonly kind: 'created'; readonly infra: Infra }
  | { readonly kind: 'ready'; readonly infra: Infra }
  /** It does not run any more, or is cut off: nothing that joined it is in a Pod. */
  | { readonly kind: 'lost'; readonly infra: Infra; readonly why: LostKind };

/** The state of a Pod's newest sandbox. */
export function sandboxOf(pod: ObservedPod | undefined): Sandbox {
  const infra = pod?.infras[0];
  if (infra === undefined) return { kind: 'absent' };
  const { state, address, startedAtMs } = infra.container;
  if (state === 'created') return { kind: 'created', infra };
  if (!isRunning(infra.container)) return { kind: 'lost', infra, why: 'infraEnded' };
  if (address === '') return { kind: 'lost', infra, why: 'infraCutOff' };
  // Also by what has ended since: the namespace is another one from the restart on.
  const rejoined = allInstances(pod).some(
    ({ container }) =>
      container.joinedTo === infra.container.id && (container.startedAtMs ?? Infinity) < (startedAtMs ?? 0),
  );
  return rejoined ? { kind: 'lost', infra, why: 'infraRestarted' } : { kind: 'ready', infra };
}

/** What lies outside the Pod and must be there before it: network, claims, host paths, the infra's image. */
export function ensureSurroundings(p: PodPlanner, pod: Pod, ref: PodRef): boolean {
  const ready = [ensureInfraImage(p), awaitNetwork(p), ...hostPaths(p, pod, ref), ...claims(p, pod, ref)];
  return ready.every(Boolean);
}

function awaitNetwork(p: PodPlanner): boolean {
  if (p.observed.network !== undefined) return true;
  p.waitsFor.add(networkName(p.self.project));
  return false;
}

/** Works towards a running infra; nothing to do when there is one. Everything that ran in the lost one has ended before. */
export function planSandbox(
  p: PodPlanner,
  pod: Pod,
  ref: PodRef,
  observed: ObservedPod | undefined,
  sandbox: Sandbox,
): void {
  if (sandbox.kind === 'ready') {
    if (sandbox.infra.container.state === 'paused') unpause(p, ref, sandbox.infra.container, undefined);
    return;
  }
  if (!ensureSurroundings(p, pod, ref)) return;
  if (!ensureVolumes(p, pod, ref, observed)) return;
  if (sandbox.kind === 'created') return startInfra(p, ref, sandbox.infra);
  const attempt = nextSandboxAttempt(p, ref, observed, sandbox);
  const networkId = p.observed.network?.id;
  if (networkId === undefined) return;
  const birth = birthOf(p.memory, ref.uid, observed, p.nowMs);
  const generation = generationOf(p.memory, pod, ref.uid, observed);
  const launch = infraLaunch(p.self, pod, ref, { attempt, birth, generation }, networkId, clusterOf(p));
  const because = sandbox.kind === 'lost' ? reason(sandbox.why) : reason(attempt === 0 ? 'newPod' : 'noInfra');
  want(p, { action: { verb: 'createContainer', target: launch.name, launch }, because, pod: ref });
}

export function unpause(
  p: PodPlanner,
  pod: PodRef,
  container: { id: string; name: string },
  name: string | undefined,
): void {
  const action = { verb: 'unpauseContainer', target: container.name, id: container.id } as const;
  want(p, { action, because: reason('paused'), pod, ...(name === undefined ? {} : { container: name }) });
}

function startInfra(p: PodPlanner, ref: PodRef, infra: Infra): void {
  const { id, name, error } = infra.container;
  if (error !== '') {
    const action = { verb: 'removeContainer', target: name, id } as const;
    want(p, { action, because: [{ kind: 'startFailed', error }], pod: ref });
    return;
  }
  want(p, {
    action: { verb: 'startContainer', target: name, id },
    because: reason('infraHoldsPod'),
    pod: ref,
  });
}

/**
 * True when the Pod's volumes may be used. They are prepared once, before the first container is made: what containers
 * wrote and changed stays.
 */
export function planVolumeRoots(p: PodPlanner, pod: Pod, observed: ObservedPod, infra: Infra): boolean {
  const { id, name: target } = infra.container;
  if (observed.instances.size > 0 || p.memory.prepared.has(id)) return true;
  const action = { verb: 'prepareVolumes', target, id, roots: volumeRoots(pod) } as const;
  want(p, { action, because: reason('newVolumes'), pod: observed });
  return false;
}

/** A number is not used again: a Pod whose infra vanished under its containers had at least one sandbox before. */
function nextSandboxAttempt(p: PodPlanner, ref: PodRef, observed: ObservedPod | undefined, sandbox: Sandbox): number {
  const seen =
    sandbox.kind === 'lost' ? sandbox.infra.attempt + 1 : observed !== undefined && observed.instances.size > 0 ? 1 : 0;
  return Math.max(seen, p.memory.attempts.get(infraKey(ref)) ?? 0);
}

function ensureVolumes(p: PodPlanner, pod: Pod, ref: PodRef, observed: ObservedPod | undefined): boolean {
  const missing = podVolumes(p.self, pod, ref).filter(
    ({ source }) => !observed?.volumes.some(({ name }) => name === source),
  );
  for (const { source: name, madeAs } of missing) {
    const action = { verb: 'createVolume', target: name, name, ...madeAs } as const;
    const volume = madeAs.labels[label.volume];
    const because: readonly Reason[] = volume === undefined ? reason('newPod') : [{ kind: 'newVolume', volume }];
    want(p, { action, because, pod: ref });
  }
  return missing.length === 0;
}

function hostPaths(p: PodPlanner, pod: Pod, ref: PodRef): boolean[] {
  return pod.spec.volumes.flatMap(({ name: volume, hostPath }) => {
    if (hostPath === undefined) return [];
    const { path, type } = hostPath;
    const target = `${type} ${path}`;
    if (p.shared.hostPaths.has(target)) return [true];
    if (!ensureInfraImage(p)) return [false];
    const name = helperName(p.self.project, takeUid(p));
    const labels = projectLabels(p.self, 'helper', name);
    const action = { verb: 'prepareHostPath', target, path, type, name, image: p.self.infraImage, labels } as const;
    want(p, { action, because: [{ kind: 'hostPath', volume, path }], pod: ref });
    return [false];
  });
}

/** The project's plan makes them; the Pod waits. */
function claims(p: PodPlanner, pod: Pod, ref: PodRef): boolean[] {
  return pod.spec.volumes.flatMap(({ persistentVolumeClaim }) => {
    if (persistentVolumeClaim === undefined) return [];
    const claim = { name: persistentVolumeClaim.claimName, namespace: ref.namespace };
    const name = claimVolumeName(p.self.project, claim);
    const isThere = p.observed.claims.has(name);
    if (!isThere) p.waitsFor.add(name);
    return [isThere];
  });
}

export function allInstances(pod: ObservedPod | undefined): readonly Instance[] {
  return pod === undefined ? [] : [...pod.instances.values()].flat();
}
