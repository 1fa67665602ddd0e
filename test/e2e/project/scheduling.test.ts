/** Room on the node, and whether it is the right one (docs/pod-lifecycle.md#scheduling). */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePort, makeProject } from '../support/harness.ts';
import { idle, listPods, readPod, shell, shortForm } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { isPhase } from '../support/status.ts';

describe('the node', () => {
  const web = (pod: object, resources: object = {}) => ({ ...pod, containers: { app: shell(idle, { resources }) } });

  test('has no room, or is another: the Pod waits, says why in Kubernetes’ words, and comes when it can', async () => {
    const project = await makeProject({}, { env: { PODRUN_NODE_LABELS: 'disk=ssd,zone=a' } });
    const asks = (requests: object) => ({ requests });
    const port = { containerPort: 80, hostPort: await findFreePort() };
    const app = { name: 'app', imagePullPolicy: 'IfNotPresent', ...shell(idle), ports: [port] };
    const labels = { app: 'twice' };
    const twice = {
      ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'twice' } },
      spec: {
        ...{ replicas: 2, selector: { matchLabels: labels } },
        template: { metadata: { labels }, spec: { containers: [app] } },
      },
    };
    const file = (cpu: string) =>
      `${JSON.stringify(twice)}\n---\n${shortForm({
        small: web({}, asks({ cpu: '10m' })),
        cpu: web({}, asks({ cpu })),
        memory: web({}, asks({ memory: '1000Ti' })),
        both: web({}, asks({ cpu: '1k', memory: '1000Ti' })),
        matched: web({ nodeSelector: { disk: 'ssd', 'kubernetes.io/os': 'linux' } }),
        selector: web({ nodeSelector: { disk: 'hdd' } }),
        named: web({ nodeName: 'elsewhere' }),
      })}`;
    await project.write({ 'pods.yaml': file('1000') });
    const up = project.start('up');
    await up.waitFor(/^matched: Ready$/);
    const causes = {
      cpu: '1 Insufficient cpu',
      memory: '1 Insufficient memory',
      both: '1 Insufficient cpu, 1 Insufficient memory',
      selector: "1 node(s) didn't match Pod's node affinity/selector",
      named: "1 node(s) didn't match the requested node name",
      'twice-1': "1 node(s) didn't have free ports for the requested pod ports",
    };
    for (const name of ['small', 'twice-0']) await podWhen(project, name, isPhase('Running'));

    const pods = new Map((await listPods(project)).map((pod) => [pod.metadata?.name, pod]));
    const events = (await project.run('events')).stdout;
    for (const [name, cause] of Object.entries(causes)) {
      const message = `0/1 nodes are available: ${cause}.`;
      expect(pods.get(name)?.spec?.nodeName ?? '').toBe(name === 'named' ? 'elsewhere' : '');
      expect(pods.get(name)?.status).toMatchObject({
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      });
      expect(events).toContain(message);
    }
    expect(events.match(/Warning +FailedScheduling +pod\//g)).toHaveLength(6);
    expect(pods.get('matched')?.status?.phase).toBe('Running');
    expect((await project.run('ps')).stdout).toMatch(/^cpu +0\/1 +Pending +0 /m);
    const node = pods.get('small')?.spec?.nodeName ?? '';

    await project.write({
      'pods.yaml': shortForm({
        cpu: web({}, asks({ cpu: '20m' })),
        named: web({ nodeName: node }),
        small: web({}, asks({ cpu: '10m' })),
      }),
    });
    // Now they fit.
    for (const name of ['cpu', 'named', 'small']) await podWhen(project, name, isPhase('Running'));
  });

  test('is filled in the file’s order, and by what runs', async () => {
    const all = { limits: { cpu: '2', memory: '16Mi' }, requests: { cpu: '1500m' } };
    const project = await makeProject({ 'pods.yaml': shortForm({ zeta: web({}, all), alpha: web({}, all) }) });
    const up = project.start('up');
    await up.waitFor(/^zeta: Ready$/);
    expect((await readPod(project, 'alpha')).status?.conditions?.[0]).toMatchObject({ reason: 'Unschedulable' });

    await project.write({ 'pods.yaml': shortForm({ alpha: web({}, all) }) });

    await up.waitFor(/^zeta: deleted$|orphans?/);
    await up.waitFor(/^podrun: reloaded: 1 Pod ready/);
    expect((await readPod(project, 'alpha')).status?.phase).toBe('Running');
  });
});

test('a host port that another process holds: the Pod waits, names the holder, and comes when it is free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const ports = [`${(server.address() as AddressInfo).port}:80`];
  const project = await makeProject({
    'pods.yaml': shortForm({ web: { containers: { app: shell(idle, { ports }) } } }),
  });
  const up = project.start('up');

  await up.waitFor(
    /^web: starting the sandbox failed: listen tcp4 \S+ bind: address already in use \(by process \d+, /,
  );
  expect((await readPod(project, 'web')).status?.phase).toBe('Pending');
  expect((await project.run('events')).stdout).toMatch(/Warning +FailedCreatePodSandBox .*\(by process /);
  server.close();

  await up.waitFor(/^podrun: 1 Pod ready in /, 40_000);
});
