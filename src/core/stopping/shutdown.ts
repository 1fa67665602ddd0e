/** The deletion of a Pod (kubelet.go SyncTerminatingPod): written down first, then done. */
import { callsFor } from '../state/planned.ts';
import type { Reason } from '../runtime/reason.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { isLong } from '../runtime/verbs.ts';
import { observedGraceSeconds } from '../pod/pod-grace.ts';
import { removeOldRecords, writeRecord } from '../pod/record.ts';
import { allInstances } from '../pod/sandbox.ts';
import { killNow, stopInstance } from './stop.ts';

export interface Deletion {
  /** Overrides the Pod's own grace. */
  readonly graceSeconds?: number;
  /** Kill at once, without any grace. */
  readonly kill: boolean;
  /** Go on although the engine refuses to write it down: a full disk must not keep a project up. */
  readonly unrecorded?: boolean;
  readonly because: readonly Reason[];
}

/**
 * Works towards the Pod's end: its record says so first, so that another podrun goes on with it; then all containers
 * end together, each in the Pod's grace; then the sandbox, the containers, the emptyDirs and the record go.
 */
export function planDeletion(p: PodPlanner, pod: ObservedPod, deletion: Deletion): void {
  // What follows under that name is another life, also when this one never began.
  if (p.memory.newUid === pod.uid) p.memory.newUid = undefined;
  const recorded = pod.record.deletion?.graceSeconds;
  const asked = deletion.graceSeconds ?? recorded ?? observedGraceSeconds(pod);
  const graceSeconds = Math.min(asked, recorded ?? asked);
  if (!deletion.kill && hasContainers(pod) && recorded !== graceSeconds) {
    const atMs = pod.record.deletion?.atMs ?? p.nowMs;
    const volume = writeRecord(p, pod, { ...pod.record, deletion: { atMs, graceSeconds } }, deletion.because);
    const refused = p.memory.retries.get(`createVolume ${volume}`)?.failure.kind === 'refused';
    if (recorded === undefined && !(refused && deletion.unrecorded === true)) return;
  }
  removeOldRecords(p, pod);
  // At least a second, so that a preStop hook is begun by force, too (pod_workers.go calculateEffectiveGracePeriod).
  const how = { graceMs: Math.max(graceSeconds, 1) * 1000, because: deletion.because, inOrder: true };
  const ended = allInstances(pod).map((instance) =>
    deletion.kill
      ? killNow(p, pod, instance.container, instance.name, deletion.because)
      : stopInstance(p, pod, instance, how),
  );
  if (ended.every(Boolean)) removeAll(p, pod, deletion.because);
}

function removeAll(p: PodPlanner, pod: ObservedPod, because: readonly Reason[]): void {
  for (const { container, name } of allInstances(pod)) {
    const action = { verb: 'removeContainer', target: container.name, id: container.id } as const;
    want(p, { action, because, pod, container: name });
  }
  for (const { container } of pod.infras)
    want(p, { action: { verb: 'removeContainer', target: container.name, id: container.id }, because, pod });
  if (hasContainers(pod)) return;
  for (const { name, kind } of pod.volumes) {
    const action = { verb: 'removeVolume', target: name, name } as const;
    want(p, { action: kind === 'emptyDir' ? { ...action, holdsData: true } : action, because, pod });
  }
  if (pod.volumes.length > 0 || isCalled(p, pod)) return;
  for (const { name } of pod.records) want(p, { action: { verb: 'removeVolume', target: name, name }, because, pod });
}

/** A call for the Pod is under way: what it may still make is known by the record to be ended. An image is no part of it. */
function isCalled(p: PodPlanner, pod: ObservedPod): boolean {
  return callsFor(p.state.inFlight, p.key).some(
    ({ pod: of, action: { verb } }) => of?.uid === pod.uid && verb !== 'removeVolume' && !isLong(verb),
  );
}

/** The sandbox goes last upstream; here it may go with its ended containers: nothing of it is used any more. */
function hasContainers(pod: ObservedPod): boolean {
  return pod.infras.length > 0 || pod.instances.size > 0;
}
