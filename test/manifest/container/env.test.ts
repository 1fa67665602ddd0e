import { describe, expect, test } from 'vitest';

import type { Container } from '../../../src/model/container.ts';
import { messagesOf, parse, podOf } from '../parse.ts';

const AT = 'pods.web.containers.app';
const pod = (fields: string): string => `pods: {web: {containers: {app: {image: x, ${fields}}}}}`;
const containerOf = (fields: string, files = {}): Container | undefined =>
  podOf(pod(fields), { files: new Map(Object.entries(files)) }).spec.containers[0];

describe('valueFrom', () => {
  test.each([
    ['{fieldRef: {fieldPath: metadata.name}}', { fieldRef: { fieldPath: 'metadata.name' } }],
    ['{fieldRef: {apiVersion: v1, fieldPath: status.podIPs}}', { fieldRef: { fieldPath: 'status.podIPs' } }],
    [
      `{fieldRef: {fieldPath: "metadata.labels['app.kubernetes.io/name']"}}`,
      { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/name']" } },
    ],
    ['{resourceFieldRef: {resource: limits.cpu}}', { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } }],
    [
      '{resourceFieldRef: {containerName: b, resource: requests.memory, divisor: 1Mi}}',
      { resourceFieldRef: { containerName: 'b', resource: 'requests.memory', divisor: '1Mi' } },
    ],
    [
      '{resourceFieldRef: {resource: limits.cpu, divisor: "0"}}',
      { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } },
    ],
    [
      '{configMapKeyRef: {name: app, key: log.level}}',
      { configMapKeyRef: { name: 'app', key: 'log.level', optional: false } },
    ],
    [
      '{secretKeyRef: {name: db, key: PASSWORD, optional: true}}',
      { secretKeyRef: { name: 'db', key: 'PASSWORD', optional: true } },
    ],
  ])('%s', (written, valueFrom) => {
    const env = [{ name: 'A', value: '', valueFrom }];
    expect(containerOf(`env: [{name: A, valueFrom: ${written}}]`)?.env).toEqual(env);
    expect(containerOf(`env: {A: {valueFrom: ${written}}}`)?.env).toEqual(env);
  });

  test('of a file in a volume is one warning, and the variable absent', () => {
    const text = pod(
      'env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a, key: B}}}, {name: C, value: c}]',
    );
    expect(messagesOf(text)).toEqual([
      `warning ${AT}.env[0].valueFrom.fileKeyRef: no variable is read from a file of a volume: it is absent`,
    ]);
    expect(podOf(text).spec.containers[0]?.env).toEqual([{ name: 'C', value: 'c' }]);
  });

  test('beside an empty value', () => {
    expect(messagesOf(pod('env: [{name: A, value: "", valueFrom: {fieldRef: {fieldPath: metadata.uid}}}]'))).toEqual(
      [],
    );
  });

  test.each([
    [
      '{}',
      'valueFrom: Invalid value: must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef`, `fileKeyRef`',
    ],
    [
      '{fieldRef: {fieldPath: metadata.name}, secretKeyRef: {name: a, key: b}}',
      'valueFrom.secretKeyRef: Invalid value: may not have more than one field specified at a time',
    ],
    ['{fieldRef: {}}', 'valueFrom.fieldRef.fieldPath: Required value'],
    ['{secretKeyRef: {name: a}}', 'valueFrom.secretKeyRef.key: Required value'],
    [
      '{configMapKeyRef: {name: a, key: "b c"}}',
      "valueFrom.configMapKeyRef.key: Invalid value: \"b c\": a valid key must consist of at most 253 letters, digits, '-', '_' and '.', and be neither '.' nor begin with '..'",
    ],
    [
      '{resourceFieldRef: {resource: limits.cpu, divisor: 2}}',
      'valueFrom.resourceFieldRef.divisor: Invalid value: "2": only divisor\'s values 1m, 1 are supported with the cpu resource',
    ],
    [
      '{resourceFieldRef: {resource: limits.memory, divisor: 1m}}',
      'valueFrom.resourceFieldRef.divisor: Invalid value: "1m": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource',
    ],
  ])('%s is refused', (written, message) => {
    expect(messagesOf(pod(`env: [{name: A, valueFrom: ${written}}]`))).toEqual([`${AT}.env[0].${message}`]);
    expect(messagesOf(pod(`env: {A: {valueFrom: ${written}}}`))).toEqual([`${AT}.env.A.${message}`]);
  });

  test.each([
    [
      'metadata.labels',
      'Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace"',
    ],
    ['status.podIp', 'Unsupported value: "status.podIp": supported values: '],
    ["metadata.labels['a b']", 'Unsupported value: '],
    ['limits.gpu', 'Unsupported value: '],
  ])('the field %s is refused', (path, message) => {
    const ref = path.startsWith('limits')
      ? `resourceFieldRef: {resource: ${path}}`
      : `fieldRef: {fieldPath: "${path}"}`;
    const found = messagesOf(pod(`env: {A: {valueFrom: {${ref}}}}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test('a misspelt field gets a hint', () => {
    const { diagnostics } = parse(pod('env: {A: {valueFrom: {fieldRef: {fieldPath: status.podIp}}}}'));
    expect(diagnostics[0]?.hint).toBe('did you mean status.podIP?');
  });

  test('with a value beside it is refused', () => {
    const text = pod('env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]');
    expect(messagesOf(text)).toEqual([
      `${AT}.env[0].valueFrom: Invalid value: may not be specified when \`value\` is not empty`,
    ]);
    expect(messagesOf(pod('env: {A: {value: b}}'))).toEqual([
      `${AT}.env.A.valueFrom: Required value`,
      `${AT}.env.A.value: unknown field "value"`,
    ]);
  });
});

describe('envFrom', () => {
  test('in order, and none where the list is empty', () => {
    expect(
      containerOf('envFrom: [{prefix: A_, configMapRef: {name: app}}, {secretRef: {name: db, optional: true}}]')
        ?.envFrom,
    ).toEqual([
      { prefix: 'A_', configMapRef: { name: 'app', optional: false } },
      { prefix: '', secretRef: { name: 'db', optional: true } },
    ]);
    expect(containerOf('envFrom: []')).not.toHaveProperty('envFrom');
  });

  test.each([
    ['{}', ': Invalid value: must specify one of: `configMapRef`, `secretRef`'],
    [
      '{configMapRef: {name: a}, secretRef: {name: a}}',
      '.secretRef: Invalid value: may not have more than one field specified at a time',
    ],
    ['{configMapRef: {}}', '.configMapRef.name: Required value'],
    [
      '{prefix: "a=", configMapRef: {name: a}}',
      '.prefix: Invalid value: "a=": must be printable ASCII characters without \'=\'',
    ],
    ['a', ': Invalid value: "a": must be a map'],
  ])('%s is refused', (written, message) => {
    expect(messagesOf(pod(`envFrom: [${written}]`))).toEqual([`${AT}.envFrom[0]${message}`]);
  });
});

describe('envFile', () => {
  const files = {
    '/home/dev/shop/a.env': 'A=1\nB=one\n',
    '/home/dev/b.env': 'B=two\nC=pa$$word $(A) $x\n',
  };

  test('comes before env, a later file wins, and nothing is expanded in it', () => {
    expect(containerOf('envFile: [a.env, ~/b.env], env: {D: 4}', files)?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: 'two' },
      { name: 'C', value: 'pa$$$word $$(A) $x' },
      { name: 'D', value: '4' },
    ]);
  });

  test('as compose reads it: NAME: value, a name that the environment has, and what follows a quotation mark', () => {
    const given = { '/home/dev/shop/a.env': `A: 1\nHOME\nNONE\n1B="x" C='it\\'s'\n` };
    expect(containerOf('envFile: [a.env]', given)?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'HOME', value: '/home/dev' },
      { name: '1B', value: 'x' },
      { name: 'C', value: "it's" },
    ]);
  });

  test('a line that is none is told at its place in that file', () => {
    const given = new Map([
      ['/home/dev/shop/sub/a.env', 'A=1\nS P=1\nB=2\n\nC="x\nD=1\n'],
      ['/home/dev/b.env', 'no-value!'],
    ]);
    expect(
      parse(pod('envFile: [sub/a.env, ../b.env]'), { files: given }).diagnostics.map(
        ({ file, line, col, width, message, hint }) => [`${file}:${line}:${col}+${width}`, message, hint],
      ),
    ).toEqual([
      ['sub/a.env:2:1+3', 'the name of a variable cannot contain a space', expect.stringContaining('NAME=value')],
      ['sub/a.env:5:3+2', 'this quotation mark is never closed', 'add the closing one'],
      ['/home/dev/b.env:1:9+1', 'unexpected ! in the name of a variable', expect.stringContaining('NAME=value')],
    ]);
  });

  test('which files are named is told, whatever they hold', () => {
    const { reads, project } = parse(pod('envFile: [a.env, ../b.env, ./a.env]'));
    expect(reads).toEqual(['/home/dev/b.env', '/home/dev/shop/a.env']);
    expect(project).toBeUndefined();
    expect(parse(pod('env: {A: 1}')).reads).toEqual([]);
  });

  test.each([
    [{ problem: 'there is no such file' }, 'Invalid value: "x.env": there is no such file'],
    [{ base64: '/w==' }, 'Invalid value: "x.env": it is not UTF-8 text'],
    [undefined, 'Invalid value: "x.env": it was not read'],
  ])('%o is refused', (content, message) => {
    const given = content === undefined ? new Map() : new Map([['/home/dev/shop/x.env', content]]);
    expect(messagesOf(pod('envFile: [x.env]'), { files: given })).toEqual([`${AT}.envFile[0]: ${message}`]);
    expect(parse(pod('envFile: [x.env]')).diagnostics[0]?.hint).toBe('it is looked for at /home/dev/shop/x.env');
  });
});
