/** What the engine keeps of an object that is no Pod: an empty volume whose labels hold its record (docs/decisions/records-are-volumes.md). */
import { fnv1a } from '../../model/fingerprint.ts';
import { attemptOf, isOurs, kindOf, objectOf } from './labels.ts';
import type { ObjectRecord } from './labels.ts';
import { podLabel } from './pod-ref.ts';
import type { EngineVolume } from './snapshot.ts';

/** A record with its place on the engine. */
export interface KeptObject {
  readonly record: ObjectRecord;
  /** The volumes that hold it, newest first: a later one stands for all before it. */
  readonly volumes: readonly { readonly name: string; readonly sequence: number }[];
}

/** By `NAMESPACE/KIND/NAME`. */
export type KeptObjects = ReadonlyMap<string, KeptObject>;

export function observeObjects(volumes: readonly EngineVolume[]): KeptObjects {
  const found = new Map<string, KeptObject>();
  const sequenced = volumes
    .filter((volume) => isOurs(volume) && kindOf(volume.labels) === 'object')
    .map(({ name, labels }) => ({ name, sequence: attemptOf(labels), record: objectOf(labels) }))
    .toSorted((a, b) => b.sequence - a.sequence);
  for (const { name, sequence, record } of sequenced) {
    if (record === undefined) continue;
    const newest = found.get(record.object) ?? { record, volumes: [] };
    found.set(record.object, { ...newest, volumes: [...newest.volumes, { name, sequence }] });
  }
  return found;
}

/** `PROJECT.NAME._object.HASH.N`: no Pod and no volume of a file has `_` in its name. */
export function objectVolumeName(project: string, object: string, sequence: number): string {
  const hash = fnv1a(object).toString(16).padStart(8, '0');
  return [project, readObjectKey(object).name, '_object', hash, sequence].join('.');
}

/** The name of the object in the name of such a volume; undefined for every other. */
export const readObjectName = (volume: string): string | undefined =>
  /^[^.]+\.(.+)\._object\.[0-9a-f]{8}\.\d+$/.exec(volume)?.[1];

export const objectKey = (kind: string, { name, namespace }: Place): string => `${namespace}/${kind}/${name}`;

export function readObjectKey(key: string): { readonly kind: string } & Place {
  const [namespace = '', kind = '', name = ''] = key.split('/');
  return { namespace, kind, name };
}

/** `Deployment web`, as a sentence names it. */
export function objectLabel(key: string): string {
  const { kind, ...place } = readObjectKey(key);
  return `${kind} ${podLabel(place)}`;
}

interface Place {
  readonly name: string;
  readonly namespace: string;
}
