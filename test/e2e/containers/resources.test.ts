/** Requests and limits on the engine: cgroups, QoS, resize and memory (docs/pod-lifecycle.md#resources). */
import { totalmem } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { ContainerDetails } from '../support/engine-client.ts';
import { makeProject } from '../support/harness.ts';
import { sh } from '../support/inside.ts';
import {
  eventually,
  footprint,
  idle,
  listPods,
  onHost,
  readPod,
  reloadedLine,
  shell,
  startUp,
} from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { hasRestarts, isPhase, statusOf } from '../support/status.ts';

const limitsOf = ({ HostConfig }: ContainerDetails) => {
  const { CpuShares, CpuPeriod, CpuQuota, NanoCpus, Memory, MemorySwap, OomScoreAdj } = HostConfig;
  return { CpuShares, CpuPeriod, CpuQuota, NanoCpus, Memory, MemorySwap, OomScoreAdj };
};

const none = { CpuShares: 2, CpuPeriod: 0, CpuQuota: 0, NanoCpus: 0, Memory: 0, MemorySwap: 0, OomScoreAdj: 1000 };
const quota = (CpuQuota: number) => ({ CpuPeriod: 100_000, CpuQuota });
const memory = (bytes: number) => ({ Memory: bytes, MemorySwap: bytes });
const Mi = 1024 * 1024;
/** What a share of the machine's memory leaves of 1000, within 3 and 999. */
const score = (bytes: number) => Math.min(999, Math.max(3, 1000 - Math.floor((1000 * bytes) / totalmem())));

interface Asked {
  readonly resources?: object;
  /** Of the Pod that it is in: one of each class. */
  readonly qosClass: 'BestEffort' | 'Burstable' | 'Guaranteed';
  readonly limits: ReturnType<typeof limitsOf>;
}

const asked: Readonly<Record<string, Asked>> = {
  nothing: { qosClass: 'BestEffort', limits: none },
  // One that asks for nothing in a Pod that does: its score is the class's.
  'nothing-beside-others': { qosClass: 'Burstable', limits: { ...none, OomScoreAdj: 999 } },
  'a-tenth': {
    resources: { requests: { cpu: '100m' } },
    qosClass: 'Burstable',
    limits: { ...none, CpuShares: 102, OomScoreAdj: 999 },
  },
  'limit-alone': {
    resources: { limits: { cpu: '100m' } },
    qosClass: 'Burstable',
    limits: { ...none, CpuShares: 102, ...quota(10_000), OomScoreAdj: 999 },
  },
  'more-than-one': {
    resources: { requests: { cpu: '250m' }, limits: { cpu: '1500m' } },
    qosClass: 'Burstable',
    limits: { ...none, CpuShares: 256, ...quota(150_000), OomScoreAdj: 999 },
  },
  'less-than-the-least': {
    resources: { requests: { cpu: '1m' }, limits: { cpu: '5m' } },
    qosClass: 'Burstable',
    limits: { ...none, ...quota(1_000), OomScoreAdj: 999 },
  },
  'memory-limit': {
    resources: { requests: { memory: '32Mi' }, limits: { memory: '128e6' } },
    qosClass: 'Burstable',
    limits: { ...none, ...memory(128_000_000), OomScoreAdj: score(32 * Mi) },
  },
  'memory-request': {
    resources: { requests: { memory: '1Gi' } },
    qosClass: 'Burstable',
    limits: { ...none, OomScoreAdj: score(1024 * Mi) },
  },
  guaranteed: {
    resources: { requests: { cpu: '0.1', memory: '64Mi' }, limits: { cpu: '100m', memory: '65536Ki' } },
    qosClass: 'Guaranteed',
    limits: { ...none, CpuShares: 102, ...quota(10_000), ...memory(64 * Mi), OomScoreAdj: -997 },
  },
  'limits-are-requests': {
    resources: { limits: { cpu: '50m', memory: '32Mi' } },
    qosClass: 'Guaranteed',
    limits: { ...none, CpuShares: 51, ...quota(5_000), ...memory(32 * Mi), OomScoreAdj: -997 },
  },
};

test('each container’s cgroup is what Kubernetes makes of its requests and limits, and each Pod has its class', async () => {
  const pods: Record<string, { containers: Record<string, object> }> = {};
  for (const [name, { resources, qosClass }] of Object.entries(asked)) {
    const pod = (pods[qosClass.toLowerCase()] ??= { containers: {} });
    pod.containers[name] = shell(idle, resources === undefined ? {} : { resources });
  }
  const project = await makeProject({ 'pods.yaml': onHost(pods) });
  await startUp(project);

  const limits = async (name: string, { qosClass }: Asked) =>
    limitsOf(await project.engine.container(qosClass.toLowerCase(), name));
  const found = await Promise.all(
    Object.entries(asked).map(async ([name, each]) => [name, await limits(name, each)] as const),
  );
  // Where the engine may not lower it (it is in a container itself, without CAP_SYS_RESOURCE), podrun goes without.
  const lowest = Object.fromEntries(found)['guaranteed']?.OomScoreAdj;
  expect([-997, 0]).toContain(lowest);
  const allowed = (of: Asked['limits']) => (Number(of.OomScoreAdj) < 0 ? { ...of, OomScoreAdj: lowest } : of);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(asked).map(([name, { limits: of }]) => [name, allowed(of)])),
  );
  const classes = (await listPods(project)).map(({ metadata, status }) => [metadata?.name, status?.qosClass]);
  expect(classes.toSorted()).toEqual([
    ['besteffort', 'BestEffort'],
    ['burstable', 'Burstable'],
    ['guaranteed', 'Guaranteed'],
  ]);
  expect((await project.run('describe', 'guaranteed')).stdout).toMatch(/^QoS Class: +Guaranteed$/m);
});

test('an edit resizes what runs; a limit that goes, and another class, replace that container alone', async () => {
  const app = (resources: object) => shell(idle, { resources });
  const other = app({ requests: { cpu: '10m' } });
  const file = (resources: object) => onHost({ web: { containers: { app: app(resources), other } } });
  const resources = (cpu: string, mem: string) => ({
    requests: { cpu: '20m', memory: '16Mi' },
    limits: { cpu, memory: mem },
  });
  const project = await makeProject({ 'pods.yaml': file(resources('100m', '64Mi')) });
  const up = await startUp(project);
  const before = await footprint(project.engine);
  const details = () => project.engine.container('web', 'app');

  await project.write({ 'pods.yaml': file(resources('250m', '128Mi')) });
  await up.waitFor(reloadedLine);

  expect(limitsOf(await details())).toMatchObject({ CpuShares: 20, ...quota(25_000), ...memory(128 * Mi) });
  expect(await footprint(project.engine)).toEqual(before);
  const inside = 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us';
  expect(await sh(project, 'web', 'app', inside)).toBe(`${128 * Mi}\n25000`);
  const { spec } = await readPod(project, 'web');
  expect(spec?.containers[0]?.resources?.limits).toEqual({ cpu: '250m', memory: '128Mi' });
  expect(statusOf(await readPod(project, 'web'), 'app').restartCount).toBe(0);

  const { Id } = await details();
  await project.write({ 'pods.yaml': file({ requests: { cpu: '20m', memory: '16Mi' }, limits: { cpu: '250m' } }) });
  await up.waitFor(/^web: stopping container app \(SIGTERM\): .*limits\.memory.*$/);
  await up.waitFor(reloadedLine);

  const replaced = await details();
  expect(replaced.Id).not.toBe(Id);
  expect(limitsOf(replaced)).toMatchObject({ ...quota(25_000), Memory: 0 });
  expect(await footprint(project.engine)).toContain(before.find((line) => line.includes('.other.')));
});

describe('memory', () => {
  const limited = (script: string) => shell(script, { resources: { limits: { memory: '16Mi' } } });
  const eater = limited('x=a; while :; do x=$x$x; done');
  const child = limited(`sh -c 'x=a; while :; do x=$x$x; done'; echo the child ended with $?; ${idle}`);
  const shared = shareUp(
    () => ({
      'pods.yaml': onHost({
        once: { restartPolicy: 'Never', containers: { app: eater, other: limited('exit 137') } },
        again: { containers: { app: eater, parent: child } },
      }),
    }),
    { until: 'started' },
  );

  test('that a container takes beyond its limit ends it: OOMKilled, 137, and a restart', async () => {
    const { project } = shared;
    const once = await podWhen(project, 'once', isPhase('Failed'));
    const again = await podWhen(project, 'again', hasRestarts('app', 1));

    expect(statusOf(once, 'app').state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(statusOf(once, 'other').state?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(statusOf(again, 'app').lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect((await project.run('events')).stdout).toMatch(
      /Warning +OOMKilled +pod\/once +Container app ended with exit code 137/,
    );
    expect((await project.run('ps')).stdout).toMatch(/^once +0\/2 +OOMKilled +0 /m);
  });

  test('that only a child takes ends the child: the container runs on, and an event tells', async () => {
    const { project, up } = shared;
    await eventually('the child has ended', () => up.output.includes('| the child ended with 137'));

    const told = async () =>
      /Warning +OOMKilling +pod\/again +.*container parent/.test((await project.run('events')).stdout);
    await eventually('the event', told);
    expect(statusOf(await readPod(project, 'again'), 'parent')).toMatchObject({
      ready: true,
      restartCount: 0,
      lastState: {},
    });
  });
});
