/** The life of a Pod in its order: init containers, sidecars, hooks, startup, the end (docs/pod-lifecycle.md). */
import { snapshotOf } from '../../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import { kindOf, recordOf } from '../../../src/core/runtime/labels.ts';
import type { Container } from '../../../src/model/container.ts';
import type { PodSpec } from '../../../src/model/pod.ts';
import { drive, statusOf } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod, makeProbe, makeProject } from '../make.ts';

const setup = makeContainer('setup');
const seed = makeContainer('seed');
const hook = { exec: { command: ['hook'] } };
const sidecar = (name: string, over: Partial<Container> = {}): Container =>
  makeContainer(name, { restartPolicy: 'Always', ...over });
const app = (over: Partial<Container> = {}): Container => makeContainer('app', over);
const begin = (spec: Partial<PodSpec>): Drive => drive(makePod('web', spec));
const down = { kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } } as const;

describe('init containers', () => {
  test('one at a time, in order, each after the success of the one before', () => {
    const d = begin({ initContainers: [setup, seed] });
    expect([d.said(), statusOf(d)]).toEqual([
      ['start setup'],
      [
        'Pending',
        'Initialized ContainersNotInitialized containers with incomplete status: [setup seed]',
        'Ready ContainersNotReady containers with unready status: [app]',
        'ContainersReady ContainersNotReady containers with unready status: [app]',
      ],
    ]);
    d.end('setup', 0);
    expect([d.said(), statusOf(d)[1]]).toEqual([
      ['start seed'],
      'Initialized ContainersNotInitialized containers with incomplete status: [seed]',
    ]);
    d.end('seed', 0);
    expect([d.said(), statusOf(d)]).toEqual([['start app'], ['Running']]);
  });

  test.each(['Always', 'OnFailure'] as const)(
    'a failed one is tried again in its back-off under %s',
    (restartPolicy) => {
      const d = begin({ restartPolicy, initContainers: [setup, seed] });
      d.end('setup', 0);
      d.said();
      d.end('seed', 1);
      expect(d.said()).toEqual(['start seed']);
      d.end('seed', 1);
      expect([d.said(), statusOf(d)[0]]).toEqual([[], 'Pending']);
      d.wait(10_000);
      expect(d.said()).toEqual(['start seed']);
    },
  );

  test('a failed one is the end of a Pod that is Never restarted', () => {
    const d = begin({ restartPolicy: 'Never', initContainers: [sidecar('mesh'), setup] });
    d.end('setup', 3);
    expect(d.said()).toEqual(['start mesh', 'start setup', 'SIGTERM mesh', 'SIGKILL infra']);
    expect(statusOf(d)[0]).toBe('Failed');
  });

  test('one that a hand prunes while a later one runs has succeeded all the same', () => {
    const d = begin({ initContainers: [setup, seed] });
    d.end('setup', 0);
    d.said();
    d.prune();
    expect(d.said()).toEqual([]);
  });

  test('a new sandbox runs them again', () => {
    const d = begin({ initContainers: [setup] });
    d.end('setup', 0);
    d.said();
    const { outcomes } = d.state();
    const snapshot = snapshotOf(d.state());
    const containers = snapshot.containers.filter(({ joinedTo }) => joinedTo !== undefined);
    d.feed({ kind: 'looked', snapshot: { ...snapshot, containers }, sinceOutcome: outcomes });
    expect(d.said()).toEqual(['SIGTERM app', 'start setup']);
  });
});

describe('sidecars', () => {
  test('the next one starts when it has started: hook and startup probe', () => {
    const mesh = sidecar('mesh', { lifecycle: { postStart: hook }, startupProbe: makeProbe() });
    const d = begin({ initContainers: [mesh, setup] });
    expect(d.said()).toEqual(['start mesh', 'hook postStart mesh']);
    d.wait(20_000);
    expect(d.said()).toEqual([]);
    d.hooked('mesh', true);
    expect(d.said()).toEqual(['check mesh startup']);
    expect(statusOf(d)[1]).toBe('Initialized ContainersNotInitialized containers with incomplete status: [mesh setup]');
    d.checked('startup', 'success');
    expect(d.said()).toEqual(['start setup']);
    d.end('setup', 0);
    expect([d.said(), statusOf(d)]).toEqual([['start app'], ['Running']]);
  });

  test.each([false, true])('in their back-off hold up nothing that comes after them; podrun died: %s', (dies) => {
    const d = begin({ initContainers: [sidecar('mesh'), setup, sidecar('logs'), seed] });
    d.end('mesh', 1);
    d.end('mesh', 1);
    if (dies) d.restart();
    d.said();
    d.end('setup', 0);
    expect(d.said()).toEqual(['start logs', 'start seed']);
    d.end('logs', 1);
    d.end('logs', 1);
    if (dies) d.restart();
    d.said();
    d.end('seed', 0);
    expect([d.said(), statusOf(d)[0]]).toEqual([['start app'], 'Running']);
    d.wait(10_000);
    expect(d.said()).toEqual(['start mesh', 'start logs']);
  });

  test('one that has ended before its startup probe passed has not started', () => {
    const d = begin({ initContainers: [sidecar('mesh', { startupProbe: makeProbe() }), setup] });
    d.end('mesh', 1);
    d.end('mesh', 1);
    expect(d.said().filter((line) => line.startsWith('start'))).toEqual(['start mesh', 'start mesh']);
    d.wait(10_000);
    d.checked('startup', 'success');
    expect(d.said()).toContain('start setup');
  });

  test('one whose postStart hook failed has not started', () => {
    const d = begin({ initContainers: [sidecar('mesh', { lifecycle: { postStart: hook } }), setup] });
    d.hooked('mesh', false);
    d.wait(5_000);
    expect(d.said()).not.toContain('start setup');
    d.wait(10_000);
    d.hooked('mesh', true);
    d.end('mesh', 1);
    expect(d.said()).toContain('start setup');
  });

  test.each(['Always', 'OnFailure', 'Never'] as const)(
    'restarts under %s, and the Pod stays initialized',
    (restartPolicy) => {
      const d = begin({ restartPolicy, initContainers: [sidecar('mesh')] });
      d.said();
      d.end('mesh', 0);
      expect(d.said()).toEqual(['start mesh']);
      d.end('mesh', 0);
      expect([d.said(), statusOf(d)]).toEqual([
        [],
        [
          'Running',
          'Ready ContainersNotReady containers with unready status: [mesh]',
          'ContainersReady ContainersNotReady containers with unready status: [mesh]',
        ],
      ]);
      d.wait(10_000);
      expect([d.said(), statusOf(d)]).toEqual([['start mesh'], ['Running']]);
    },
  );

  test('its readiness is the Pod’s', () => {
    const d = begin({ initContainers: [sidecar('mesh', { readinessProbe: makeProbe() })] });
    expect(statusOf(d)[1]).toBe('Ready ContainersNotReady containers with unready status: [mesh]');
    d.checked('readiness', 'success');
    expect(statusOf(d)).toEqual(['Running']);
  });

  test.each([
    [0, 'Succeeded'],
    [1, 'Failed'],
  ])('do not keep a Pod alive that ended with %i: they end in reverse order', (exitCode, phase) => {
    const d = begin({ restartPolicy: 'Never', initContainers: [sidecar('mesh'), sidecar('logs')] });
    d.said();
    d.deaf.add('logs');
    d.end('app', exitCode);
    expect([d.said(), statusOf(d)[0]]).toEqual([['SIGTERM logs'], 'Running']);
    d.end('logs', 2);
    expect([d.said(), statusOf(d)[0]]).toEqual([['SIGTERM mesh', 'SIGKILL infra'], phase]);
  });

  test('one that is on its way to its end is killed also while one before it is down', () => {
    const logs = sidecar('logs', { startupProbe: makeProbe({ failureThreshold: 1 }) });
    const d = begin({ terminationGracePeriodSeconds: 5, initContainers: [sidecar('mesh'), logs] });
    d.deaf.add('logs');
    d.wait(10_000);
    d.said();
    d.checked('startup', 'failure');
    expect(d.said()).toEqual(['SIGTERM logs']);
    d.end('mesh', 1);
    d.end('mesh', 1);
    d.said();
    d.wait(5_000);
    expect(d.said()).toContain('SIGKILL logs');
  });
});

describe('hooks', () => {
  const two = (postStart = hook): Partial<PodSpec> => ({
    containers: [app({ lifecycle: { postStart } }), makeContainer('proxy')],
  });

  test('postStart keeps the next container and the probes back', () => {
    const probed = app({ lifecycle: { postStart: hook }, livenessProbe: makeProbe() });
    const d = begin({ containers: [probed, makeContainer('proxy')] });
    d.wait(30_000);
    expect([d.said(), statusOf(d)[0]]).toEqual([['start app', 'hook postStart app'], 'Pending']);
    d.hooked('app', true);
    expect(d.said().toSorted()).toEqual(['check app liveness', 'start proxy']);
  });

  test('a postStart that an edit takes away while it runs is waited for', () => {
    const d = begin(two());
    d.edit(makeProject(makePod('web', { containers: [app(), makeContainer('proxy')] })));
    expect(d.said()).toEqual(['start app', 'hook postStart app']);
    d.hooked('app', true);
    expect(d.said()).toEqual(['start proxy']);
  });

  test('a failed postStart ends the container, with preStop, and the next one may start', () => {
    const d = begin({ containers: [app({ lifecycle: { postStart: hook, preStop: hook } }), makeContainer('proxy')] });
    d.hooked('app', false);
    expect(d.said()).toEqual(['start app', 'hook postStart app', 'hook preStop app']);
    d.hooked('app', true);
    expect(d.said()).toEqual(['SIGTERM app', 'start app', 'hook postStart app']);
  });

  test('one that another podrun started, and one that an edit adds, is not run', () => {
    const d = begin(two());
    d.hooked('app', true);
    d.restart();
    expect(d.said()).toEqual([]);
    const plain = begin({});
    plain.said();
    plain.feed({
      kind: 'project',
      project: makeProject(makePod('web', { containers: [app({ lifecycle: { postStart: hook } })] })),
    });
    expect(plain.said()).toEqual([]);
  });

  test('a look that saw only half does not run it again', () => {
    const d = begin(two());
    d.hooked('app', true);
    d.said();
    const { outcomes } = d.state();
    const snapshot = snapshotOf(d.state());
    const containers = snapshot.containers.map((container) => {
      const { startedAtMs: _unknown, ...half } = container;
      return { ...half, env: {}, listedOnly: true as const };
    });
    d.feed({ kind: 'looked', snapshot: { ...snapshot, containers }, sinceOutcome: outcomes });
    d.feed({ kind: 'looked', snapshot, sinceOutcome: d.state().outcomes });
    expect(d.said()).toEqual([]);
  });
});

describe('the end of a container', () => {
  const stubborn = (terminationGracePeriodSeconds: number, lifecycle: Container['lifecycle'] = {}): Drive => {
    const d = begin({ terminationGracePeriodSeconds, containers: [app({ lifecycle })] });
    d.deaf.add('app');
    d.said();
    d.feed(down);
    return d;
  };

  test.each([
    // grace, how long preStop takes, how long after its end (or after the deletion) KILL comes
    ['no hook: TERM at once, KILL after the grace', 5, undefined, 5_000],
    ['what preStop took, in whole seconds, is gone', 5, 2_500, 3_000],
    ['never less than two seconds', 5, 4_500, 2_000],
  ])('%s', (_name, grace, preStopMs, killMs) => {
    const d = stubborn(grace, preStopMs === undefined ? {} : { preStop: hook });
    if (preStopMs !== undefined) {
      expect(d.said()).toEqual(['hook preStop app']);
      d.wait(preStopMs);
      expect(d.said()).toEqual([]);
      d.hooked('app', true);
    }
    expect(d.said()).toEqual(['SIGTERM app']);
    d.wait(killMs - 10);
    expect(d.said()).toEqual([]);
    d.wait(20);
    expect(d.said()[0]).toBe('SIGKILL app');
  });

  test('a preStop that hangs is left when the grace is over', () => {
    const d = stubborn(5, { preStop: hook });
    d.wait(4_990);
    expect(d.said()).toEqual(['hook preStop app']);
    d.wait(20);
    expect(d.said()).toEqual(['SIGTERM app']);
    d.wait(2_000);
    expect(d.said()[0]).toBe('SIGKILL app');
  });

  test.each([
    ['a failed preStop: TERM follows', 5, ['hook preStop app'], ['SIGTERM app']],
    ['a deletion grants a second at the least: preStop is begun', 0, ['hook preStop app'], ['SIGTERM app']],
  ])('%s', (_name, grace, before, after) => {
    const d = stubborn(grace, { preStop: hook });
    expect(d.said()).toEqual(before);
    d.hooked('app', false);
    expect(d.said()).toEqual(after);
  });

  test('an edit’s kill without any grace begins no preStop', () => {
    const spec = { terminationGracePeriodSeconds: 0, containers: [app({ lifecycle: { preStop: hook } })] };
    const d = begin(spec);
    d.said();
    d.edit({
      pods: [makePod('web', { ...spec, containers: [app({ image: 'app:2', lifecycle: { preStop: hook } })] })],
    });
    expect(d.said()).toEqual(['SIGTERM app', 'start app']);
  });

  test('one that ends by itself runs no preStop', () => {
    const d = begin({ containers: [app({ lifecycle: { preStop: hook } })] });
    d.end('app', 0);
    expect(d.said()).toEqual(['start app', 'start app']);
  });

  test('a TERM that waits for its turn takes nothing of the grace', () => {
    const d = begin({ terminationGracePeriodSeconds: 5, containers: [app({ lifecycle: { preStop: hook } })] });
    d.deaf.add('app');
    d.feed(down);
    d.feed({ kind: 'lookFailed', failure: { kind: 'away', message: '' } });
    d.hooked('app', true);
    d.wait(4_000);
    d.said();
    const { outcomes } = d.state();
    const snapshot = snapshotOf(d.state());
    d.feed({ kind: 'looked', snapshot, sinceOutcome: outcomes });
    expect(d.said()).toEqual(['SIGTERM app']);
  });

  test('a TERM that came too late is no end that was asked for: OnFailure lets it be', () => {
    const d = begin({ restartPolicy: 'OnFailure', containers: [app({ lifecycle: { postStart: hook } })] });
    d.said();
    d.late.set('app', 0);
    d.hooked('app', false);
    expect([d.said(), statusOf(d)[0]]).toEqual([['SIGTERM app', 'SIGKILL infra'], 'Succeeded']);
  });
});

describe('a look that saw only half', () => {
  test('of a container on its way to its end leaves it alone until the next', () => {
    const d = begin({ containers: [app({ lifecycle: { preStop: hook } })] });
    d.feed(down);
    expect(d.said()).toEqual(['start app', 'hook preStop app']);
    const { outcomes } = d.state();
    const snapshot = snapshotOf(d.state());
    const containers = snapshot.containers.map((container) => {
      const { startedAtMs: _unknown, ...half } = container;
      return { ...half, env: {}, listedOnly: true as const };
    });
    d.feed({ kind: 'looked', snapshot: { ...snapshot, containers }, sinceOutcome: outcomes });
    expect(d.said()).toEqual([]);
  });
});

describe('the end of a Pod in order', () => {
  const pod: Partial<PodSpec> = {
    terminationGracePeriodSeconds: 10,
    initContainers: [sidecar('mesh', { lifecycle: { preStop: hook } }), sidecar('logs')],
    containers: [app(), makeContainer('proxy')],
  };

  test('preStop of all at once; TERM of a sidecar after the regular ones and those that started after it', () => {
    const d = begin(pod);
    d.said();
    for (const name of ['app', 'logs']) d.deaf.add(name);
    d.feed(down);
    expect(d.said().toSorted()).toEqual(['SIGTERM app', 'SIGTERM proxy', 'hook preStop mesh']);
    d.hooked('mesh', true);
    d.wait(3_500);
    expect(d.said()).toEqual([]);
    d.end('app', 0);
    expect(d.said()).toEqual(['SIGTERM logs']);
    // It waited three whole seconds of ten.
    d.wait(6_600);
    expect(d.said()).toEqual(['SIGTERM mesh']);
    d.wait(500);
    expect(d.said()).toEqual(['SIGKILL logs']);
  });

  test('when the grace is over TERM goes to all the rest', () => {
    const d = begin(pod);
    d.said();
    for (const name of ['app', 'logs', 'mesh', 'proxy']) d.deaf.add(name);
    d.feed(down);
    d.said();
    d.wait(10_000);
    expect(d.said().toSorted()).toEqual(['SIGKILL app', 'SIGKILL proxy', 'SIGTERM logs', 'SIGTERM mesh']);
  });
});

describe('startup', () => {
  const probed = app({
    startupProbe: makeProbe({ failureThreshold: 2 }),
    livenessProbe: makeProbe(),
    readinessProbe: makeProbe(),
  });

  test('nothing else is asked before it has passed', () => {
    const d = begin({ containers: [probed] });
    d.wait(1);
    d.checked('startup', 'failure');
    d.wait(5_000);
    expect([...new Set(d.said())]).toEqual(['start app', 'check app startup']);
    d.checked('startup', 'success');
    expect(d.said().toSorted()).toEqual(['check app liveness', 'check app readiness']);
    d.checked('readiness', 'success');
    expect(statusOf(d)).toEqual(['Running']);
  });

  test('that fails for good ends the container, and the next run begins anew', () => {
    const exec = { ...makeProbe({ failureThreshold: 2 }), exec: { command: ['up'] } };
    const { tcpSocket: _none, ...startupProbe } = exec;
    const d = begin({ containers: [{ ...probed, startupProbe }] });
    d.checked('startup', 'failure');
    d.wait(10_000);
    d.checked('startup', 'failure');
    expect(d.said()).toEqual([
      'start app',
      'check app startup',
      'check app startup',
      'SIGTERM app',
      'start app',
      'check app startup',
    ]);
  });
});

describe('readiness gates', () => {
  const open = (d: Drive, status: 'True' | 'False'): void =>
    d.feed({ kind: 'condition', pod: 'default/web', type: 'gate', condition: { status, atMs: d.nowMs() } });

  test('the Pod is ready when they are True, also for the next podrun', () => {
    const d = begin({ readinessGates: [{ conditionType: 'gate' }] });
    const gate = 'Ready ReadinessGatesNotReady';
    expect(statusOf(d)).toEqual([
      'Running',
      `${gate} corresponding condition of pod readiness gate "gate" does not exist.`,
    ]);
    open(d, 'False');
    expect(statusOf(d)).toEqual([
      'Running',
      `${gate} the status of pod readiness gate "gate" is not "True", but False`,
      'gate',
    ]);
    open(d, 'True');
    d.restart();
    expect(statusOf(d)).toEqual(['Running']);
  });
});

describe('the end of a Pod by itself', () => {
  test('is in its record: neither a prune nor the next podrun runs it again, an edit does', () => {
    const d = begin({ restartPolicy: 'Never', initContainers: [sidecar('mesh')] });
    d.said();
    d.end('app', 0);
    expect(d.said()).toEqual(['SIGTERM mesh', 'SIGKILL infra']);
    d.prune();
    d.restart();
    expect([d.said(), statusOf(d)[0], snapshotOf(d.state()).containers]).toEqual([[], 'Succeeded', []]);
    const edited = makePod('web', { restartPolicy: 'Never' }, { tier: 'front' });
    d.feed({ kind: 'project', project: makeProject(edited) });
    expect(d.said()).toEqual(['start app']);
  });

  test('an edit of what a prune took away runs it again as well', () => {
    const d = begin({ restartPolicy: 'Never' });
    d.end('app', 0);
    d.prune();
    d.said();
    d.feed({ kind: 'tick' });
    expect(d.said()).toEqual([]);
    const edited = makePod('web', { restartPolicy: 'Never', containers: [app({ image: 'app:2' })] });
    d.feed({ kind: 'project', project: makeProject(edited) });
    expect(d.said()).toEqual(['start app']);
  });

  test('what its sidecars ended with is told after a prune', () => {
    const d = begin({ restartPolicy: 'Never', initContainers: [sidecar('mesh')] });
    d.end('app', 0);
    d.prune();
    const record = snapshotOf(d.state()).volumes.find(({ labels }) => kindOf(labels) === 'record');
    expect(Object.keys(recordOf(record?.labels ?? {})?.end?.containers ?? {}).toSorted()).toEqual(['app', 'mesh']);
  });

  test.each(['Always', 'OnFailure', 'Never'] as const)(
    'its deadline makes it Failed under %s, also across sandboxes',
    (restartPolicy) => {
      const d = begin({ restartPolicy, activeDeadlineSeconds: 60 });
      d.said();
      d.wait(50_000);
      const { outcomes } = d.state();
      const snapshot = snapshotOf(d.state());
      const containers = snapshot.containers.filter(({ joinedTo }) => joinedTo !== undefined);
      if (restartPolicy === 'Always')
        d.feed({ kind: 'looked', snapshot: { ...snapshot, containers }, sinceOutcome: outcomes });
      d.prune();
      d.said();
      d.wait(10_000);
      expect(d.said()).toEqual(['SIGTERM app', 'SIGKILL infra']);
      expect(statusOf(d)[0]).toBe('Failed DeadlineExceeded');
      d.wait(600_000);
      d.restart();
      expect([d.said(), statusOf(d)[0]]).toEqual([[], 'Failed DeadlineExceeded']);
    },
  );
});
