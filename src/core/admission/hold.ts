/** `down POD` beside a podrun that supervises holds a Pod down, until `up POD` or an edit of it (docs/decisions/held-down.md). */
import { heldDown, holdName, unitLabel } from '../runtime/hold.ts';
import type { Held } from '../runtime/hold.ts';
import { label, projectLabels, supervisorLabel } from '../runtime/labels.ts';
import { surroundingsOf } from '../runtime/observed.ts';
import type { Surroundings } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import type { Reason } from '../runtime/reason.ts';
import { want } from '../state/planner.ts';
import type { Planner } from '../state/planner.ts';
import { withEntry, withoutEntry } from '../state/entries.ts';
import type { DownWish, HoldWish, SharedMemory } from '../state/shared-memory.ts';
import type { State } from '../state/state.ts';
import type { Refusal } from './schedule.ts';
import { unitPrint } from './unit.ts';

/**
 * How a unit stands. `held`: what runs of it ends, and nothing begins. `changing`: what is to be is not written down yet,
 * or still is; until then what runs goes on, and nothing begins.
 */
export type Standing = 'free' | 'changing' | 'held';

export function standingOf(
  project: string,
  { holds }: Pick<Surroundings, 'holds'>,
  { wishes, retries }: Pick<SharedMemory, 'wishes' | 'retries'>,
  unit: string,
): Standing {
  const wish = wishes.get(unit);
  const isThere = holds.has(unit);
  if (wish?.kind === 'up') return wish.done === true && !isThere ? 'free' : 'changing';
  if (isThere) return 'held';
  if (wish === undefined) return 'free';
  // An engine that does not write it down, say for a full disk, does not keep it up.
  const refused = retries.get(`createVolume ${holdName(project, unit)}`)?.failure.kind === 'refused';
  return refused ? 'held' : 'changing';
}

/** Why nothing of it is begun with. */
export const heldRefusal = (unit: string): Refusal => ({
  phase: 'Pending',
  reason: heldDown,
  message: `podrun down holds it down; podrun up ${unitLabel(unit)} brings it back`,
});

/** What is held down of what the file names, as a user names it. */
export const heldUnits = ({ rest, file }: Pick<State, 'rest' | 'file'>): readonly string[] =>
  [...surroundingsOf(rest, []).holds.keys()]
    .filter((unit) => unitPrint(file, unit) !== undefined)
    .map(unitLabel)
    .toSorted();

/** Writes down what was asked for, and takes back what is over. */
export function planHolds(p: Planner): void {
  const { shared, observed, self } = p;
  for (const [unit, wish] of shared.wishes) {
    const held = observed.holds.get(unit);
    const name = holdName(self.project, unit);
    // A call that makes or removes it may be under way, or come later.
    const isSure = !p.state.inFlight.has(name) && !p.state.blind.has(name);
    const isAsAsked = wish.kind === 'up' ? held === undefined : held !== undefined && !releaseReason(p, held);
    if (isAsAsked && isSure) fulfil(shared, unit, wish);
    else if (wish.kind === 'down' && held === undefined) hold(p, unit, name, wish);
  }
  for (const held of observed.holds.values()) {
    const because = releaseReason(p, held);
    if (because !== undefined)
      want(p, { action: { verb: 'removeVolume', target: held.volume, name: held.volume }, because });
  }
}

function hold(p: Planner, unit: string, name: string, { print, graceSeconds }: DownWish): void {
  if (unitPrint(p.state.file, unit) !== print) return forget(p.shared, unit);
  const record = { unit, print, ...(graceSeconds === undefined ? {} : { graceSeconds }) };
  const labels = {
    ...projectLabels(p.self, 'hold', name),
    [label.supervisor]: supervisorLabel(p.self),
    [label.dir]: p.self.dir,
    [label.hold]: JSON.stringify(record),
  };
  want(p, { action: { verb: 'createVolume', target: name, name, labels }, because: reason('downAsked') });
}

/** What is up stays remembered as such: the engine may carry out an earlier call at any later time. */
function fulfil(shared: SharedMemory, unit: string, wish: HoldWish): void {
  if (wish.kind === 'down') forget(shared, unit);
  else if (wish.done !== true) shared.wishes = withEntry(shared.wishes, unit, { ...wish, done: true });
}

const forget = (shared: SharedMemory, unit: string): void => void (shared.wishes = withoutEntry(shared.wishes, unit));

/** Why a unit is no longer held down; undefined while it is. */
function releaseReason({ shared, state: { file }, self }: Planner, held: Held): readonly Reason[] | undefined {
  const wish = shared.wishes.get(held.unit);
  if (wish?.kind === 'up') return reason('upAsked');
  if (file === undefined) return undefined;
  const print = unitPrint(file, held.unit);
  // A podrun that was told which Pods to bring up leaves the others alone.
  const isNamed = file.apart !== undefined;
  if (print === undefined) return isNamed ? undefined : reason('notInFile');
  if (isNamed && held.by !== self.id) return reason('upAsked');
  return print === held.print ? undefined : reason('edited');
}
