/** What is held down, as its record on the engine tells (docs/decisions/held-down.md). */
import { fnv1a } from '../../model/fingerprint.ts';
import { holdOf, isOurs, kindOf, supervisorOf } from './labels.ts';
import type { Hold } from './labels.ts';
import { podLabel } from './pod-ref.ts';
import type { EngineVolume } from './snapshot.ts';

/** A hold with its place on the engine. */
export interface Held extends Hold {
  /** The name of the volume that keeps it. */
  readonly volume: string;
  /** The id of the podrun that was told; unset where that label is damaged. */
  readonly by?: string;
}

/** The reason of a Pod that is held down: Kubernetes has none for it. */
export const heldDown = 'HeldDown';

/** By unit. */
export type Holds = ReadonlyMap<string, Held>;

export function observeHolds(volumes: readonly EngineVolume[]): Holds {
  const found = volumes.flatMap((volume): (readonly [string, Held])[] => {
    const hold = isOurs(volume) && kindOf(volume.labels) === 'hold' ? holdOf(volume.labels) : undefined;
    if (hold === undefined) return [];
    const by = supervisorOf(volume.labels)?.id;
    return [[hold.unit, { ...hold, volume: volume.name, ...(by === undefined ? {} : { by }) }]];
  });
  return new Map(found);
}

/** `PROJECT.NAME._held.HASH`: no Pod and no volume of a file has `_` in its name. */
export function holdName(project: string, unit: string): string {
  return [project, readUnit(unit).name, '_held', fnv1a(unit).toString(16).padStart(8, '0')].join('.');
}

/** The name in the name of such a volume; undefined for every other. */
export const readHoldName = (volume: string): string | undefined =>
  /^[^.]+\.(.+)\._held\.[0-9a-f]{8}$/.exec(volume)?.[1];

/** As a user names it. */
export const unitLabel = (unit: string): string => podLabel(readUnit(unit));

/** `NAMESPACE/NAME` or `NAMESPACE/KIND/NAME`. */
function readUnit(unit: string): { readonly name: string; readonly namespace: string } {
  const parts = unit.split('/');
  return { namespace: parts[0] ?? '', name: parts.at(-1) ?? '' };
}
