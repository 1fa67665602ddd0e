import { isScalar } from 'yaml';

import type { Doc } from '../yaml/cursor.ts';
import { below, nodeAt } from '../yaml/cursor.ts';
import { withValue } from '../yaml/document.ts';
import { fieldsOf } from '../yaml/read.ts';
import { breachesOf } from './schema.ts';
import { stepsOf } from './structure.ts';
import type { Shaped } from '../variables/variables.ts';

/**
 * The document with an empty text where a map or a list of texts holds null: so the API server's decoder reads it
 * (encoding/json). A field that is null is unset, and not in the value at all.
 */
export function withNullTexts(doc: Doc, partsOf: (value: unknown) => readonly Shaped[]): Doc {
  if (!holdsNull(doc.value)) return doc;
  let any = false;
  for (const { shape, value, path } of partsOf(doc.value))
    for (const { keyword, data, instancePath, parentSchema } of breachesOf(shape, value)) {
      if (keyword !== 'type' || data !== null || fieldsOf(parentSchema)['type'] !== 'string') continue;
      const node = nodeAt(below({ doc, path }, ...stepsOf(instancePath, value)));
      if (!isScalar(node)) continue;
      node.value = '';
      any = true;
    }
  return any ? withValue(doc) : doc;
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null;
  return Object.values(value).some(holdsNull);
}
