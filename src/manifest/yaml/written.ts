import { isScalar } from 'yaml';

import type { Cursor } from './cursor.ts';
import { nodeAt } from './cursor.ts';

/** The characters of a plain or quoted value in the file; undefined where a variable filled it or it is no scalar. */
export function sourceOf(at: Cursor): string | undefined {
  const node = nodeAt(at);
  return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
}

/** A value as text: `VERSION: 1.10` means the four characters, not the number 1.1. */
export function asWritten(value: unknown, at: Cursor): string {
  return typeof value === 'string' ? value : (sourceOf(at) ?? String(value));
}
