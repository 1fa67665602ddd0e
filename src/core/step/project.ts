/** What the project needs beside its Pods: the network, the claims, and an end to what an earlier podrun left. */
import { planHolds } from '../admission/hold.ts';
import { unitPrint } from '../admission/unit.ts';
import { isKept } from '../objects/note-objects.ts';
import { planRecords } from '../objects/plan-records.ts';
import type { Project } from '../../model/project.ts';
import { label, projectLabels } from '../runtime/labels.ts';
import { claimVolumeName, networkName } from '../runtime/names.ts';
import type { KeptObject } from '../runtime/object-record.ts';
import { reason } from '../runtime/reason.ts';
import { hasServices, planGateway } from '../services/gateway.ts';
import { wakeAt, want } from '../state/planner.ts';
import type { Planner } from '../state/planner.ts';
import { claimMaking } from '../spec/pod-volumes.ts';
import type { Intent } from '../state/self.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';

export function planProject(p: Planner, intent: Intent): void {
  for (const helper of p.observed.helpers) planHelper(p, helper, intent);
  if (intent.kind === 'down') return planEnd(p, intent);
  if (p.project === undefined) return;
  ensureNetwork(p);
  removeSpareNetworks(p);
  planGateway(p);
  ensureClaims(p, p.project);
  planHolds(p);
  planRecords(p);
}

/** What goes after the last Pod. */
function planEnd(p: Planner, intent: Extract<Intent, { kind: 'down' }>): void {
  const isMaking = [...p.state.inFlight.values()].some(({ action }) => action.verb === 'createContainer');
  if (hasLives(p) || isMaking) return;
  if (intent.volumes) {
    for (const name of p.observed.claims.keys())
      want(p, { action: { verb: 'removeVolume', target: name, name }, because: reason('volumesAsked') });
  }
  // Of some Pods: what is held down stays so.
  if (intent.only === undefined) {
    const isOurs = ownersOf(p, intent);
    const holds = [...p.observed.holds].flatMap(([unit, { volume }]) => (isOurs.unit(unit) ? [volume] : []));
    const records = [...p.observed.objects].flatMap(([key, kept]) => (isOurs.object(key, kept) ? kept.volumes : []));
    for (const name of [...holds, ...records.map((volume) => volume.name)])
      want(p, { action: { verb: 'removeVolume', target: name, name }, because: reason('projectDown') });
  }
  for (const { id, name } of p.observed.gateways)
    want(p, { action: { verb: 'removeContainer', target: name, id }, because: reason('noPodLeft') });
  for (const { id, name } of p.observed.gateways.length > 0
    ? []
    : [...p.observed.networks, ...p.observed.spareNetworks])
    want(p, { action: { verb: 'removeNetwork', target: name, id }, because: reason('noPodLeft') });
}

/** What of the project goes: all, but where others were named nothing of those that are apart. */
function ownersOf(p: Planner, { ownOnly }: Extract<Intent, { kind: 'down' }>) {
  const { file } = p.state;
  const isWhole = ownOnly !== true || file?.apart === undefined;
  return {
    unit: (unit: string) => isWhole || unitPrint(file, unit) !== undefined,
    object: (key: string, { record }: KeptObject) =>
      isWhole || p.shared.records.has(key) || !isKept(p.state, p.turn.lives(), record),
  };
}

const hasLives = (p: Planner): boolean => p.turn.lives()[Symbol.iterator]().next().done !== true;

function ensureNetwork(p: Planner): void {
  if (p.observed.network !== undefined) return;
  const name = networkName(p.self.project);
  const labels = { ...projectLabels(p.self, 'network', name), [label.dir]: p.self.dir };
  want(p, {
    action: { verb: 'createNetwork', target: name, name, labels, ...(hasServices(p) ? { halved: true } : {}) },
    because: reason('podsNetwork'),
  });
}

/** The engine makes a second network of the same name without a word (docs/engines.md#names); those without Pods go. */
function removeSpareNetworks(p: Planner): void {
  const spare = p.observed.networks.slice(1);
  if (spare.length === 0) return;
  const used = new Set([...p.turn.lives()].flatMap(({ pod }) => pod.infras.map(({ networkId }) => networkId)));
  for (const { id, name } of spare)
    if (!used.has(id))
      want(p, {
        action: { verb: 'removeNetwork', target: name, id },
        because: reason('otherNetwork'),
      });
}

/** Volumes that the file declares; those that only a Pod claims are made with the Pod. */
function ensureClaims(p: Planner, project: Project): void {
  for (const claim of project.claims) {
    const name = claimVolumeName(p.self.project, claim);
    if (p.observed.claims.has(name)) continue;
    want(p, {
      action: { verb: 'createVolume', target: name, name, ...claimMaking(p.self, name) },
      because: [{ kind: 'claim', volume: claim.name }],
    });
  }
}

/** Helpers that the engine room runs behind a probe (end-process.ts) are in no plan: they are gone well within this. */
const helperMostMs = 30_000;

/** A helper belongs to a call under way, or is young; any other one was left by a podrun that died. */
function planHelper(p: Planner, { name, id, createdAtMs }: EngineContainer, intent: Intent): void {
  if ([...p.state.inFlight.values()].some(({ action }) => 'name' in action && action.name === name)) return;
  const staleAtMs = createdAtMs + helperMostMs;
  const isOver = p.nowMs >= staleAtMs || (intent.kind === 'down' && !hasLives(p));
  if (!isOver) return wakeAt(p, staleAtMs);
  want(p, { action: { verb: 'removeContainer', target: name, id }, because: reason('helperLeft') });
}
