import type { ParsedNode, Scalar } from 'yaml';
import { isNode, isScalar, visit } from 'yaml';

import type { Doc, Step } from '../yaml/cursor.ts';
import { below, nodeAt } from '../yaml/cursor.ts';
import { withValue } from '../yaml/document.ts';
import type { InterpolationProblem } from './interpolate.ts';
import { interpolate } from './interpolate.ts';
import { fieldsOf } from '../yaml/read.ts';
import type { Shape } from '../schema/schema.ts';
import { breachesOf } from '../schema/schema.ts';
import { spanAt } from '../yaml/source.ts';
import { stepsOf } from '../schema/structure.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';

/** The scalars that held a variable. */
export type Filled = Set<Scalar>;

/** A part of a document that the schema has a shape for. */
export interface Shaped {
  readonly shape: Shape;
  readonly value: unknown;
  readonly path: readonly Step[];
}

/** Puts variables into the scalars of a document, never its keys. The document's value is still the one before. */
export function fillVariables(
  doc: Doc,
  env: Readonly<Record<string, string>>,
  filled: Filled,
  into: Diagnostic[],
): void {
  if (!isNode(doc.root)) return;
  visit(doc.root, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const { text, problems } = interpolate(node.value, env);
      for (const problem of problems) into.push(toDiagnostic(doc, node, node.value, problem));
      node.value = text;
      filled.add(node);
    },
  });
}

function toDiagnostic(doc: Doc, node: Scalar, text: string, problem: InterpolationProblem): Diagnostic {
  const { message, hint } = problem;
  const span = spanAt(doc, ...rangeOf(doc, node, text, problem));
  return {
    severity: 'error',
    file: doc.file,
    ...span,
    path: '',
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

/**
 * Where a reference stands in the file: neither quotes nor folding come between `$` and `{`, so it is the same one of
 * their row there as in the value. With an escape for one of the two nothing better is known than the scalar.
 */
function rangeOf(
  doc: Doc,
  { range, type }: Scalar,
  text: string,
  { reference, offset }: InterpolationProblem,
): readonly [number, number] {
  const [from = 0, to = 0] = range ?? [];
  // A comment may stand behind the `|`.
  const start = type?.startsWith('BLOCK') === true ? doc.text.indexOf('\n', from) : from;
  const written = openings(doc.text.slice(start, to));
  const meant = openings(text);
  const at = written.length === meant.length ? written[meant.indexOf(offset)] : undefined;
  if (at === undefined) return [from, to];
  const first = start + at;
  return [first, doc.text.startsWith(reference, first) ? first + reference.length : to];
}

function openings(text: string): readonly number[] {
  return [...text.matchAll(/\$\{/g)].map(({ index }) => index);
}

/**
 * The document with its value. A scalar that held a variable becomes a number, true or false where the schema takes no
 * text, quoted or not: inside `{ }` YAML wants the quotes.
 */
export function withFilled(doc: Doc, filled: Filled, partsOf: (value: unknown) => readonly Shaped[]): Doc {
  if (filled.size === 0 && doc.value !== undefined) return doc;
  const plain = withValue(doc);
  const changed = partsOf(plain.value).map((part) => retype(plain, part, filled));
  return changed.includes(true) ? withValue(doc) : plain;
}

function retype(doc: Doc, { shape, value, path }: Shaped, filled: Filled): boolean {
  let any = false;
  for (const breach of breachesOf(shape, value)) {
    const types = [fieldsOf(breach.parentSchema)['type']].flat();
    if (!types.some((type) => type === 'integer' || type === 'number' || type === 'boolean')) continue;
    const node: ParsedNode | undefined = nodeAt(below({ doc, path }, ...stepsOf(breach.instancePath, value)));
    if (!isScalar(node) || !filled.has(node) || typeof node.value !== 'string') continue;
    const found = literal(node.value);
    if (found === undefined) continue;
    node.value = found;
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
