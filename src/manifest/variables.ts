import type { Scalar } from 'yaml';
import { isScalar, visit } from 'yaml';

import type { Doc } from './cursor.ts';
import { below, nodeAt, spanAt } from './cursor.ts';
import { withValue } from './document.ts';
import { interpolate } from './interpolate.ts';
import { fieldsOf } from './read.ts';
import { breachesOf } from './schema.ts';
import { stepsOf } from './structure.ts';
import type { Diagnostic } from './types.ts';

/**
 * Puts variables into the scalars of a short-form document (never its keys) and gives it its value. A scalar that
 * held one becomes a number, true or false where the schema takes no text, quoted or not: inside `{ }` YAML wants the
 * quotes.
 */
export function withVariables(doc: Doc, env: Readonly<Record<string, string>>, into: Diagnostic[]): Doc {
  const changed = new Set<Scalar>();
  visit(doc.yaml, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const result = interpolate(node.value, env);
      const [start = 0, end = 0] = node.range ?? [];
      let from = start;
      for (const { reference, message, hint } of result.problems) {
        const found = doc.text.slice(0, end).indexOf(reference, from);
        const span = found < 0 ? spanAt(doc, start, end) : spanAt(doc, found, found + reference.length);
        if (found >= 0) from = found + reference.length;
        into.push({
          severity: 'error',
          file: doc.file,
          ...span,
          path: '',
          message,
          ...(hint === undefined ? {} : { hint }),
        });
      }
      node.value = result.text;
      changed.add(node);
    },
  });
  const filled = withValue(doc);
  return changed.size > 0 && retype(filled, changed) ? withValue(doc) : filled;
}

function retype(doc: Doc, changed: ReadonlySet<Scalar>): boolean {
  let any = false;
  for (const breach of breachesOf('pods', doc.value)) {
    const types = [fieldsOf(breach.parentSchema)['type']].flat();
    if (!types.some((type) => type === 'integer' || type === 'number' || type === 'boolean')) continue;
    const node = nodeAt(below({ doc, path: [] }, ...stepsOf(breach.instancePath, doc.value)));
    if (!isScalar(node) || !changed.has(node) || typeof node.value !== 'string') continue;
    const value = literal(node.value);
    if (value === undefined) continue;
    node.value = value;
    any = true;
  }
  return any;
}

function literal(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  // As Kubernetes' YAML reads it.
  if (/^0[0-7]{1,15}$/.test(text)) return Number.parseInt(text, 8);
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
