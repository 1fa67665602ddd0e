/** kubectl's JSONPath dialect: the cases are those of client-go's own jsonpath_test.go. */
import { describe, expect, test } from 'vitest';
import { evaluate, render } from '../../../src/output/jsonpath/evaluate.ts';
import { JsonPathError, parseTemplate } from '../../../src/output/jsonpath/parse.ts';
import { relaxedPath } from '../../../src/output/jsonpath/relaxed.ts';

const print = (template: string, value: unknown): string => render(parseTemplate(template), value);

const types = { bools: [true, false, true, false], numbers: [1, 2.2, 3.3, 4], mixed: [true, 'one', 1, 1.1] };
const store = {
  Name: 'jsonpath',
  Book: [
    { Category: 'reference', Author: 'Nigel Rees', Price: 8.95 },
    { Category: 'fiction', Author: 'Evelyn Waugh', Price: 12.99 },
    { Category: 'fiction', Author: 'Herman Melville', Price: 8.99 },
  ],
  Bicycle: [
    { Color: 'red', Price: 19.95, IsNew: true },
    { Color: 'green', Price: 20.01, IsNew: false },
  ],
  Labels: { engieer: 10, 'web/html': 15, 'k8s-app': 20, none: null },
};
const points = [{ id: 'i1', x: 4 }, { id: 'i2', z: 1 }, { id: 'i3' }, { id: 'i5', z: 1 }];
const node = (name: string, cpu: string, ready: boolean, ...addresses: readonly string[]) => ({
  kind: 'None',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  status: { capacity: { cpu }, ready, addresses: addresses.map((address) => ({ type: 'IP', address })) },
});
const nodes = {
  kind: 'List',
  items: [node('127.0.0.1', '4', true, '127.0.0.1'), node('127.0.0.2', '8', false, '127.0.0.2', '127.0.0.3')],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'secret' } },
  ],
};
const pods = {
  items: [
    { metadata: { name: 'pod1' }, spec: { containers: [{ name: 'foo' }, { name: 'bar' }] } },
    { metadata: { name: 'pod2', annotations: { color: 'blue' } }, spec: { containers: [{ name: 'baz' }] } },
    {},
  ],
};
const items = { c: [0, 1, 2, 3, 4, 5] };

describe('a template prints', () => {
  test.each<[string, unknown, string]>([
    ['hello jsonpath', undefined, 'hello jsonpath'],
    ['hello {.Name}', store, 'hello jsonpath'],
    ['{ .bools }', types, '[true,false,true,false]'],
    ['{ .numbers[-2] }', types, '3.3'],
    ['{ .mixed[:4:2] }', types, 'true 1'],
    ['{ .mixed[0:2] }', types, 'true one'],
    ['{ .mixed[1::2] }', types, 'one 1.1'],
    ['{..}', [1, 2, 3], '[1,2,3]'],
    ['{[?(@<5)]}', [2, 6, 3, 7], '2 3'],
    ['{"{"}', undefined, '{'],
    ['{[1,3,4]}', [0, 1, 2, 3, 4], '1 3 4'],
    ['{$.Labels.web/html}', store, '15'],
    ['{.Labels.k8s-app}', store, '20'],
    ['{.Labels.none}', store, ''],
    ['{.Bicycle[*].Color}', store, 'red green'],
    ['{range .Bicycle[*]}{ "{" }{ @.* }{ "} " }{end}', store, '{red 19.95 true} {green 20.01 false} '],
    ['{range .Bicycle[*]}{ @ }{ " " }{end}', store, store.Bicycle.map((each) => `${JSON.stringify(each)} `).join('')],
    ['{..Price}', store, '8.95 12.99 8.99 19.95 20.01'],
    ['{...Price}', store, '8.95 12.99 8.99 19.95 20.01'],
    ['{.Book[-1:].Author}', store, 'Herman Melville'],
    ['{..Book[2].Author}', store, 'Herman Melville'],
    ['{.Bicycle[?(@.IsNew==true)].Color}', store, 'red'],
    ['{.Bicycle[?(@.Price>=20)].Color}', store, 'green'],
    ["{.Book[?(@.Author!='Nigel Rees')].Price}", store, '12.99 8.99'],
    ['before-{.hello}after', store, 'before-after'],
    ['{[?(@.z)].id}', points, 'i2 i5'],
    ["{[0]['id']}", points, 'i1'],
    ['{range .items[*]}{.metadata.name}, {end}{.kind}', nodes, '127.0.0.1, 127.0.0.2, List'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{end}', nodes, '127.0.0.1\t127.0.0.2\t'],
    ['{.items[*].status.addresses[*].address}', nodes, '127.0.0.1 127.0.0.2 127.0.0.3'],
    ['{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}', nodes, '127.0.0.1, 127.0.0.2, 127.0.0.3, '],
    ["{.items[*]['metadata.name', 'status.capacity']}", nodes, '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'],
    [
      '{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
      nodes,
      '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
    ],
    ['{.users[?(@.name=="e2e")].user.password}', nodes, 'secret'],
    ['{.items[0].metadata.labels.kubernetes\\.io/hostname}', nodes, '127.0.0.1'],
    ["{.items[0].metadata.labels['kubernetes\\.io/hostname']}", nodes, '127.0.0.1'],
    ['{.items[?(@.metadata.labels.kubernetes\\.io/hostname=="127.0.0.1")].kind}', nodes, 'None'],
    ['{.items[?(@..ready==true)].metadata.name}', nodes, '127.0.0.1'],
    ['{..name}', nodes, '127.0.0.1 127.0.0.2 myself e2e'],
    ['{range .items[*]}{.metadata.name}{end}', { items: [] }, ''],
    [
      '{range .items[*]}{.metadata.name}{":"}{range @.spec.containers[*]}{.name}{","}{end}{"+"}{end}',
      pods,
      'pod1:foo,bar,+pod2:baz,+:+',
    ],
    ['{.items[?(@.metadata.annotations.color=="blue")].metadata.name}', pods, 'pod2'],
    ['{range .items[*]}{.metadata.name};', pods, 'pod1;pod2;;'],
    ['{"a\\"b\\n\\u00e9"}{\'it\\\'s\'}', undefined, 'a"b\n\u00e9it\'s'],
    ['{.a}', { a: { b: '<&>' } }, '{"b":"\\u003c\\u0026\\u003e"}'],
    ['{3}{-1.5}{true}', {}, '3-1.5true'],
    ['{.c[0:6:5]}', items, '0 5'],
    ['{.c[1:4:4]}', items, '1'],
    ['{.c[0:-1]}', items, '0 1 2 3 4'],
    ['{.c[9:9]}', items, ''],
    ['{.c[-9:-9]}', items, ''],
    ['{.constructor}{.c.length}', items, ''],
  ])('%s', (template, value, text) => {
    expect(print(template, value)).toBe(text);
  });
});

describe('what is wrong is told in kubectl’s words', () => {
  test.each<[string, unknown, string]>([
    ['{hello}', store, 'unrecognized identifier hello'],
    ['{.Labels[0]}', store, 'an object is not array or slice'],
    ['{.Name[?(@.a)]}', store, 'a string is not array or slice and cannot be filtered'],
    ['{.Book[?(@.Price<>10)]}', store, 'unrecognized filter operator <>'],
    ['{range .Labels.*}{@}{end}{end}', store, 'not in range, nothing to end'],
    ['{............Price}', store, 'invalid multiple recursive descent'],
    ['{.Book[?(@.*==1)]}', store, 'can only compare one element at a time'],
    ['{.Book[?(@.Price=="8.95")]}', store, 'incompatible types for comparison'],
    ['{.Bicycle[?(@.IsNew<true)]}', store, 'invalid type for comparison'],
    ['{.c[6]}', items, 'array index out of bounds: index 6, length 6'],
    ['{.c[-7]}', items, 'array index out of bounds: index -1, length 6'],
    ['{.c[0:7]}', items, 'array index out of bounds: index 6, length 6'],
    ['{.c[3:1]}', items, 'starting index 3 is greater than ending index 1'],
    ['{.c[0:6:0]}', items, 'step must be > 0'],
    ['{.a', {}, 'unclosed action'],
    ['{.a[0}', {}, 'unterminated array'],
    ['{.a[x]}', {}, 'invalid array index x'],
    ['{.a[]}', {}, 'invalid array index '],
    ['{.a[?(@.b)}', {}, 'unclosed array expect ]'],
    ['{.a[?(@.b]}', {}, 'unterminated filter'],
    ['{"a}', {}, 'unterminated quoted string'],
    ['{1.2.3}', {}, 'cannot parse number 1.2.3'],
    ['{#}', {}, "unrecognized character in action: '#'"],
  ])('%s', (template, value, message) => {
    expect(() => print(template, value)).toThrow(new JsonPathError(message));
  });
});

test.each([
  ['metadata.name', '{.metadata.name}'],
  ['{metadata.name}', '{.metadata.name}'],
  ['.metadata.name', '{.metadata.name}'],
  ['{.metadata.name}', '{.metadata.name}'],
  ["{['metadata'].name}", "{['metadata'].name}"],
  ['$.metadata.name', '{$.metadata.name}'],
  ['', ''],
])('%j may stand for %s', (text, template) => {
  expect(relaxedPath(text)).toBe(template);
  expect(() => relaxedPath(`{${template}`)).toThrow('unexpected path string');
});

test('each part has its values', () => {
  expect(evaluate(parseTemplate('{.c[:2]}x{.none}'), items)).toEqual([[0, 1], ['x'], []]);
});
