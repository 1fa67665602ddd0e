/** Services and their endpoints as `get` and `describe` tell them. */
import { expect, test } from 'vitest';
import { objectList } from '../../../src/core/objects/object-list.ts';
import type { ObjectKind } from '../../../src/core/naming/kinds.ts';
import { projectLabels } from '../../../src/core/runtime/labels.ts';
import type { State } from '../../../src/core/state/state.ts';
import { step } from '../../../src/core/step/supervisor.ts';
import type { Service } from '../../../src/model/service/service.ts';
import { describeObject } from '../../../src/output/describe/describe-object.ts';
import { objectTable } from '../../../src/output/tables/object-table.ts';
import { infraOnEngine, makeContainer, makePod, makeProject, makeState, onEngine } from '../make.ts';
import { holding } from '../memory.ts';

const web = makePod('web', { containers: [makeContainer('app')] }, { app: 'web' });
const port = { protocol: 'TCP', port: 80, targetPort: 8080 } as const;
const service = (name: string, over: Partial<Service> = {}): Service => ({
  ...{ name, namespace: 'default', type: 'ClusterIP', selector: { app: 'web' }, ports: [port] },
  ...over,
});
const services = [
  service('db', { clusterIP: 'None', ports: [] }),
  service('ext', { type: 'ExternalName', externalName: 'example.org', ports: [] }),
  service('front', { labels: { tier: 'front' }, clusterIP: '172.20.200.1', affinitySeconds: 60 }),
  service('lb', { type: 'LoadBalancer', clusterIP: '172.20.200.2', selector: { app: 'nobody' } }),
];
const network = {
  ...{ id: 'net1', name: 'podrun-shop', createdAtMs: 0, gateway: '172.20.0.1', subnet: '172.20.0.0/16' },
  labels: projectLabels({ project: 'shop' }, 'network', 'podrun-shop'),
};
const nowMs = 60_000;

/** With one Pod that is Ready, in a project that has been read. */
function stateNow(): State {
  const containers = [infraOnEngine(web), onEngine(makeContainer('app'), 0)];
  const project = { ...makeProject(web), services };
  const state = holding(makeState(), project, { networks: [network], containers });
  const self = { ...state.self, gateway: { image: 'node', program: '/gateway.mjs' } };
  return step({ ...state, self }, { kind: 'project', project }, nowMs).state;
}

const all = objectList(stateNow(), nowMs);
const table = (kind: Exclude<ObjectKind, 'Pod'>): readonly string[] =>
  objectTable(
    kind,
    all.filter((object) => object.kind === kind),
    {
      ...{ wide: false, noHeaders: false, allNamespaces: false, showLabels: false, labelColumns: [] },
      withKind: false,
      nowMs,
    },
  ).map((line) => line.trimEnd());

test('Services in kubectl’s columns', () => {
  expect(table('Service')).toEqual([
    'NAME    TYPE           CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE',
    'db      ClusterIP      None           <none>        <none>    0s',
    'ext     ExternalName   <none>         example.org   <none>    0s',
    'front   ClusterIP      172.20.200.1   <none>        80/TCP    0s',
    'lb      LoadBalancer   172.20.200.2   <pending>     80/TCP    0s',
  ]);
});

test('Endpoints and EndpointSlices of those that select Pods', () => {
  expect(table('Endpoints')).toEqual([
    'NAME    ENDPOINTS         AGE',
    'db      172.20.0.2        0s',
    'front   172.20.0.2:8080   0s',
    'lb      <none>            0s',
  ]);
  expect(table('EndpointSlice')).toEqual([
    expect.stringMatching(/^NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE$/),
    expect.stringMatching(/^db-[a-z0-9]{5} +IPv4 +<unset> +172\.20\.0\.2 +0s$/),
    expect.stringMatching(/^front-[a-z0-9]{5} +IPv4 +8080 +172\.20\.0\.2 +0s$/),
    expect.stringMatching(/^lb-[a-z0-9]{5} +IPv4 +<unset> +<unset> +0s$/),
  ]);
});

test('a Service as the API serves it, with what leads to it', () => {
  const [front] = all.filter(({ kind, metadata }) => kind === 'Service' && metadata.name === 'front');
  expect(front).toMatchObject({
    metadata: { labels: { tier: 'front' }, creationTimestamp: '1970-01-01T00:01:00Z', generation: 1 },
    spec: {
      ...{ clusterIP: '172.20.200.1', clusterIPs: ['172.20.200.1'], ports: [port], selector: { app: 'web' } },
      ...{ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    },
    status: { loadBalancer: {} },
  });
  const [slice] = all.filter(({ kind, metadata }) => kind === 'EndpointSlice' && metadata.name.startsWith('front-'));
  expect(slice).toMatchObject({
    metadata: {
      labels: { 'kubernetes.io/service-name': 'front' },
      ownerReferences: [{ kind: 'Service', name: 'front', uid: front?.metadata.uid }],
    },
    endpoints: [
      {
        ...{ addresses: ['172.20.0.2'], conditions: { ready: true, serving: true, terminating: false } },
        targetRef: { kind: 'Pod', name: 'web', namespace: 'default' },
      },
    ],
    ports: [{ port: 8080, protocol: 'TCP' }],
  });
});

test('describe tells it with its endpoints', () => {
  const [front] = all.filter(({ kind, metadata }) => kind === 'Service' && metadata.name === 'front');
  if (front === undefined) throw new Error('no Service');
  const lines = describeObject(front, all, undefined, nowMs).map((line) => line.replace(/ {2,}/, ' '));
  expect(lines).toEqual([
    ...['Name: front', 'Namespace: default', 'Labels: tier=front', 'Annotations: <none>', 'Selector: app=web'],
    ...['Type: ClusterIP', 'IP Family Policy: SingleStack', 'IP Families: IPv4', 'IP: 172.20.200.1'],
    ...['IPs: 172.20.200.1', 'Port: <unset>  80/TCP', 'TargetPort: 8080/TCP', 'Endpoints: 172.20.0.2:8080'],
    ...['Session Affinity: ClientIP', 'Internal Traffic Policy: Cluster'],
  ]);
});
