/** ConfigMaps, Secrets and resources in a Pod's life: what is written, what waits, and what an edit does. */
import { snapshotOf } from '../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import { podList } from '../../src/core/status/status.ts';
import type { Container, Resources } from '../../src/model/container.ts';
import type { DataObject } from '../../src/model/project.ts';
import type { Pod, PodSpec } from '../../src/model/pod.ts';
import { drive } from './drive.ts';
import type { Drive } from './drive.ts';
import { makeContainer, makePod } from './make.ts';

const configMap = (data: DataObject['data']): DataObject => ({
  ...{ kind: 'ConfigMap', name: 'cfg', namespace: 'default', data, binaryData: {} },
});

const volume = { name: 'v', configMap: { name: 'cfg', optional: false, defaultMode: 0o644 } };
const mounting = (over: Partial<Container> = {}): Container =>
  makeContainer('app', { volumeMounts: [{ name: 'v', mountPath: '/etc/cfg', readOnly: false }], ...over });

const taking = makeContainer('app', {
  env: [
    { name: 'LOG', value: '', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'log', optional: false } } },
    { name: 'LINE', value: 'log is $(LOG)' },
  ],
});

const importing = makeContainer('app', {
  envFrom: [{ prefix: 'C_', configMapRef: { name: 'cfg', optional: false } }],
  env: [{ name: 'LINE', value: 'log is $(C_log)' }],
});

function podWith(container: Container, spec: Partial<PodSpec> = {}, onConfigChange?: string): Pod {
  const pod = makePod('web', { containers: [container], ...spec });
  const annotations = onConfigChange === undefined ? {} : { 'podrun.dev/on-config-change': onConfigChange };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

function waitingOf(d: Drive): string {
  const [pod] = podList(d.state(), d.nowMs());
  const waiting = pod?.status?.containerStatuses?.[0]?.state?.waiting;
  return [waiting?.reason, waiting?.message, pod?.status?.message].filter(Boolean).join(' | ');
}

describe('a volume that podrun writes', () => {
  test('is written before anything starts, and again when its source changes: nothing restarts', () => {
    const d = drive(podWith(mounting(), { volumes: [volume] }), [configMap({ log: 'debug', mode: 'a' })]);
    expect(d.said()).toEqual(['fill volumes.v', 'start app']);
    d.edit({ objects: [configMap({ log: 'info', more: 'x' })] });
    expect(d.said()).toEqual(['fill volumes.v.log changed, volumes.v.mode removed, volumes.v.more added']);
    d.edit({ objects: [configMap({ log: 'info', more: 'x' })] });
    expect(d.said()).toEqual([]);
  });

  test('whose source is missing keeps the Pod from starting until it is there', () => {
    const d = drive(podWith(mounting(), { volumes: [volume] }));
    expect(d.said()).toEqual([]);
    expect(waitingOf(d)).toBe(
      'ContainerCreating | MountVolume.SetUp failed for volume "v" : configmap "cfg" not found',
    );
    d.edit({ objects: [configMap({ log: 'debug' })] });
    expect(d.said()).toEqual(['fill volumes.v', 'start app']);
  });

  test('whose source goes while it runs stays as it is', () => {
    const d = drive(podWith(mounting(), { volumes: [volume] }), [configMap({ log: 'debug' })]);
    d.said();
    d.edit({ objects: [] });
    d.end('app', 1);
    expect(d.said()).toEqual(['start app']);
  });

  test('is read by the next podrun, and written only where it differs', () => {
    const d = drive(podWith(mounting(), { volumes: [volume] }), [configMap({ log: 'debug' })]);
    d.restart();
    expect(d.said()).toEqual([]);
    d.edit({ objects: [configMap({ log: 'info' })] });
    expect(d.said()).toEqual(['fill volumes.v.log changed']);
  });

  test('of downwardAPI follows a label that is edited live', () => {
    const items = [{ path: 'tier', fieldRef: { fieldPath: "metadata.labels['tier']" } }];
    const pod = podWith(mounting(), { volumes: [{ name: 'v', downwardAPI: { items, defaultMode: 0o644 } }] });
    const d = drive(pod);
    d.said();
    d.edit({ pods: [{ ...pod, metadata: { ...pod.metadata, labels: { tier: 'back' } } }] });
    expect(d.said()).toEqual(['fill volumes.v.tier changed']);
  });
});

describe('a value from elsewhere', () => {
  test.each([
    ['a key', taking],
    ['a whole object', importing],
  ])('%s is for the next start: an edit of it restarts nothing, nor does what is built upon it', (_what, container) => {
    const d = drive(podWith(container), [configMap({ log: 'debug' })]);
    d.said();
    d.edit({ objects: [configMap({ log: 'info' })] });
    expect(d.said()).toEqual([]);
    d.restart();
    expect(d.said()).toEqual([]);
    d.end('app', 1);
    const env = snapshotOf(d.state()).containers.find(
      ({ state, joinedTo }) => joinedTo !== undefined && state === 'running',
    )?.env;
    expect([d.said(), env?.['LINE']]).toEqual([['start app'], 'log is info']);
  });

  test('that is missing keeps that container alone back, until it appears', () => {
    const d = drive(podWith(taking, { containers: [taking, makeContainer('log')] }));
    expect(d.said()).toEqual(['start log']);
    expect(waitingOf(d)).toBe('CreateContainerConfigError | configmap "cfg" not found');
    d.edit({ objects: [configMap({ other: 'x' })] });
    expect(waitingOf(d)).toBe("CreateContainerConfigError | couldn't find key log in ConfigMap default/cfg");
    d.edit({ objects: [configMap({ log: 'debug' })] });
    expect(d.said()).toEqual(['start app']);
  });
});

describe('podrun.dev/on-config-change', () => {
  test.each([
    ['a volume', mounting(), { volumes: [volume] }, ['fill volumes.v.log changed', 'SIGTERM app', 'start app']],
    ['a variable', taking, {}, ['SIGTERM app', 'start app']],
  ])('restart: a new content of %s replaces the container that takes it', (_what, container, spec, expected) => {
    const d = drive(podWith(container, spec, 'restart'), [configMap({ log: 'debug' })]);
    d.said();
    d.edit({ objects: [configMap({ log: 'info' })] });
    expect(d.said()).toEqual(expected);
    d.wait(60_000);
    expect(d.said()).toEqual([]);
  });

  test('restart: what has ended by itself is not run again for it', () => {
    const pod = podWith(
      mounting(),
      { restartPolicy: 'Never', volumes: [volume], containers: [mounting(), makeContainer('log')] },
      'restart',
    );
    const d = drive(pod, [configMap({ log: 'debug' })]);
    d.end('app', 0);
    d.said();
    d.edit({ objects: [configMap({ log: 'info' })] });
    expect(d.said()).toEqual(['fill volumes.v.log changed']);
  });

  test('signal: once for each new content', () => {
    const d = drive(podWith(mounting(), { volumes: [volume] }, 'signal:HUP'), [configMap({ log: 'debug' })]);
    d.deaf.add('app');
    d.said();
    d.edit({ objects: [configMap({ log: 'info' })] });
    d.wait(10_000);
    expect(d.said()).toEqual(['fill volumes.v.log changed', 'SIGHUP app']);
    d.restart();
    d.wait(10_000);
    expect(d.said()).toEqual([]);
  });
});

describe('requests and limits of what runs', () => {
  const with_ = (resources: Resources | undefined) =>
    podWith(makeContainer('app', resources === undefined ? {} : { resources }));
  const both = (cpu: string, memory: string): Resources => ({
    requests: { cpu: '100m', memory: '32Mi' },
    limits: { cpu, memory },
  });

  test.each([
    ['more of both', both('250m', '64Mi'), both('500m', '128Mi'), ['resize app']],
    [
      'a first limit',
      { requests: { cpu: '100m' }, limits: {} },
      { requests: { cpu: '100m' }, limits: { memory: '64Mi' } },
      ['resize app'],
    ],
    ['the same in other words', both('250m', '64Mi'), both('0.25', '65536Ki'), []],
    [
      'a limit taken away',
      both('250m', '64Mi'),
      { ...both('250m', '64Mi'), limits: { cpu: '250m' } },
      ['SIGTERM app', 'start app'],
    ],
    ['another class', undefined, { requests: { memory: '32Mi' }, limits: {} }, ['SIGTERM app', 'start app']],
    ['no class any more', both('250m', '64Mi'), undefined, ['SIGTERM app', 'start app']],
  ] as const)('%s', (_what, from, to, expected) => {
    const d = drive(with_(from));
    d.said();
    d.edit({ pods: [with_(to)] });
    expect(d.said()).toEqual(expected);
    d.restart();
    expect(d.said()).toEqual([]);
  });
});

test('a Pod that finds no room waits, says why, and comes when there is some', () => {
  const asks = (cpu: string): Pod => podWith(makeContainer('app', { resources: { requests: { cpu }, limits: {} } }));
  const d = drive(asks('5'));
  const [pod] = podList(d.state(), d.nowMs());
  expect(d.said()).toEqual([]);
  expect([
    pod?.spec?.nodeName,
    pod?.status?.phase,
    pod?.status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message]),
  ]).toEqual([
    undefined,
    'Pending',
    [['PodScheduled', 'False', 'Unschedulable', '0/1 nodes are available: 1 Insufficient cpu.']],
  ]);
  d.edit({ pods: [asks('4')] });
  expect(d.said()).toEqual(['start app']);
});

describe('an edit whose configuration is not there', () => {
  const missing = {
    name: 'LOG',
    value: '',
    valueFrom: { configMapKeyRef: { name: 'none', key: 'log', optional: false } },
  };
  test.each([
    ['of one container', podWith(makeContainer('app', { env: [missing] }))],
    ['of the whole Pod', podWith(makeContainer('app', { env: [missing] }), { hostname: 'other' })],
    ['of a volume', podWith(mounting(), { volumes: [volume] })],
  ])('%s stops nothing that runs', (_what, edited) => {
    const d = drive(podWith(makeContainer('app')));
    d.said();
    d.edit({ pods: [edited] });
    expect(d.said()).toEqual([]);
    const object = { ...configMap({ log: 'debug' }), name: 'none' };
    d.edit({ objects: [object, configMap({ log: 'debug' })] });
    expect(d.said()).toContain('SIGTERM app');
    expect(
      snapshotOf(d.state()).containers.some(({ state, joinedTo }) => state === 'running' && joinedTo !== undefined),
    ).toBe(true);
  });
});

describe('an emptyDir with a limit on the disk', () => {
  const limited = podWith(makeContainer('app'), {
    terminationGracePeriodSeconds: 30,
    volumes: [{ name: 'scratch', emptyDir: { medium: '', sizeLimit: '1Mi' } }],
  });

  test('that is outgrown evicts the Pod, which is not run again', () => {
    const d = drive(limited);
    d.deaf.add('app');
    d.used.set('/podrun/volumes/scratch', 2 ** 20);
    d.wait(25_000);
    expect(d.said()).toEqual(['start app']);
    d.used.set('/podrun/volumes/scratch', 2 ** 20 + 1);
    d.wait(10_000);
    // It is granted a second, and the floor is two.
    expect(d.said()).toEqual(['SIGTERM app', 'SIGKILL app', 'SIGKILL infra']);
    const [pod] = podList(d.state(), d.nowMs());
    expect([pod?.status?.phase, pod?.status?.reason, pod?.status?.message]).toEqual([
      'Failed',
      'Evicted',
      'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". ',
    ]);
    d.restart();
    d.wait(60_000);
    expect(d.said()).toEqual([]);
  });
});

test('an engine that may not lower oom_score_adj runs a Guaranteed Pod without it', () => {
  const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };
  const d = drive(podWith(makeContainer('app', { resources })));
  const scores = () => snapshotOf(d.state()).containers.flatMap(({ cgroup }) => cgroup?.oomScoreAdj ?? []);
  expect([d.said(), scores()]).toEqual([['start app'], [-997]]);

  const nested = drive(podWith(makeContainer('app', { resources })), [], "can't get final child's PID from pipe: EOF");
  nested.wait(2_000);
  const [, app] = snapshotOf(nested.state()).containers;
  expect([app?.state, app?.cgroup]).toEqual([
    'running',
    { cpuShares: 1024, cpuQuotaUs: 100_000, memoryBytes: 2 ** 30 },
  ]);
});
