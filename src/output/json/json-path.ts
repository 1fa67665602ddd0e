/** kubectl's JSONPath, as far as single values are looked up with it: fields, indexes, `*` and filters by a value. */

/** One step into a value. */
type Segment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly path: readonly Segment[]; readonly equal: boolean; readonly value: unknown };

export type JsonPath = readonly Segment[];

/** Reads `{.status.phase}`, `.status.phase` or `status.phase`; a text says what is wrong with it. */
export function parseJsonPath(text: string): JsonPath | string {
  const inner = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  const path = inner.replace(/^\$/, '');
  if (/[{}]/.test(path) || path === '') return `"${text}" is no JSONPath of one expression, like {.status.phase}`;
  return (
    parseSegments(path.startsWith('.') || path.startsWith('[') ? path : `.${path}`) ??
    `"${text}" is not understood: use fields, [0], ['key'], [*] and [?(@.key=="value")]`
  );
}

/** The values that the path leads to. */
export function findValues(value: unknown, path: JsonPath): readonly unknown[] {
  return path.reduce<readonly unknown[]>((values, segment) => values.flatMap((each) => into(each, segment)), [value]);
}

function parseSegments(text: string): readonly Segment[] | undefined {
  const segments: Segment[] = [];
  let rest = text;
  while (rest !== '') {
    const [whole, segment] = parseSegment(rest) ?? [];
    if (whole === undefined || segment === undefined) return undefined;
    segments.push(segment);
    rest = rest.slice(whole.length);
  }
  return segments;
}

function parseSegment(text: string): readonly [string, Segment] | undefined {
  const [all] = /^(\.\*|\[\*\])/.exec(text) ?? [];
  if (all !== undefined) return [all, { kind: 'all' }];
  const [field, name] = /^\.((?:[^.[\]\\\s]|\\.)+)/.exec(text) ?? [];
  if (field !== undefined) return [field, { kind: 'key', key: (name ?? '').replace(/\\(.)/g, '$1') }];
  const [quoted, key] = /^\[['"]([^'"]*)['"]\]/.exec(text) ?? [];
  if (quoted !== undefined) return [quoted, { kind: 'key', key: (key ?? '').replace(/\\(.)/g, '$1') }];
  const [item, index] = /^\[(-?\d+)\]/.exec(text) ?? [];
  if (item !== undefined) return [item, { kind: 'index', index: Number(index) }];
  const [filter, left, operator, right] =
    /^\[\?\(\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*("[^"]*"|'[^']*'|[\w.-]+)\s*\)\]/.exec(text) ?? [];
  const path = filter === undefined ? undefined : parseSegments(left ?? '');
  if (filter === undefined || path === undefined) return undefined;
  return [filter, { kind: 'filter', path, equal: operator === '==', value: literal(right ?? '') }];
}

function literal(text: string): unknown {
  if (/^['"]/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function into(value: unknown, segment: Segment): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  switch (segment.kind) {
    case 'key':
      return Object.entries(value).flatMap(([key, each]) =>
        key === segment.key && each !== undefined && each !== null ? [each as unknown] : [],
      );
    case 'index':
      return Array.isArray(value) && values.at(segment.index) !== undefined ? [values.at(segment.index)] : [];
    case 'all':
      return values;
    case 'filter':
      return values.filter((each) => findValues(each, segment.path).includes(segment.value) === segment.equal);
  }
}
