import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { findingsOf, messagesOf, parse } from './parse.ts';
import { times } from '../effort.ts';

const levels = (count: number, line: (name: string, before: string) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(`n${i + 1}`, `n${i}`)}\n`).join('');

describe('texts that are no YAML, or mean harm, are one clear finding', () => {
  test.each([
    ['a tab', 'pods:\n\tweb: {}\n', '2:1 a tab cannot indent YAML'],
    ['a NUL byte', 'pods:\n  a\0b: 1\n', '2:4 the file holds the control character 0x00'],
    ['an escape sequence', 'pods: "\x1b[31m"', '1:8 the file holds the control character 0x1b'],
    [
      'a duplicate key',
      'name: a\nname: a\npods: {web: {containers: {a: {image: x}}}}',
      '2:1 the key name stands here a second time',
    ],
    [
      'a duplicate Pod',
      'pods:\n  web: {containers: {a: {image: x}}}\n  web: {containers: {a: {image: x}}}',
      '3:3 the key web stands here a second time',
    ],
    ['an unknown alias', 'pods: *nope', '1:7 no anchor &nope stands before this alias'],
    ['an alias in itself', 'pods: &p\n  web: *p', '2:8 the alias *p stands inside what it repeats'],
    ['a merge of no map', 'pods: {<<: 3}', '1:8 << must be given a map, or a list of maps'],
    ['a key that is a list', 'pods: {[a]: 1}', '1:8 a key must be a plain text'],
    [
      'a tag of a type that the value is not of',
      'pods: !!int x',
      "1:7 not a tag that YAML's core types have: Unresolved tag: tag:yaml.org,2002:int",
    ],
    ['an open quote', 'pods: "x\n', '1:7 this quotation mark is never closed'],
    ['an open bracket', 'pods: [\n', '1:7 this [ is never closed'],
    ['a bare variable in braces', 'pods: {a: ${B}}', '1:12 not valid YAML: a { begins a map here'],
    ['text', 'hello', '1:1 a document must be a map'],
    ['a list', '[]', '1:1 a document must be a map'],
    ["another tool's file", 'version: 3\nfoo: 1', '1:1 neither the short form nor a Kubernetes object'],
    ['nothing', '', '1:1 there is no Pod in it'],
    ['comments', '# pods\n---\n', '1:1 there is no Pod in it'],
    [
      'an alias bomb',
      `n0: &n0 [x]\n${levels(9, (to, from) => `${to}: &${to} [${`*${from},`.repeat(9)}]`)}pods: {}`,
      '1:1 with its aliases written out the document has more than 200000 parts',
    ],
    [
      'a merge bomb',
      `n0: &n0 {x: 1}\n${levels(9, (to, from) => `${to}: &${to} {<<: [${`*${from},`.repeat(9)}]}`)}pods: {}`,
      '1:1 with its aliases written out the document has more than 200000 parts',
    ],
    ['many aliases', `a: &a 1\nb: [${'*a,'.repeat(5_001)}]`, '1:1 the document has more than 5000 aliases'],
    ['depth', `pods: ${'{a: '.repeat(101)}1${'}'.repeat(101)}`, '1:1 the document is nested more than 100 levels deep'],
    [
      'depth through aliases',
      `n0: &n0 [x]\n${levels(101, (to, from) => `${to}: &${to} [*${from}]`)}`,
      '1:1 the document is nested more than 100 levels deep',
    ],
  ])('%s', (_, text, finding) => {
    expect(findingsOf(text)).toEqual([finding]);
  });
});

test('many keys of one map take no longer than other parts, and one that stands twice is told', () => {
  const keys = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join('');
  expect(findingsOf(`apiVersion: v1\nkind: Ingress\n${keys}k7: 2\n`)).toContain(
    '60003:1 the key k7 stands here a second time',
  );
});

test.each([
  ['lines', '- a\n'.repeat(500_001)],
  ['parts', `pods: [${'a,'.repeat(500_001)}]`],
  ['maps', '{'.repeat(500_001)],
])('a file of too many %s is refused before it is parsed', (_, text) => {
  expect(findingsOf(text)).toEqual(['1:1 the file has more than 500000 lines and parts']);
});

test('great depth', () => {
  expect(messagesOf(`pods: ${'['.repeat(20_000)}`)).toEqual(['the file is nested too deeply to be read']);
});

describe('wrong types are told at their place', () => {
  test.each([
    ['pods: 3', '1:7 pods: Invalid value: 3: must be a map'],
    ['pods: [a]', '1:1 pods: Invalid value: must be a map'],
    ['pods: {a: }', '1:8 pods.a: Required value'],
    ['pods: {a: x}', '1:11 pods.a: Invalid value: "x": must be a map'],
    ['pods: {a: {containers: }}', '1:12 pods.a.containers: Required value'],
    ['pods: {a: {containers: 3}}', '1:24 pods.a.containers: Invalid value: 3: must be a list or a map'],
    ['pods: {a: {containers: {}}}', '1:12 pods.a.containers: Required value'],
    ['pods: {a: {containers: [null]}}', '1:25 pods.a.containers[0]: Required value'],
    ['pods: {a: {containers: {x: }}}', '1:25 pods.a.containers.x: Required value'],
    ['pods: {a: {containers: {x: {image: 17}}}}', '1:36 pods.a.containers.x.image: Invalid value: 17: must be a text'],
    ['pods: {a: {containers: {x: {image: x}}}}\nvolumes: [v]', '2:1 volumes: Invalid value: must be a map'],
    ['pods: {a: {containers: {x: {image: x}}}}\nvolumes: {v: {size: 1}}', '2:15 volumes.v.size: unknown field "size"'],
    [
      'pods: {a: {containers: {__proto__: {image: x}}}}',
      '1:25 pods.a.containers.__proto__: Invalid value: "__proto__": must be at most 63 lower-case letters, digits and \'-\', beginning and ending with a letter or digit',
    ],
    [
      'pods: {a: {containers: {x: {image: x, constructor: 1}}}}',
      '1:39 pods.a.containers.x.constructor: unknown field "constructor"',
    ],
    ['kind: 3', '1:7 kind: Invalid value: must be a text'],
    ['apiVersion: v1', '1:1 kind: Required value'],
    ['apiVersion: v1\nkind: List', '1:1 items: Required value'],
    ['apiVersion: v1\nkind: List\nitems: [3]', '3:9 items[0]: Invalid value: 3: must be a map'],
  ])('%s', (text, finding) => {
    expect(findingsOf(text)).toEqual([finding]);
  });
});

test('a Pod may have the name of a map of the file, and unset fields all the same', () => {
  expect(findingsOf('pods: {env: {hostname: , volumes: {env: }, containers: {env: {image: x, args: }}}}')).toEqual([]);
});

test('what is wrong below a duplicate key is shown below the one that counts', () => {
  const text = 'pods:\n  web: {containers: {a: {image: x}}}\n  web:\n    containers: {a: {image: 1}}\n';
  expect(findingsOf(text)).toContain('4:29 pods.web.containers.a.image: Invalid value: 1: must be a text');
});

test.each(['!!set {a, b}', '!!omap [a: 1]', '!!binary aGk=', '2026-01-01', '!!float 1'])(
  'the types of YAML 1.1 are no way around: %s',
  (value) => {
    const head = '%YAML 1.1\n---\n';
    expect(parse(`${head}pods: ${value}\n`).project).toBeUndefined();
    expect(parse(`${head}pods: {a: {containers: {a: {image: x, command: ${value}}}}}\n`).project).toBeUndefined();
  },
);

test('a value of any shape anywhere in a Pod never throws', () => {
  const shape = fc.anything({
    withNullPrototype: false,
    key: fc.constantFrom(
      'name',
      'containers',
      'initContainers',
      'restartPolicy',
      'lifecycle',
      'readinessGates',
      'image',
      'env',
      'ports',
      'volumes',
      'volumeMounts',
      'envFrom',
      'valueFrom',
      'resources',
      'limits',
      'securityContext',
      'capabilities',
      'add',
      'sysctls',
      'dnsConfig',
      'hostAliases',
      'configMap',
      'projected',
      'sources',
      'items',
      'data',
      'files',
      'httpGet',
      'port',
      'a',
    ),
  });
  fc.assert(
    fc.property(shape, fc.constantFrom('pods', 'spec', 'container', 'secret', 'secrets'), (value, where) => {
      const json = JSON.stringify(value) ?? 'null';
      const text = {
        pods: `{"pods": ${json}}`,
        spec: `{"apiVersion": "v1", "kind": "Pod", "metadata": ${json}, "spec": ${json}}`,
        container: `{"pods": {"web": {"containers": {"app": ${json}}, "volumes": ${json}}}}`,
        secret: `{"apiVersion": "v1", "kind": "Secret", "metadata": ${json}, "data": ${json}, "stringData": ${json}}`,
        secrets: `{"secrets": {"a": ${json}}, "configMaps": ${json}}`,
      }[where];
      expect(parse(text).diagnostics.length).toBeGreaterThan(0);
    }),
    { numRuns: times(400) },
  );
});
