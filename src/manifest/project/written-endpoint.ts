/** `endpoints` as they are written: in the short form, or in the annotation that says the same. */
import { checkStructure } from '../schema/structure.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { parseJson } from '../yaml/json.ts';
import { isFields, textMapOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';

export interface WrittenEndpoint {
  readonly name: string;
  readonly text: string;
  readonly at: Cursor;
}

/** The short form's field. */
export function readEndpoints(value: unknown, at: Cursor): readonly WrittenEndpoint[] {
  return Object.entries(textMapOf(value)).map(([name, text]) => ({ name, text, at: below(at, name) }));
}

/** Those of a Pod's annotation, in JSON. */
export function readAnnotatedEndpoints(
  annotation: string | undefined,
  at: Cursor,
  report: Report,
): readonly WrittenEndpoint[] {
  if (annotation === undefined) return [];
  const value = parseJson(annotation);
  if (isFields(value)) {
    checkStructure('Endpoints', value, at, report);
    return Object.entries(textMapOf(value)).map(([name, text]) => ({ name, text, at }));
  }
  // What they hold may be secret.
  report(at, 'Invalid value: must be a map of texts by name, in JSON', {
    hint: 'for example {"DATABASE_URL": "postgres://{db:5432}/shop"}',
  });
  return [];
}
