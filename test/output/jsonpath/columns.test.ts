/** kubectl's custom columns and --sort-by: a rule, its input, what comes of it. */
import { expect, test } from 'vitest';
import { customTable, parseColumns, parseColumnsFile } from '../../../src/output/jsonpath/columns.ts';
import { JsonPathError } from '../../../src/output/jsonpath/parse.ts';
import { sortBy } from '../../../src/output/jsonpath/sort.ts';

const pod = {
  metadata: { name: 'web', labels: { tier: 'front', app: 'shop' } },
  spec: { containers: [{ name: 'app' }, { name: 'log' }], args: ['a', 'b'] },
};
const table = (spec: string, noHeaders = false) => customTable([pod, {}], parseColumns(spec), { noHeaders });

test('each column is a header and a path', () => {
  expect(table('NAME:.metadata.name,IMAGES:{.spec.containers[*].name},Args:spec.args,L:metadata.labels')).toEqual([
    'NAME     IMAGES    Args     L',
    'web      app,log   [a b]    map[app:shop tier:front]',
    '<none>   <none>    <none>   <none>',
  ]);
  expect(table('NAME:metadata.name', true)).toEqual(['web', '<none>']);
});

test('a file has the headers in its first line, the paths in its second', () => {
  const columns = parseColumnsFile('NAME   APP\n.metadata.name  {.metadata.labels.app}\n');
  expect(customTable([pod], columns, { noHeaders: false })).toEqual(['NAME   APP', 'web    shop']);
  expect(() => parseColumnsFile('NAME')).toThrow('invalid template');
  expect(() => parseColumnsFile('A B\n.a')).toThrow("number of headers (2) and field specifications (1) don't match");
});

test.each([
  ['', 'custom-columns format specified but no custom columns given'],
  ['NAME', 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>'],
  ['NAME:{.a}{.b}', 'unexpected path string'],
])('%j is none', (spec, message) => {
  expect(() => parseColumns(spec)).toThrow(message);
});

test.each<[string, readonly unknown[], readonly unknown[]]>([
  ['numbers', [10, 9, 1], [1, 9, 10]],
  ['texts with numbers in them', ['web-10', 'web-9', 'db'], ['db', 'web-9', 'web-10']],
  ['quantities', ['1Gi', '500Mi', '2k'], ['2k', '500Mi', '1Gi']],
  ['one that has none is first', ['a', undefined, 'A'], [undefined, 'A', 'a']],
  ['a prefix is before what begins with it', ['ab', 'a'], ['a', 'ab']],
])('sorts %s', (_what, values, sorted) => {
  const objects = values.map((value) => ({ value }));
  expect(sortBy(objects, '.value').map(({ value }) => value)).toEqual(sorted);
  expect(sortBy(objects, '{.value}').map(({ value }) => value)).toEqual(sorted);
});

test('what nothing has, or what has no order, is told', () => {
  const wrong = (message: string) => new JsonPathError(message);
  expect(() => sortBy([pod], 'nope')).toThrow(
    wrong(`couldn't find any field with path "{.nope}" in the list of objects`),
  );
  expect(() => sortBy([pod, pod], 'metadata')).toThrow(wrong('unsortable type: object'));
  expect(sortBy([], 'nope')).toEqual([]);
});
