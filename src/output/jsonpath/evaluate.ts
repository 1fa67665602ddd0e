/** What a JSONPath template gives for a value, with kubectl's rules (client-go/util/jsonpath/jsonpath.go). */
import { JsonPathError } from './parse.ts';
import type { Part, Path, Step } from './parse.ts';

/**
 * The values of each part, in turn; a field that is not there gives none, as kubectl's default has it. Throws a
 * {@link JsonPathError}.
 */
export function evaluate(parts: readonly Part[], value: unknown): readonly (readonly unknown[])[] {
  return parts.flatMap((part) => {
    const values = follow(part.path, [value]);
    return part.kind === 'path' ? [values] : values.flatMap((each) => evaluate(part.parts, each));
  });
}

/** All of it as text: what a part gives with spaces between, objects and lists as JSON. */
export function render(parts: readonly Part[], value: unknown): string {
  return evaluate(parts, value)
    .map((values) => values.map(valueText).join(' '))
    .join('');
}

/** One value as kubectl prints it. */
export function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  // encoding/json writes what HTML would take for markup as escapes.
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const follow = (path: Path, values: readonly unknown[]): readonly unknown[] =>
  path.reduce<readonly unknown[]>((found, step) => into(found, step), values);

function into(values: readonly unknown[], step: Step): readonly unknown[] {
  switch (step.kind) {
    case 'literal':
      return [step.value];
    case 'field':
      return values.flatMap((value) => fieldOf(value, step.name));
    case 'wildcard':
      return values.flatMap(childrenOf);
    case 'recursive':
      return values.flatMap(withDescendants);
    case 'union':
      return step.paths.flatMap((path) => follow(path, values));
    case 'index':
      return values.flatMap((value) => itemAt(listIn(value), step.index));
    case 'slice':
      return values.flatMap((value) => sliceOf(listIn(value), step));
    case 'filter':
      return values.flatMap((value) => {
        const items = listIn(value, ' and cannot be filtered');
        return items.filter((item) => passes(item, step));
      });
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

function fieldOf(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
  return [(value as Readonly<Record<string, unknown>>)[name]].filter(isThere);
}

function childrenOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? (value as unknown[]) : Object.values(value)).filter(isThere);
}

/** Itself, if it has parts, and all that has parts below it. */
function withDescendants(value: unknown): readonly unknown[] {
  const children = childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap(withDescendants)];
}

function listIn(value: unknown, more = ''): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new JsonPathError(
    `${typeof value === 'object' ? 'an object' : `a ${typeof value}`} is not array or slice${more}`,
  );
}

function itemAt(items: readonly unknown[], index: number): readonly unknown[] {
  const at = index < 0 ? index + items.length : index;
  if (at < 0 || at >= items.length) throw outOfBounds(at, items.length);
  return items.slice(at, at + 1);
}

function sliceOf(items: readonly unknown[], { from = 0, to, step = 1 }: Step & { kind: 'slice' }): readonly unknown[] {
  const { length } = items;
  const first = from < 0 ? from + length : from;
  const end = to === undefined ? length : to < 0 ? to + length : to;
  if (first === end) return [];
  if (first < 0 || first >= length) throw outOfBounds(first, length);
  if (end < 0 || end > length) throw outOfBounds(end - 1, length);
  if (first > end) throw new JsonPathError(`starting index ${first} is greater than ending index ${end}`);
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return items.slice(first, end).filter((_item, index) => index % step === 0);
}

const outOfBounds = (index: number, length: number): JsonPathError =>
  new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);

function passes(item: unknown, { left, operator, right }: Step & { kind: 'filter' }): boolean {
  const lefts = follow(left, [item]);
  if (operator === 'exists' || lefts.length === 0) return lefts.length > 0;
  const rights = follow(right, [item]);
  if (lefts.length > 1 || rights.length > 1) throw new JsonPathError('can only compare one element at a time');
  return rights.length === 1 && compares(lefts[0], operator, rights[0]);
}

function compares(left: unknown, operator: string, right: unknown): boolean {
  const isOrder = operator !== '==' && operator !== '!=';
  if (typeof left === 'object' || typeof right === 'object' || (isOrder && typeof left === 'boolean'))
    throw new JsonPathError('invalid type for comparison');
  if (typeof left !== typeof right) throw new JsonPathError('incompatible types for comparison');
  const [a, b] = [left as string, right as string];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
