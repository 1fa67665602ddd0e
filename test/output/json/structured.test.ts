import { expect, test } from 'vitest';
import { objectsAs } from '../../../src/output/json/structured.ts';
import { makePod } from '../pods.ts';

const env = [
  { name: 'LAST', value: 'no' },
  { name: 'AT', value: '1:30' },
  { name: 'TEXT', value: 'a\nb\n' },
];
const pod = { ...makePod({ phase: 'Running' }), spec: { containers: [{ name: 'app', image: 'busybox', env }] } };
const several = { single: false };

test('a List, with keys in order and four spaces', async () => {
  const text = await objectsAs('json', [Object.assign({ ...pod }, { spec: { containers: [] } })], several);
  expect(text).toBe(`{
    "apiVersion": "v1",
    "items": [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "creationTimestamp": "2026-01-01T00:05:00Z",
                "name": "web",
                "namespace": "default"
            },
            "spec": {
                "containers": []
            },
            "status": {
                "phase": "Running"
            }
        }
    ],
    "kind": "List",
    "metadata": {
        "resourceVersion": ""
    }
}
`);
});

test('one named Pod stands by itself', async () => {
  const parsed = JSON.parse(await objectsAs('json', [pod], { single: true })) as { kind: string };
  expect(parsed.kind).toBe('Pod');
});

test('no Pod is an empty List, also where one was named', async () => {
  const parsed = JSON.parse(await objectsAs('json', [], { single: true })) as { kind: string; items: unknown[] };
  expect(parsed).toMatchObject({ kind: 'List', items: [] });
});

test('YAML with the quotes that Kubernetes needs', async () => {
  const shared = { app: 'web' };
  const twice = { ...pod, metadata: { name: 'web', labels: shared, annotations: shared } };
  expect(await objectsAs('yaml', [twice], { single: true })).toBe(`apiVersion: v1
kind: Pod
metadata:
  annotations:
    app: web
  labels:
    app: web
  name: web
spec:
  containers:
  - env:
    - name: LAST
      value: "no"
    - name: AT
      value: "1:30"
    - name: TEXT
      value: |
        a
        b
    image: busybox
    name: app
status:
  phase: Running
`);
});

test('names, a line each', async () => {
  expect(await objectsAs('name', [pod, makePod({}, { name: 'db' })], several)).toBe('pod/web\npod/db\n');
  expect(await objectsAs('name', [], several)).toBe('');
});
