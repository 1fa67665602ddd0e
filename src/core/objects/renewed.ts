/** An object's record as it is to be: the one that is known goes on, with another generation where its spec is another. */
import type { ObjectRecord } from '../runtime/labels.ts';

/** What records are made from. */
export interface Scene {
  /** As it was last to be, else as the engine has it. */
  readonly known: (key: string) => ObjectRecord | undefined;
  readonly takeUid: () => string;
  readonly nowMs: number;
}

/** @param print of its spec, see `printOf` */
export function renewed({ known, takeUid, nowMs }: Scene, key: string, print: string): ObjectRecord {
  const record = known(key);
  if (record === undefined)
    return { object: key, uid: takeUid(), createdAtMs: nowMs, generation: { number: 1, fingerprint: print } };
  const { number, fingerprint } = record.generation;
  return fingerprint === print ? record : { ...record, generation: { number: number + 1, fingerprint: print } };
}
