import type { FieldReason } from '../../src/core/runtime/reason.ts';

/** A field that was edited; its keys have no dots. */
export const edited = (path: string, from?: unknown, to?: unknown): FieldReason => ({
  kind: 'field',
  path: path.split('.'),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});
