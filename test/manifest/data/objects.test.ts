import { describe, expect, test } from 'vitest';

import { decodeBase64 } from '../../../src/manifest/yaml/base64.ts';
import type { DataObject } from '../../../src/model/project.ts';
import { findingsOf, messagesOf, parse, projectOf, renderedOf } from '../parse.ts';

const POD = 'pods: {web: {containers: {app: {image: x}}}}\n';
const object = (kind: string, fields: string): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: app}\n${fields}\n---\n${POD}`;
const objectsOf = (text: string, rest = {}): readonly DataObject[] => projectOf(text, rest).objects;

describe('documents', () => {
  test('of both kinds, sorted, also of a List', () => {
    const text = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {PASSWORD: hunter2}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: z, namespace: a}, data: {LOG: debug, empty: }, immutable: true}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
---
${POD}`;
    expect(objectsOf(text)).toEqual([
      {
        kind: 'ConfigMap',
        name: 'z',
        namespace: 'a',
        data: { LOG: 'debug', empty: '' },
        binaryData: {},
        immutable: true,
      },
      { kind: 'ConfigMap', name: 'b', namespace: 'default', data: {}, binaryData: {} },
      {
        kind: 'Secret',
        name: 'db',
        namespace: 'default',
        data: { PASSWORD: 'hunter2' },
        binaryData: {},
        type: 'Opaque',
      },
    ]);
  });

  test('a ConfigMap keeps what is in binaryData there, whether or not it is a text', () => {
    expect(objectsOf(object('ConfigMap', 'data: {a: b}\nbinaryData: {text: w6k=, bytes: "/w==\\n"}'))).toMatchObject([
      { data: { a: 'b' }, binaryData: { text: 'w6k=', bytes: '/w==' } },
    ]);
  });

  test('what the base64 of a Secret holds: text, or bytes that stay in base64', () => {
    expect(objectsOf(object('Secret', 'data: {text: w6k=, bytes: "/w==\\n"}'))).toMatchObject([
      { data: { text: 'é' }, binaryData: { bytes: '/w==' } },
    ]);
    const secret = 'type: example.com/pair\ndata: {a: b25l, b: b25l, empty: ""}\nstringData: {b: two}';
    expect(objectsOf(object('Secret', secret))).toEqual([
      {
        kind: 'Secret',
        name: 'app',
        namespace: 'default',
        data: { a: 'one', b: 'two', empty: '' },
        binaryData: {},
        type: 'example.com/pair',
      },
    ]);
  });

  test.each([
    ['ConfigMap', 'data: {"": x}', 'data[]: Required value'],
    ['Secret', 'data: {"": eA==}', 'data[]: Required value'],
    [
      'ConfigMap',
      'data: {"a b": x}',
      "data[a b]: Invalid value: \"a b\": a valid key must consist of at most 253 letters, digits, '-', '_' and '.', and be neither '.' nor begin with '..'",
    ],
    [
      'Secret',
      'stringData: {..: x}',
      "stringData[..]: Invalid value: \"..\": a valid key must consist of at most 253 letters, digits, '-', '_' and '.', and be neither '.' nor begin with '..'",
    ],
    ['ConfigMap', 'data: {a: 1}', 'data.a: Invalid value: 1: must be a text'],
    ['ConfigMap', 'data: [a]', 'data: Invalid value: must be a map'],
    ['ConfigMap', 'stringData: {a: b}', 'stringData: unknown field "stringData"'],
    [
      'ConfigMap',
      'data: {a: b}\nbinaryData: {a: Yg==}',
      'data.a: Invalid value: "a": duplicate of key present in binaryData',
    ],
    ['ConfigMap', 'binaryData: {a: "b"}', 'binaryData.a: illegal base64 data at input byte 1'],
    ['Secret', 'data: {password: hunter2!}', 'data.password: illegal base64 data at input byte 7'],
    ['Secret', `stringData: {a: ${'x'.repeat(1_048_577)}}`, 'stringData: Too long: may not be more than 1048576 bytes'],
    ['Secret', 'immutable: "yes"', 'immutable: Invalid value: "yes": must be true or false'],
  ])('%s %s is refused', (kind, fields, message) => {
    expect(messagesOf(object(kind, fields))).toEqual([message]);
    expect(parse(object(kind, fields)).project).toBeUndefined();
  });

  test('another apiVersion is refused', () => {
    expect(messagesOf(`apiVersion: v2\nkind: Secret\nmetadata: {name: a}\n---\n${POD}`)).toEqual([
      'apiVersion: no matches for kind "Secret" in version "v2"',
    ]);
  });

  test('a value that is no base64 is in no message', () => {
    expect(messagesOf(object('Secret', 'data: {password: "hunter2!"}')).join()).not.toContain('hunter2');
  });

  test('a name twice names both places, and kinds do not meet', () => {
    const one = (kind: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: app}\n---\n`;
    expect(findingsOf(`${one('ConfigMap')}${one('ConfigMap')}${POD}configMaps: {b: {}}`)).toEqual([
      '7:18 metadata.name: Duplicate value: ConfigMap default/app is already at pods.yaml:3 (metadata.name)',
    ]);
    expect(findingsOf(`${one('ConfigMap')}${one('Secret')}${POD}secrets: {b: {}}`)).toEqual([]);
    expect(findingsOf(`${one('Secret')}${POD}secrets: {app: {}}`)).toEqual([
      '6:11 secrets.app: Duplicate value: Secret default/app is already at pods.yaml:3 (metadata.name)',
    ]);
  });

  test('what a Pod refers to may be anywhere', () => {
    const container =
      '{image: x, envFrom: [{secretRef: {name: no}}], env: {A: {valueFrom: {configMapKeyRef: {name: no, key: a}}}}}';
    const text = `pods: {web: {imagePullSecrets: [{name: no}], volumes: {v: {configMap: {name: no}}}, containers: {app: ${container}}}}`;
    expect(messagesOf(text)).toEqual([]);
  });
});

describe('the short form', () => {
  const files = new Map<string, string | { readonly base64: string } | { readonly problem: string }>([
    ['/home/dev/shop/conf/app.conf', '\uFEFFa = 1\n'],
    ['/home/dev/shop/logo.png', { base64: 'iVBO/w==' }],
    ['/home/dev/shop/vars.env', 'LOG=info\nMODE="a b"\n'],
    ['/home/dev/shop/gone.conf', { problem: 'there is no such file' }],
  ]);
  const rest = { files, env: { HOME: '/home/dev', DB_PASSWORD: 'hunter2', EMPTY: '' } };

  test('inline, from files, from the environment and from env files', () => {
    const text = `${POD}configMaps:
  app: {data: {LOG: debug, VERSION: 1.10, on: true, none: }, files: [conf/app.conf], envFile: [vars.env]}
  logo: {files: {picture: logo.png}}
  empty:
secrets:
  db: {env: [DB_PASSWORD, EMPTY]}
  other: {env: {password: DB_PASSWORD}}
`;
    const secret = { kind: 'Secret', namespace: 'default', binaryData: {}, type: 'Opaque' };
    expect(objectsOf(text, rest)).toEqual([
      {
        kind: 'ConfigMap',
        name: 'app',
        namespace: 'default',
        data: { LOG: 'debug', VERSION: '1.10', on: 'true', none: '', 'app.conf': '\uFEFFa = 1\n', MODE: 'a b' },
        binaryData: {},
      },
      { kind: 'ConfigMap', name: 'empty', namespace: 'default', data: {}, binaryData: {} },
      { kind: 'ConfigMap', name: 'logo', namespace: 'default', data: {}, binaryData: { picture: 'iVBO/w==' } },
      { ...secret, name: 'db', data: { DB_PASSWORD: 'hunter2', EMPTY: '' } },
      { ...secret, name: 'other', data: { password: 'hunter2' } },
    ]);
    expect(parse(text, rest).reads).toEqual([
      '/home/dev/shop/conf/app.conf',
      '/home/dev/shop/logo.png',
      '/home/dev/shop/vars.env',
    ]);
  });

  test.each([
    ['{files: [gone.conf]}', 'files[0]: Invalid value: "gone.conf": there is no such file'],
    ['{files: {a: ~bob/x}}', 'files.a: Invalid value: "~bob/x": the home of another user is not known'],
    ['{files: ["conf/a b"]}', 'files[0]: Invalid value: "a b": gives no valid key'],
    ['{envFile: [logo.png]}', 'envFile[0]: Invalid value: "logo.png": it is not UTF-8 text'],
    ['{env: [NOPE]}', 'env[0]: variable NOPE is not set'],
    ['{env: {a: NOPE}}', 'env.a: variable NOPE is not set'],
    ['{env: {a: }}', 'env.a: Required value'],
    ['{data: {DB_PASSWORD: x}, env: [DB_PASSWORD]}', 'env[0]: Duplicate value: "DB_PASSWORD"'],
    ['{data: {a: [b]}}', 'data.a: Invalid value: must be a text or a number or true or false'],
    ['{dta: {a: b}}', 'dta: unknown field "dta"'],
  ])('%s is refused', (written, message) => {
    expect(messagesOf(`${POD}secrets: {app: ${written}}`, rest)).toEqual([`secrets.app.${message}`]);
  });

  test('a name that is none is refused', () => {
    expect(messagesOf(`${POD}configMaps: {A_b: {}}`)).toEqual([
      "configMaps.A_b: Invalid value: \"A_b\": must be at most 253 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit",
    ]);
  });
});

test.each<[string, readonly number[] | number]>([
  ['', []],
  ['AA==', [0]],
  ['AAE=', [0, 1]],
  ['AAEC', [0, 1, 2]],
  ['/+8=', [255, 239]],
  ['AA\r\nEC', [0, 1, 2]],
  ['A', 1],
  ['AA', 2],
  ['AAA', 3],
  ['AAAA=', 5],
  ['A===', 1],
  ['AA=A', 2],
  ['AA EC', 2],
  ['AA-_', 2],
])('base64 %j', (text, expected) => {
  const decoded = decodeBase64(text);
  expect('illegalAt' in decoded ? decoded.illegalAt : [...decoded]).toEqual(expected);
});

describe('a secret value that is wrong is not shown', () => {
  test.each([
    ['apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {pin: 123456789}\n'],
    ['apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {pin: "123456789!"}\n'],
    [
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {pin: 123456789}}\n',
    ],
    ['pods: {web: {containers: {app: {image: a}}}}\nsecrets: {s: {data: {pin: [123456789]}}}\n'],
  ])('%j', (text) => {
    const shown = renderedOf(text);
    expect(shown).toContain('error: ');
    expect(shown).not.toContain('123456789');
  });
});
