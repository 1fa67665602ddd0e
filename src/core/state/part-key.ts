/** What is remembered of a part of a Pod's life has a key, made and read here alone. */
import type { PodRef } from '../runtime/pod-ref.ts';

declare const part: unique symbol;
/** `UID/CONTAINER` with more behind it; the container is '' for what is the Pod's own. */
export type PartKey = string & { readonly [part]: true };

type Life = Pick<PodRef, 'uid'>;

const make = (...words: readonly string[]): PartKey => words.join('/') as PartKey;

export const containerKey = ({ uid }: Life, container: string): PartKey => make(uid, container);
/** The Pod's sandboxes. */
export const infraKey = ({ uid }: Life): PartKey => make(uid, '');
export const volumeKey = ({ uid }: Life, volume: string): PartKey => make(uid, '', volume);
export const probeKey = ({ uid }: Life, container: string, type: string): PartKey => make(uid, container, type);
/** A field of a container that names an image. */
export const imageKey = ({ uid }: Life, container: string, field: string): PartKey => make(uid, container, field);
/** The need of a pull for a field, and for the same field of the Pod that is to follow. */
export const needKey = ({ uid }: Life, field: string, isReplacement: boolean): PartKey =>
  make(uid, '', field, ...(isReplacement ? ['replacement'] : []));

/** The words that a key was made of. */
export interface PartOfLife {
  readonly uid: string;
  /** '' for what is the Pod's own. */
  readonly container: string;
  /** The volume, the probe's type or the field; '' where there is none. */
  readonly rest: string;
}

export function readPartKey(key: PartKey): PartOfLife {
  const [uid = '', container = '', ...rest] = key.split('/');
  return { uid, container, rest: rest.join('/') };
}
