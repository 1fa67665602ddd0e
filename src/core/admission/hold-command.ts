/** What a command asks of controllers and Pods by their units (unit.ts): that they are held down, or no longer. */
import { takeDelete } from '../pod/command.ts';
import { surroundings, touch } from '../state/draft.ts';
import type { Draft, PodDraft } from '../state/draft.ts';
import type { PodState } from '../state/pod-table.ts';
import { withEntry } from '../state/entries.ts';
import { unitOf, unitOfLife, unitPrint } from './unit.ts';

export interface HoldCommand {
  readonly kind: 'hold';
  readonly units: readonly string[];
  /** Overrides the Pods' own grace. */
  readonly graceSeconds?: number;
}

export interface ReleaseCommand {
  readonly kind: 'release';
  readonly units: readonly string[];
}

/** What the file does not name, or leaves to nobody, is only deleted: nothing would bring it back. */
export function takeHold(draft: Draft, { units, graceSeconds }: HoldCommand): void {
  const grace = graceSeconds === undefined ? {} : { graceSeconds };
  const { holds } = surroundings(draft);
  for (const unit of units) {
    const print = unitPrint(draft.state.file, unit);
    // What is held already ends: a later grace only shortens that.
    const isEnding = holds.has(unit) && graceSeconds !== undefined;
    if (print !== undefined)
      draft.shared.wishes = withEntry(draft.shared.wishes, unit, { kind: 'down', print, ...grace });
    const { crons } = draft.shared;
    const run = crons.runs.get(unit);
    // A CronJob's Job: its Pods would be followed by others.
    const gone = { kind: 'deletionAsked' } as const;
    if (run !== undefined) draft.shared.crons = { ...crons, runs: withEntry(crons.runs, unit, { ...run, gone }) };
    for (const pod of podsOf(draft, unit))
      if (print === undefined || isEnding)
        for (const life of pod.lives) takeDelete(pod.memory, life, { kind: 'delete', pod: pod.key, ...grace });
  }
  draft.project = true;
}

export function takeRelease(draft: Draft, { units }: ReleaseCommand): void {
  for (const unit of units) {
    draft.shared.wishes = withEntry(draft.shared.wishes, unit, { kind: 'up' });
    podsOf(draft, unit);
  }
  draft.project = true;
}

/** They are planned anew. */
const podsOf = (draft: Draft, unit: string): readonly PodDraft[] =>
  draft.state.pods.list.filter((pod) => isOf(pod, unit)).map(({ key }) => touch(draft, key));

const isOf = ({ desired, lives }: PodState, unit: string): boolean =>
  (desired !== undefined && unitOf(desired) === unit) || lives.some((life) => unitOfLife(life) === unit);
