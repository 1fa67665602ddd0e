/** Whether a Job is to be decided anew: nothing of it is where all that its last decision went by is the same. */
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { standingOf } from '../admission/hold.ts';
import { groupOf, groupOfLife } from '../admission/workload.ts';
import { surroundings } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import { sightOf } from './job-lives.ts';
import type { Basis, Jobs } from './jobs-memory.ts';
import { jobUnit } from './same-job.ts';

/** By unit. */
export type Bases = ReadonlyMap<string, Basis>;

/** Those Jobs that this podrun looks after. */
export function basesOf(draft: Draft, given: Project): Bases {
  const slots = slotsOf(given);
  const { holds } = surroundings(draft);
  return new Map(
    (given.jobs ?? []).flatMap((job): readonly (readonly [string, Basis])[] => {
      if (job.apart === true) return [];
      const unit = jobUnit(job);
      const standing = standingOf(draft.state.self.project, { holds }, draft.shared, unit);
      const gone = draft.shared.crons.runs.get(unit)?.gone;
      return [[unit, { job, slots: slots.get(unit) ?? [], standing, ...(gone && { gone }) }]];
    }),
  );
}

/** A project never changes, and is asked at every step that brings something new. */
const slotted = new WeakMap<Project, ReadonlyMap<string, readonly Pod[]>>();

function slotsOf(given: Project): ReadonlyMap<string, readonly Pod[]> {
  const known = slotted.get(given);
  if (known !== undefined) return known;
  const slots = new Map<string, Pod[]>();
  for (const pod of given.pods) {
    const unit = groupOf(pod.metadata) ?? '';
    const own = slots.get(unit);
    if (own === undefined) slots.set(unit, [pod]);
    else own.push(pod);
  }
  slotted.set(given, slots);
  return slots;
}

/** The units of which a Pod is not as it was when they were decided. @param touched Pods of Jobs */
export function newsOf(draft: Draft, { seen }: Jobs, touched: readonly PodDraft[]): ReadonlySet<string> {
  const units = new Set<string>();
  for (const { key, desired, lives } of touched) {
    const known = seen.get(key);
    if (known?.sight === sightOf(draft, key)) continue;
    for (const unit of [known?.unit, desired && groupOf(desired.metadata), ...lives.map(groupOfLife)])
      if (unit !== undefined) units.add(unit);
  }
  return units;
}

export function isOpen(
  { decided }: Jobs,
  [unit, { job, slots, standing, gone }]: readonly [unit: string, basis: Basis],
  news: ReadonlySet<string>,
  nowMs: number,
): boolean {
  const known = decided.get(unit);
  if (known === undefined || news.has(unit) || nowMs >= known.wakeAtMs) return true;
  const areSame = slots.length === known.slots.length && slots.every((slot, index) => slot === known.slots[index]);
  return known.job !== job || known.standing !== standing || known.gone !== gone || !areSame;
}
