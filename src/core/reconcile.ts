/** The whole project: which Pods are to be, which to go, and what each needs next. */
import type { Pod, Project } from '../manifest/types.ts';
import { gateOf } from './depends.ts';
import { belongsTo, otherFolder } from './folder.ts';
import { label, projectLabels } from './labels.ts';
import { goingPods } from './leftovers.ts';
import { claimVolumeName, networkName } from './names.ts';
import type { Observed, ObservedPod } from './observed.ts';
import { reason, takeUid, wakeAt, want } from './planner.ts';
import type { Planner } from './planner.ts';
import { isOver } from './phase.ts';
import { mayGo, planNewPod, planPod } from './pod.ts';
import { podKey } from './pod-ref.ts';
import { claimMaking } from './pod-volumes.ts';
import { planDeletion } from './shutdown.ts';
import type { Deletion } from './shutdown.ts';
import type { EngineContainer } from './snapshot.ts';
import { refusals } from './schedule.ts';
import type { Refusal } from './schedule.ts';
import type { Intent, Self } from './state.ts';
import { statusOf } from './status.ts';
import { isThere } from './there.ts';
import { successorOf } from './workload.ts';

/** Fills the plan with what is to be done now towards the intent. */
export function reconcile(p: Planner, intent: Intent): void {
  for (const helper of p.observed.helpers)
    if (isStaleHelper(p, helper, intent))
      want(p, {
        action: { verb: 'removeContainer', target: helper.name, id: helper.id },
        because: reason('its podrun died'),
      });
  switch (intent.kind) {
    case 'up':
      return planUp(p);
    case 'down':
      return planDown(p, intent);
  }
}

/** Pods on the engine that the file does not name and never named while this podrun ran: told, kept unless asked. */
export function orphansOf(
  observed: Observed,
  project: Project | undefined,
  known: ReadonlySet<string>,
): readonly ObservedPod[] {
  const named = new Set([...(project?.pods.map((pod) => podKey(pod.metadata)) ?? []), ...(project?.apart ?? [])]);
  // The Pods of an edited template are named otherwise than those before.
  const isNamed = (pod: ObservedPod) =>
    named.has(pod.key) || (project !== undefined && successorOf(project, pod) !== undefined);
  return observed.pods.filter((pod) => !isNamed(pod) && !known.has(pod.key) && pod.record.deletion === undefined);
}

/** A sentence when another folder or a later podrun has the project; undefined when it is this one's. */
export function ownerOf(observed: Observed, self: Self, { kind }: Intent): string | undefined {
  const elsewhere = self.dir === '' || self.takeOver ? undefined : otherFolder(observed, self.dir);
  if (elsewhere !== undefined)
    return `${belongsTo(`project ${self.project}`, elsewhere, self.dir)}: use another name (-p), or --take-over`;
  // What has been told to end goes on with it.
  if (kind === 'down') return undefined;
  const makers = observed.pods.flatMap((pod) => [...pod.infras, ...[...pod.instances.values()].flat()]);
  const later = makers.find(
    ({ supervisor }) =>
      supervisor !== undefined && supervisor.id !== self.id && supervisor.startedAtMs > self.startedAtMs,
  );
  return later === undefined ? undefined : `a later podrun supervises project ${self.project}: this one stops`;
}

function planUp(p: Planner): void {
  if (p.project === undefined) return;
  ensureNetwork(p);
  removeSpareNetworks(p);
  ensureClaims(p, p.project);
  for (const pod of p.project.pods) p.memory.known.add(podKey(pod.metadata));
  const desired = new Map(p.project.pods.map((pod) => [podKey(pod.metadata), pod]));
  const orphans = new Set(orphansOf(p.observed, p.project, p.memory.known));
  const surplus = surplusOf(p.self, [...orphans]);
  const lives = new Map<string, ObservedPod>();
  const waiting = new Set<string>();
  const apart = new Set(p.project.apart);
  for (const pod of p.observed.pods) {
    if (apart.has(pod.key) && pod.record.deletion === undefined && !p.memory.deletions.has(pod.uid)) continue;
    const gone = surplus.has(pod)
      ? reason(`more than ${p.self.finishedBound} finished Pods that no file names`)
      : goneReason(p, pod, desired.get(pod.key), lives.get(pod.key), orphans.has(pod));
    if (gone === undefined) {
      if (desired.has(pod.key)) lives.set(pod.key, pod);
    } else {
      waiting.add(pod.key);
      const next = isUnnamed(p, pod, desired) ? successorOf(p.project, pod) : undefined;
      if (next !== undefined && !mayGo(p, next, pod)) continue;
      planDeletion(p, pod, { ...p.memory.deletions.get(pod.uid), kill: false, because: gone });
    }
  }
  for (const pod of p.observed.pods) if (isThere(pod)) p.memory.begun.add(pod.key);
  for (const key of p.memory.begun) if (!desired.has(key)) p.memory.begun.delete(key);
  const gate = (pod: Pod): Refusal | undefined => gateWithin(p, pod, desired, lives);
  // A hook or check that begins now tells on the status that others wait for.
  for (const [key, pod] of desired) {
    const life = lives.get(key);
    if (life !== undefined) planPod(p, pod, life);
  }
  p.memory.refused = refusals(p.self, p.project.pods, p.observed.pods, p.memory.applied, gate);
  for (const [key, pod] of desired)
    if (!lives.has(key) && !waiting.has(key) && !isMaking(p, key)) planFresh(p, key, pod);
}

/** Why a Pod's first start waits; one that ran before, in this life or an earlier one, never does. */
function gateWithin(
  p: Planner,
  pod: Pod,
  desired: ReadonlyMap<string, Pod>,
  lives: ReadonlyMap<string, ObservedPod>,
): Refusal | undefined {
  if (p.memory.begun.has(podKey(pod.metadata))) return undefined;
  return gateOf(pod, (dependency) => {
    const [life, other] = [lives.get(podKey(dependency)), desired.get(podKey(dependency))];
    if (life === undefined || other === undefined) return undefined;
    return statusOf(p.state, p.memory.applied.get(life.uid) ?? other, life, p.nowMs);
  });
}

/** Finished Pods that no file names stay to be read up to a bound, the oldest go first (pkg/controller/podgc). */
function surplusOf({ finishedBound }: Self, orphans: readonly ObservedPod[]): ReadonlySet<ObservedPod> {
  const finished = orphans.filter(({ record }) => record.end !== undefined);
  return new Set(finished.slice(0, Math.max(0, finished.length - finishedBound)));
}

/** It goes for nothing but that the file does not name it. */
function isUnnamed({ memory }: Planner, { key, uid, record }: ObservedPod, desired: ReadonlyMap<string, Pod>): boolean {
  return !desired.has(key) && record.deletion === undefined && !memory.deletions.has(uid) && !memory.going.has(key);
}

/** Why a Pod's life is to end; undefined when it may stay. */
function goneReason(
  p: Planner,
  pod: ObservedPod,
  desired: Pod | undefined,
  life: ObservedPod | undefined,
  orphan: boolean,
) {
  if (pod.record.deletion !== undefined) return reason('its deletion is under way');
  if (p.memory.deletions.has(pod.uid)) return reason('its deletion was asked for');
  const over = p.memory.going.get(pod.key);
  if (over !== undefined) return reason(over);
  if (desired === undefined) return orphan && !p.self.removeOrphans ? undefined : reason('the file does not name it');
  if (life !== undefined) return reason('an older life of the Pod is there');
  const started = isThere(pod) || p.memory.newUids.get(pod.key) === pod.uid;
  return started ? undefined : reason('nothing but volumes is left of it');
}

/** A call for an earlier life is under way: what it makes is seen and ended before the next life begins. */
function isMaking(p: Planner, key: string): boolean {
  const uid = p.memory.newUids.get(key);
  return [...p.state.inFlight.values()].some(({ pod }) => pod !== undefined && podKey(pod) === key && pod.uid !== uid);
}

function planFresh(p: Planner, key: string, pod: Pod): void {
  const known = p.memory.newUids.get(key);
  const isRefused = p.memory.refused.has(key);
  // One that was not taken has Failed for good: what an edit makes of it is another Pod.
  const isOld = known !== undefined && !isRefused && isOver(p.memory.statuses.get(known)?.phase);
  const uid = known === undefined || isOld ? takeUid(p) : known;
  p.memory.newUids.set(key, uid);
  if (isRefused) {
    p.memory.applied.set(uid, pod);
    return;
  }
  const { name, namespace } = pod.metadata;
  planNewPod(p, pod, { name, namespace, uid }, undefined);
}

function planDown(p: Planner, intent: Extract<Intent, { kind: 'down' }>): void {
  const deletion: Deletion = {
    ...(intent.graceSeconds === undefined ? {} : { graceSeconds: intent.graceSeconds }),
    kill: intent.kill,
    unrecorded: true,
    because: reason('the project is taken down'),
  };
  for (const pod of goingPods(p.observed.pods, intent, p.project)) planDeletion(p, pod, deletion);
  const making = [...p.state.inFlight.values()].some(({ action }) => action.verb === 'createContainer');
  if (p.observed.pods.length > 0 || making) return;
  if (intent.volumes) {
    for (const name of p.observed.claims.keys())
      want(p, { action: { verb: 'removeVolume', target: name, name }, because: reason('--volumes was given') });
  }
  for (const { id, name } of p.observed.networks)
    want(p, { action: { verb: 'removeNetwork', target: name, id }, because: reason('no Pod is left on it') });
}

function ensureNetwork(p: Planner): void {
  if (p.observed.network !== undefined) return;
  const name = networkName(p.self.project);
  const labels = { ...projectLabels(p.self.project, 'network', name), [label.dir]: p.self.dir };
  want(p, { action: { verb: 'createNetwork', target: name, name, labels }, because: reason('the Pods’ network') });
}

/** The engine makes a second network of the same name without a word (ENGINE.md 0.8): one that no Pod is on goes. */
function removeSpareNetworks(p: Planner): void {
  const used = new Set(p.observed.pods.flatMap((pod) => pod.infras.map(({ networkId }) => networkId)));
  for (const { id, name } of p.observed.networks.slice(1))
    if (!used.has(id))
      want(p, {
        action: { verb: 'removeNetwork', target: name, id },
        because: reason('another network of that name is there'),
      });
}

/** Volumes that the file declares; those that only a Pod claims are made with the Pod. */
function ensureClaims(p: Planner, project: Project): void {
  for (const claim of project.claims) {
    const name = claimVolumeName(p.self.project, claim);
    if (p.observed.claims.has(name)) continue;
    want(p, {
      action: { verb: 'createVolume', target: name, name, ...claimMaking(p.self, name) },
      because: [{ path: `volumes.${claim.name}` }],
    });
  }
}

/** Helpers that the engine room runs behind a probe (end-process.ts) are in no plan: they are gone well within this. */
const helperMostMs = 30_000;

/** A helper belongs to a call under way, or is young; any other one was left by a podrun that died. */
function isStaleHelper(p: Planner, { name, createdAtMs }: EngineContainer, intent: Intent): boolean {
  if ([...p.state.inFlight.values()].some(({ action }) => 'name' in action && action.name === name)) return false;
  const staleAtMs = createdAtMs + helperMostMs;
  if (p.nowMs >= staleAtMs || (intent.kind === 'down' && p.observed.pods.length === 0)) return true;
  wakeAt(p, staleAtMs);
  return false;
}
