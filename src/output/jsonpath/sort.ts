/** kubectl's --sort-by (kubectl/pkg/cmd/get/sorter.go). */
import { parseQuantity } from '../../model/quantity.ts';
import { evaluate } from './evaluate.ts';
import { JsonPathError, parseTemplate } from './parse.ts';
import { relaxedPath } from './relaxed.ts';

/**
 * The objects in the order of what a path leads to; those that have no such field first. Throws a {@link JsonPathError},
 * also where none has it.
 */
export function sortBy<T extends object>(objects: readonly T[], path: string): readonly T[] {
  const template = relaxedPath(path);
  const parts = parseTemplate(template);
  const keyed = objects.map((object) => ({ object, key: evaluate(parts, object)[0]?.[0] }));
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new JsonPathError(`couldn't find any field with path "${template}" in the list of objects`);
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ object }) => object);
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  throw new JsonPathError(`unsortable type: ${typeof a === 'object' ? 'object' : typeof a}`);
}

/** Quantities by what they amount to, else what is digits as numbers: web-9 before web-10. */
function compareTexts(a: string, b: string): number {
  const [one, other] = [parseQuantity(a), parseQuantity(b)];
  if (one !== undefined && other !== undefined) return one < other ? -1 : Number(one > other);
  const [left, right] = [chunksOf(a), chunksOf(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [x, y] = [left[index] ?? '', right[index] ?? ''];
    if (x === y) continue;
    const byNumber = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : 0;
    return byNumber === 0 ? (x < y ? -1 : 1) : byNumber;
  }
  return left.length - right.length;
}

const chunksOf = (text: string): readonly string[] => text.match(/\d+|\D/g) ?? [];
