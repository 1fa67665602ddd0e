/** `podrun get` and `describe` of what is no Pod, as a supervisor tells it. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';

const nowMs = Date.parse('2026-01-01T00:05:00Z');
const created = '2026-01-01T00:00:00Z';
const clock = { ...systemClock, nowMs: () => nowMs };
const meta = (name: string, more: object = {}) => ({ name, namespace: 'default', creationTimestamp: created, ...more });
const container = { name: 'app', image: 'shop/web:1', env: [{ name: 'LOG', value: 'debug' }] };
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
const selector = { matchLabels: { app: 'web' } };
const revision = { annotations: { 'deployment.kubernetes.io/revision': '2' } };
const conditions = [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }];
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta('web', { ...revision, labels: { tier: 'front' }, uid: 'u1', generation: 2 }),
  spec: {
    ...{ replicas: 3, selector, template },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  },
  status: {
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 2,
    availableReplicas: 2,
    unavailableReplicas: 1,
    conditions,
  },
};
const owner = { kind: 'Deployment', name: 'web', uid: 'u1', controller: true };
const replicaSet = (name: string, number: string, count: number) => ({
  ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  metadata: meta(name, {
    ownerReferences: [owner],
    annotations: { 'deployment.kubernetes.io/revision': number },
  }),
  ...{ spec: { replicas: count, selector, template }, status: { replicas: count, readyReplicas: count } },
});
const secret = {
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'default' } },
  ...{ type: 'Opaque', data: { PASSWORD: Buffer.from('hunter2!').toString('base64') } },
};
const configMap = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('app') },
  data: { LOG: 'debug', MODE: 'fast' },
};
const cron = {
  ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta('report') },
  ...{ spec: { schedule: '*/5 * * * *', suspend: false }, status: {} },
};
const objects = [deployment, replicaSet('web-b', '2', 3), replicaSet('web-a', '1', 0), secret, configMap, cron];
const pods = [{ kind: 'Pod', metadata: meta('web-b-1'), spec: { containers: [{ name: 'app' }] }, status: {} }];

async function run(...args: readonly string[]) {
  const stateRoot = await mkdtemp(join(tmpdir(), 'podrun-get-'));
  const path = socketPath(await projectFolder(stateRoot, 'engine', 'shop'));
  const owned = { project: 'shop', pid: 1, dir: '', startedAt: '' };
  const lock = await takeControl(path, ({ op }) => ({
    ...{ owner: owned, engineAnswers: true, pods },
    ...(op === 'objects' ? { objects } : {}),
  }));
  if (lock.kind === 'owned') throw new Error('owned');
  onTestFinished(() => lock.control.close());
  let [stdout, stderr] = ['', ''];
  const world = {
    ...{ env: {}, cwd: stateRoot, stateRoot, clock },
    stdout: { write: (text: string) => (stdout += text) !== '' },
    stderr: { write: (text: string) => (stderr += text) !== '' },
    connect: () => Promise.resolve({ info: { id: 'engine' }, close() {} }),
  } as unknown as World;
  const code = await runCommand(['-p', 'shop', ...args], '0', world);
  return { code, stdout, stderr };
}

test.each<[string, string]>([
  ['get deploy', 'NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    2/3     3            2           5m\n'],
  [
    'get deploy/web -o wide --no-headers',
    'web   2/3   3   2   5m   app   shop/web:1   app=web\n'.replaceAll(/ {3}(?=\d)/g, '   '),
  ],
  [
    'get rs',
    'NAME    DESIRED   CURRENT   READY   AGE\nweb-b   3         3         3       5m\nweb-a   0         0         0       5m\n',
  ],
  ['get cm', 'NAME   DATA   AGE\napp    2      5m\n'],
  ['get secrets', 'NAME   TYPE     DATA   AGE\ndb     Opaque   1      <unknown>\n'],
  [
    'get cj',
    'NAME     SCHEDULE      TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE\nreport   */5 * * * *   <none>     False     0        <none>          5m\n',
  ],
  ['get deploy,rs -o name', 'deployment.apps/web\nreplicaset.apps/web-b\nreplicaset.apps/web-a\n'],
  ['get deploy -l tier=front -o name', 'deployment.apps/web\n'],
  ['get rs --field-selector metadata.name=web-a -o name', 'replicaset.apps/web-a\n'],
  ['get deploy/web -o jsonpath={.spec.replicas}', '3'],
  ['get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas', 'N     R\nweb   3\n'],
  [
    'get all -o name',
    'pod/web-b-1\ndeployment.apps/web\nreplicaset.apps/web-b\nreplicaset.apps/web-a\ncronjob.batch/report\n',
  ],
  ['get secret db -o jsonpath={.data.PASSWORD}', '(hidden)'],
  ['get secret db -o jsonpath={.data.PASSWORD} --show-secrets', 'aHVudGVyMiE='],
])('%s', async (line, expected) => {
  const { code, stdout, stderr } = await run(...line.split(' '));
  expect([code, stderr]).toEqual([0, '']);
  expect(squeezed(stdout)).toBe(squeezed(expected));
});

/** Where nothing but the columns counts. */
const squeezed = (text: string): string => text.replaceAll(/ {2,}/g, '  ');

test('several kinds are a table each, with the kind in the name', async () => {
  const { stdout } = await run('get', 'all');
  expect(stdout.split('\n\n').map((table) => table.split('\n')[1]?.split(' ')[0])).toEqual([
    ...['pod/web-b-1', 'deployment.apps/web', 'replicaset.apps/web-b', 'cronjob.batch/report'],
  ]);
});

test.each<[string, number, string]>([
  ['get deploy nope', 1, 'podrun: deployments.apps "nope" not found\n'],
  ['get sts', 0, 'No resources found in default namespace.\n'],
  ['get deploy web -l a=b', 2, 'podrun: name cannot be provided when a selector is specified\n'],
  ['get deploy -w', 2, 'podrun: -w follows Pods alone: podrun get pods -w\n'],
  ['get deploy --field-selector status.phase=x', 2, 'podrun: field label not supported: status.phase\n'],
  ['get deploy,nope', 2, `podrun: the server doesn't have a resource type "nope"\n`],
])('%s is told', async (line, code, stderr) => {
  expect(await run(...line.split(' '))).toEqual({ code, stdout: '', stderr });
});

test('describe shows a Deployment in kubectl’s layout', async () => {
  const { code, stdout } = await run('describe', 'deploy', 'web', '--no-show-events');
  expect(code).toBe(0);
  expect(stdout.replace(/(CreationTimestamp: +).*/, '$1T')).toBe(`Name:                   web
Namespace:              default
CreationTimestamp:      T
Labels:                 tier=front
Annotations:            deployment.kubernetes.io/revision: 2
Selector:               app=web
Replicas:               3 desired | 3 updated | 3 total | 2 available | 1 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 25% max surge
Pod Template:
  Labels:  app=web
  Containers:
    app:
      Image:      shop/web:1
      Port:       <none>
      Host Port:  <none>
      Environment:
        LOG:   debug
      Mounts:  <none>
  Volumes:     <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    MinimumReplicasAvailable
OldReplicaSets:  web-a (0/0 replicas created)
NewReplicaSet:   web-b (3/3 replicas created)
`);
});

test('describe never shows what a Secret holds, but how long it is', async () => {
  const { stdout } = await run('describe', 'secret', 'db', '--no-show-events');
  expect(stdout).toContain('PASSWORD:  8 bytes');
  expect(stdout).not.toMatch(/hunter2|aHVudGVy/);
});
