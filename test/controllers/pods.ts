/** Pods as controllers look at them, written short. */
import type { Decision, OwnedPod } from '../../src/controllers/decision.ts';
import type { Declared } from '../../src/model/workload.ts';

/** What no rule of a controller looks at. */
export const declared: Declared = { labels: {}, annotations: {}, selector: {}, revisionHistoryLimit: 10 };

/** Of a Pod's name: what stands before its number is its revision. */
type Kind = 'ready' | 'unready' | 'pending' | 'going' | 'failed' | 'succeeded' | 'asked';

/**
 * `new1 ready`, `old2 unready`, `db-0 going`: its name and how it is. Names that begin with `old` are of another template.
 * @param over by name
 */
export function ownedPods(
  texts: readonly string[],
  over: Readonly<Record<string, Partial<OwnedPod>>> = {},
): OwnedPod[] {
  return texts.map((text, index) => {
    const [name = '', kind] = text.split(' ') as [string, Kind];
    const [, revision = 'new'] = /^(old[a-z]*)/.exec(name) ?? [];
    return { name, revision, restarts: 0, createdAtMs: 1_000 + index, ...fields[kind], ...over[name] };
  });
}

const fields: Readonly<Record<Kind, Pick<OwnedPod, 'phase' | 'isTerminating'> & Partial<OwnedPod>>> = {
  ready: { phase: 'Running', isTerminating: false, readySinceMs: 10_000 },
  unready: { phase: 'Running', isTerminating: false },
  pending: { phase: 'Pending', isTerminating: false },
  going: { phase: 'Running', isTerminating: true, readySinceMs: 10_000 },
  failed: { phase: 'Failed', isTerminating: false },
  succeeded: { phase: 'Succeeded', isTerminating: false },
  asked: { phase: 'Pending', isTerminating: false, createdAtMs: Infinity },
};

/** `+2 -old1 updated`: what begins and what ends, sorted. */
export const decided = ({ begin, end }: Pick<Decision, 'begin' | 'end'>): string =>
  [...(begin === 0 ? [] : [`+${begin}`]), ...[...end].map(([name, cause]) => `-${name} ${cause}`).toSorted()].join(' ');
