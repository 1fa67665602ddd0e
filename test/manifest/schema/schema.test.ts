import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

import manifest from '../../../package.json' with { type: 'json' };
import kubernetes from '../../../schema/kubernetes.schema.json' with { type: 'json' };
import pods from '../../../schema/pods.schema.json' with { type: 'json' };
import type { Fields } from '../../../src/manifest/yaml/read.ts';
import { fieldsOf, isFields } from '../../../src/manifest/yaml/read.ts';
import { breachesOf } from '../../../src/manifest/schema/schema.ts';
import { messagesOf, parse } from '../parse.ts';

/** The files as an editor loads them, the fields marked for podrun alone unread. */
function makeEditor(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  for (const keyword of ['x-podrun', 'x-podrun-hint', 'x-podrun-instead', 'x-podrun-says']) ajv.addKeyword(keyword);
  return ajv.addSchema(kubernetes, 'kubernetes.schema.json').addSchema(pods, 'pods.schema.json');
}

/** It compiles a schema once, which takes longer than all that is asked of it. */
const editor = makeEditor();

test.each(['pods.schema.json', 'kubernetes.schema.json'])(
  '%s stands by itself and its references lead somewhere',
  (name) => {
    expect(editor.getSchema(name)).toBeTypeOf('function');
  },
);

/** Every field of every definition, by `Definition.field`. */
function fields(): readonly (readonly [string, Fields])[] {
  const found: (readonly [string, Fields])[] = [];
  const walk = (path: string, schema: unknown): void => {
    if (!isFields(schema)) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties')
        for (const [field, property] of Object.entries(fieldsOf(value)))
          found.push([`${path}.${field}`, fieldsOf(property)]);
      if (!['default', 'enum', 'examples', 'const'].includes(key))
        walk(key === 'properties' || key === '$defs' ? path : `${path}.${key}`, value);
    }
  };
  walk('pods', pods);
  walk('kubernetes', kubernetes);
  return found;
}

test('every field has a description of its own, or borrows one', () => {
  const bare = fields().filter(
    ([path, schema]) =>
      schema['description'] === undefined &&
      schema['$ref'] === undefined &&
      !path.includes('.then') &&
      !path.includes('allOf'),
  );
  expect(bare.map(([path]) => path)).toEqual([]);
  expect(fields().length).toBeGreaterThan(200);
});

/** Whether a field's schema says what to write: by an example, or since there is little to choose from. */
const saysWhatToWrite = (schema: Fields): boolean =>
  ['examples', 'enum', 'const', 'default', '$ref', 'allOf', 'not', 'x-podrun'].some((key) => key in schema) ||
  ['boolean', 'null'].includes(String(schema['type']));

test('every field says what to write, or what refers to it does', () => {
  const bare = fields().filter(([path, schema]) => !saysWhatToWrite(schema) && !/\.(then|else|if)\b/.test(path));
  expect(bare.map(([path]) => path)).toEqual([]);
});

test('every example is one', () => {
  const wrong = fields().flatMap(([path, schema]) => {
    const examples = Array.isArray(schema['examples']) ? schema['examples'] : [];
    // To compile a schema costs most, and most fields have none.
    if (examples.length === 0) return [];
    const file = path.startsWith('pods') ? 'pods.schema.json' : 'kubernetes.schema.json';
    // References within a field's schema start from its file.
    const text = JSON.stringify(schema).replaceAll('"#/', `"${file}#/`);
    const validate = editor.compile(JSON.parse(text) as Fields);
    return examples.filter((example) => !validate(example)).map((example) => `${path}: ${JSON.stringify(example)}`);
  });
  expect(wrong).toEqual([]);
});

const SPEC = fieldsOf(fieldsOf(kubernetes.$defs.PodSpec).properties);
const CONTAINER = fieldsOf(fieldsOf(kubernetes.$defs.Container).properties);
const marked = (properties: Fields, mark = 'later'): readonly [string, unknown][] =>
  Object.entries(properties).flatMap(([name, schema]) =>
    fieldsOf(schema)['x-podrun'] === mark ? [[name, fieldsOf(schema)['default']]] : [],
  );

describe('a field that is not supported yet', () => {
  test.each(marked(SPEC))('%s of a Pod is an error, except at its default', (name, byDefault) => {
    const podWith = (value: unknown): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'a', image: 'x' }], [name]: value },
      });
    const shortWith = (value: unknown): string =>
      JSON.stringify({ pods: { a: { containers: { a: { image: 'x' } }, [name]: value } } });
    expect(messagesOf(podWith({ any: 1 }))).toEqual([`spec.${name}: ${name} is not supported yet`]);
    expect(messagesOf(shortWith({ any: 1 }))).toEqual([`pods.a.${name}: ${name} is not supported yet`]);
    if (byDefault === undefined) return;
    expect(messagesOf(podWith(byDefault))).toEqual([]);
    expect(messagesOf(shortWith(byDefault))).toEqual([]);
  });

  test.each(marked(CONTAINER))('%s of a container is an error, except at its default', (name, byDefault) => {
    const text = (value: unknown): string =>
      JSON.stringify({ pods: { a: { containers: { a: { image: 'x', [name]: value } } } } });
    expect(messagesOf(text({ any: 1 }))).toEqual([`pods.a.containers.a.${name}: ${name} is not supported yet`]);
    if (byDefault !== undefined) expect(messagesOf(text(byDefault))).toEqual([]);
  });
});

describe('a field that is accepted and not used', () => {
  const VOLUME = fieldsOf(fieldsOf(kubernetes.$defs.Volume).properties);
  const SAMPLES: Fields = {
    affinity: { nodeAffinity: {} },
    overhead: { memory: '1Mi' },
    preemptionPolicy: 'Never',
    priorityClassName: 'any',
    resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
    resources: { limits: { cpu: 1 } },
    runtimeClassName: 'any',
    schedulingGates: [{ name: 'any' }],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    awsElasticBlockStore: { volumeID: 'a' },
    azureDisk: { diskName: 'a', diskURI: 'b' },
    azureFile: { secretName: 'a', shareName: 'b' },
    cephfs: { monitors: ['a'] },
    cinder: { volumeID: 'a' },
    csi: { driver: 'a' },
    fc: { wwids: ['a'] },
    flexVolume: { driver: 'a' },
    flocker: { datasetName: 'a' },
    gcePersistentDisk: { pdName: 'a' },
    gitRepo: { repository: 'a' },
    glusterfs: { endpoints: 'a', path: 'b' },
    iscsi: { targetPortal: 'a', iqn: 'iqn.2001-04.com.example:disk' },
    nfs: { server: 'a', path: '/' },
    photonPersistentDisk: { pdID: 'a' },
    portworxVolume: { volumeID: 'a' },
    quobyte: { registry: 'a:1', volume: 'b' },
    rbd: { monitors: ['a'], image: 'b' },
    scaleIO: { gateway: 'a', system: 'b', volumeName: 'c' },
    storageos: { volumeName: 'a' },
    vsphereVolume: { volumePath: 'a' },
  };
  const sample = (name: string, schema: unknown): unknown =>
    SAMPLES[name] ??
    { array: [{}], boolean: true, integer: 7, object: { any: 1 }, string: 'any' }[String(fieldsOf(schema)['type'])];

  test.each(marked(SPEC, 'instead'))('%s of a Pod is one warning, except at its default', (name, byDefault) => {
    const schema = fieldsOf(SPEC[name]);
    const value = byDefault === true ? false : sample(name, schema);
    const podWith = (given: unknown): string =>
      JSON.stringify({ pods: { a: { containers: { a: { image: 'x' } }, [name]: given } } });
    expect(messagesOf(podWith(value))).toEqual([`warning pods.a.${name}: ${String(schema['x-podrun-instead'])}`]);
    expect(parse(podWith(value)).project?.pods).toHaveLength(1);
    expect(parse(podWith({ any: [1] })).project).toBeUndefined();
    if (byDefault !== undefined) expect(messagesOf(podWith(byDefault))).toEqual([]);
  });

  test.each(marked(VOLUME, 'instead'))('a volume of %s is an empty folder', (name) => {
    const text = JSON.stringify({
      pods: { a: { containers: { a: { image: 'x' } }, volumes: { v: { [name]: sample(name, {}) } } } },
    });
    expect(messagesOf(text)).toEqual([
      `warning pods.a.volumes.v.${name}: an empty folder that lives as long as the Pod stands in its place`,
    ]);
    expect(parse(text).project?.pods[0]?.spec.volumes).toEqual([{ name: 'v', emptyDir: { medium: '' } }]);
  });
});

test('the short form knows every field of a PodSpec, a container and a volume', () => {
  const inShort = (name: 'ShortPod' | 'ShortContainer' | 'ShortVolume'): readonly string[] =>
    Object.keys(pods.$defs[name].properties);
  expect(inShort('ShortPod')).toEqual(expect.arrayContaining(Object.keys(SPEC)));
  expect(inShort('ShortContainer')).toEqual(expect.arrayContaining(Object.keys(CONTAINER)));
  expect(inShort('ShortVolume')).toEqual(
    Object.keys(kubernetes.$defs.Volume.properties).filter((name) => name !== 'name'),
  );
});

describe('one schema serves both dialects, as an editor finds it by the header', () => {
  const examples = join(import.meta.dirname, '../../../examples');
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));

  test.each(files)('examples/%s', (path) => {
    const text = readFileSync(join(examples, path), 'utf8');
    const [, header = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    expect(join(dirname(join(examples, path)), header)).toBe(join(examples, '../schema/pods.schema.json'));
    const validate = editor.getSchema('pods.schema.json');
    for (const document of parseAllDocuments(text, { merge: true }).flat()) {
      expect(validate?.(document.toJS()), JSON.stringify(validate?.errors?.[0])).toBe(true);
    }
  });

  test('and refuses the mistakes of both', () => {
    const validate = editor.getSchema('pods.schema.json');
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };
    expect(validate?.({ ...pod, spec: { containers: [{ name: 'a', image: 'x' }] } })).toBe(true);
    expect(validate?.({ ...pod, spec: { containers: [{ name: 'a', imge: 'x' }] } })).toBe(false);
    expect(validate?.({ ...pod, pods: {} })).toBe(false);
    expect(validate?.({ services: {} })).toBe(false);
  });
});

test('the package exports it', () => {
  expect(manifest.exports['./schema']).toBe('./schema/pods.schema.json');
  expect(manifest.files).toContain('schema');
});

test('podrun and an editor agree on what is no error for both', () => {
  const validate = editor.getSchema('pods.schema.json');
  const verdicts = [
    { pods: { a: { containers: { a: { image: 'x', ports: ['80:80', 80, { containerPort: 1 }], env: { A: 1 } } } } } },
    { pods: { a: { containers: [{ name: 'a', image: 'x', env: [{ name: 'A' }] }], volumes: { v: null } } }, 'x-y': 1 },
    { pods: { a: { containers: [{ image: 'x' }] } } },
    { pods: { A: { containers: { a: { image: 'x' } } } } },
    { pods: { a: { containers: { a: { image: 'x', ports: [true] } } } } },
    { pods: { a: { containers: { a: { imge: 'x' } } } } },
    {},
  ].map((value) => [validate?.(value), breachesOf('ShortForm', value).length === 0]);
  expect(verdicts).toEqual([true, true, false, false, false, false, false].map((verdict) => [verdict, verdict]));
});
