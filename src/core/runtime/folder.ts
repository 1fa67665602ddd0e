import type { Observed, ObservedPod } from './observed.ts';

/** The folder that a Pod comes from: the one that took it over, else the one that made it. */
export const folderOf = (pod: ObservedPod): string | undefined => pod.record.dir ?? pod.infras[0]?.dir;

/** Another folder that a Pod of the project comes from; undefined where all are this one's. */
export const otherFolder = (observed: Pick<Observed, 'pods'>, dir: string): string | undefined =>
  observed.pods.map(folderOf).find((each) => each !== undefined && each !== dir);

/** The persistent volumes that another folder made: they hold its data, also while it runs no Pod. */
export const othersClaims = (
  observed: Observed,
  dir: string,
): readonly { readonly name: string; readonly dir: string }[] =>
  [...observed.claims].flatMap(([name, made]) => (made === undefined || made === dir ? [] : [{ name, dir: made }]));

/** How it is told. */
export const belongsTo = (what: string, theirs: string, ours: string): string =>
  `${what} belongs to ${theirs}, this is ${ours}`;
