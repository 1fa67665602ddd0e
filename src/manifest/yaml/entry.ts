import type { Cursor } from './cursor.ts';
import { below, nodeAt } from './cursor.ts';
import type { Fields } from './read.ts';
import { fieldsOf, listOf, textOf } from './read.ts';
import { membersOf } from './value.ts';

/** One named member of a list or of a map by name. */
export interface Entry {
  readonly at: Cursor;
  readonly nameAt: Cursor;
  /** '' where the list's member has none; the schema has told of it. */
  readonly name: string;
  readonly fields: Fields;
}

/** The members of a list (each with a `name`) or of a map by name, in the file's order. */
export function entriesOf(value: unknown, at: Cursor): readonly Entry[] {
  if (Array.isArray(value)) {
    return listOf(value).map((item, index) => {
      const fields = fieldsOf(item);
      const here = below(at, index);
      return { at: here, nameAt: below(here, 'name'), name: textOf(fields['name']) ?? '', fields };
    });
  }
  return membersInOrder(fieldsOf(value), at).map(([name, item]) => {
    const here = below(at, name);
    return { at: here, nameAt: here, name, fields: fieldsOf(item) };
  });
}

/** The members of a map in the file's order: JavaScript puts keys that look like array indices first. */
export function membersInOrder(fields: Fields, at: Cursor): readonly (readonly [string, unknown])[] {
  const members = Object.entries(fields);
  const node = members.some(([name]) => /^\d+$/.test(name)) ? nodeAt(at) : undefined;
  if (node === undefined) return members;
  const names = [...membersOf(node, at.doc.aliases).keys()];
  return members.toSorted(([a], [b]) => names.indexOf(a) - names.indexOf(b));
}
