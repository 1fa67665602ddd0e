import type { Event } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/output/diagnosis/diagnosis.ts';
import type { Symptoms } from '../../../src/output/diagnosis/diagnosis.ts';
import { diagnosisLines } from '../../../src/output/diagnosis/diagnosis-lines.ts';
import { githubLog, githubSummary } from '../../../src/output/diagnosis/github-diagnosis.ts';
import { timelineLines } from '../../../src/output/diagnosis/timeline.ts';
import { ended, makePod, makeStatus, nowMs, running, waiting } from '../pods.ts';

function event(reason: string, message: string, more: Partial<Event> & { of?: string; pod?: string } = {}): Event {
  const { of, pod = 'web', ...rest } = more;
  return {
    metadata: {},
    type: 'Warning',
    reason,
    message,
    involvedObject: { name: pod, namespace: 'default', ...(of === undefined ? {} : { fieldPath: of }) },
    ...rest,
  };
}

const notReady = { type: 'Ready', status: 'False' };

const told = (symptoms: Partial<Symptoms>, withLogs = true): string =>
  `\n${diagnosisLines(diagnose({ pods: [], events: [], logs: [], nowMs, ...symptoms }), { withLogs }).join('\n')}\n`;

describe('a diagnosis', () => {
  test('a crash loop: how it ended, how often, what its log ends with', () => {
    const crashed = {
      exitCode: 3,
      reason: 'Error',
      startedAt: '2026-01-01T00:54:56Z',
      finishedAt: '2026-01-01T00:54:58Z',
    };
    const pod = makePod(
      {
        phase: 'Running',
        conditions: [notReady],
        containerStatuses: [
          makeStatus(
            'app',
            { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s restarting failed container=app' } },
            { restartCount: 4, lastState: { terminated: crashed } },
          ),
          makeStatus('proxy', running, { ready: true }),
        ],
      },
      { uid: 'u1' },
    );
    const logs = [{ uid: 'u1', container: 'app', lines: ['starting', 'FATAL: \u001b[31mno database'] }];
    expect(told({ pods: [pod], logs })).toBe(`
web is CrashLoopBackOff, 1/2 ready
  container app: waiting, CrashLoopBackOff: back-off 20s restarting failed container=app
    it ended with exit code 3, 2 s after its start
    it was restarted 4 times
    the last 2 lines of its log:
      starting
      FATAL: \uFFFD[31mno database
`);
    expect(told({ pods: [pod], logs }, false)).not.toContain('its log');
  });

  test('a probe that fails: what it said last, of that container alone', () => {
    const started = { running: { startedAt: '2026-01-01T00:59:30Z' } };
    const pod = makePod({
      phase: 'Running',
      conditions: [notReady],
      containerStatuses: [
        makeStatus('app', started, { started: true }),
        makeStatus('slow', started, { started: false }),
      ],
    });
    const events = [
      event('Unhealthy', 'Readiness probe failed: connection refused', { of: 'spec.containers{app}' }),
      event('Unhealthy', 'Readiness probe failed: HTTP 503\n', { of: 'spec.containers{app}', count: 7 }),
      event('Unhealthy', 'Readiness probe failed: of another', { of: 'spec.containers{app}', pod: 'db' }),
      event('Unhealthy', 'Startup probe failed: no file', { of: 'spec.containers{slow}' }),
    ];
    expect(told({ pods: [pod], events })).toBe(`
web is Running, 0/2 ready
  container app: running for 30 s, and not ready
    Readiness probe failed: HTTP 503 (7 times)
  container slow: running for 30 s, and has not started
    Startup probe failed: no file
`);
  });

  test('out of memory, with the limit', () => {
    const base = makePod({
      phase: 'Failed',
      conditions: [notReady],
      containerStatuses: [makeStatus('app', ended(137, 'OOMKilled', 9))],
    });
    const [container] = base.spec?.containers ?? [];
    const limited = { name: 'app', image: 'busybox', ...container, resources: { limits: { memory: '64Mi' } } };
    expect(told({ pods: [{ ...base, spec: { containers: [limited] } }] })).toBe(`
web is OOMKilled, 0/1 ready
  container app: ended
    it ended with exit code 137 (OOMKilled), signal 9 as it ran out of memory, limit 64Mi
`);
  });

  test('an init container is in the way: what waits for it is left out', () => {
    const pod = makePod(
      {
        phase: 'Pending',
        conditions: [notReady],
        initContainerStatuses: [
          makeStatus('first', ended(0, 'Completed')),
          makeStatus('migrate', ended(1, 'Error'), { restartCount: 1 }),
        ],
        containerStatuses: [makeStatus('app', waiting('PodInitializing'))],
      },
      { init: [{ name: 'first' }, { name: 'migrate' }] },
    );
    expect(told({ pods: [pod] })).toBe(`
web is Init:Error, 0/1 ready
  container migrate: ended
    it ended with exit code 1
    it was restarted once
`);
  });

  test('of the Pod as a whole: what holds it back, its own message, warnings', () => {
    const gated = makePod({
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'waiting for db to be Ready' },
      ],
    });
    const evicted = makePod({ phase: 'Failed', reason: 'Evicted', message: 'too much on the disk' }, { name: 'db' });
    const mount = makePod(
      { phase: 'Pending', containerStatuses: [makeStatus('app', waiting('ContainerCreating'))] },
      { name: 'late' },
    );
    const events = [event('FailedMount', 'configmap "app" not found', { pod: 'late' })];
    expect(told({ pods: [gated, mount, evicted], events })).toBe(`
db is Evicted, 0/1 ready
  Evicted: too much on the disk
late is ContainerCreating, 0/1 ready
  FailedMount: configmap "app" not found
  container app: waiting, ContainerCreating
web is SchedulingGated, 0/1 ready
  SchedulingGated: waiting for db to be Ready
`);
  });

  test('what is well is left out; of many the first ten, and the names of the others', () => {
    const ready = makePod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }, { name: 'ok' });
    expect(told({ pods: [ready, makePod({ phase: 'Succeeded' })] })).toBe('\n\n');
    const many = Array.from({ length: 12 }, (_, index) => makePod({ phase: 'Pending' }, { name: `p${index}` }));
    expect(told({ pods: many })).toMatch(
      /^p9 is Pending, 0\/1 ready\nand 2 more: p10 \(Pending\), p11 \(Pending\)\n$/m,
    );
  });
});

describe('in GitHub Actions', () => {
  const pod = makePod(
    { phase: 'Failed', conditions: [notReady], containerStatuses: [makeStatus('app', ended(1, 'Error'))] },
    { uid: 'u1' },
  );
  const logs = [{ uid: 'u1', container: 'app', lines: ['::set-output name=x::y', '*bold*'] }];
  const pods = diagnose({ pods: [pod], events: [], logs, nowMs });

  test('an annotation and a group, in which what containers wrote commands nothing', () => {
    expect(githubLog(pods, 'word')).toBe(`::error title=web is Error%2C 0/1 ready::container app: ended
::group::web is Error, 0/1 ready
::stop-commands::word
  container app: ended
    it ended with exit code 1
    the last 2 lines of its log:
      ::set-output name=x::y
      *bold*
::word::
::endgroup::
`);
  });

  test('a summary, in which nothing of it is Markdown', () => {
    expect(githubSummary('1 of 2 Pods ready', pods)).toBe(`### podrun: 1 of 2 Pods ready

#### web is Error, 0/1 ready

    container app: ended
      it ended with exit code 1
      the last 2 lines of its log:
        ::set-output name=x::y
        *bold*

`);
  });
});

test('a timeline: events, conditions, beginnings and ends in the order of their times', () => {
  const pod = makePod({
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: '2026-01-01T00:00:03Z' },
    ],
    containerStatuses: [
      makeStatus(
        'app',
        { running: { startedAt: '2026-01-01T00:00:02Z' } },
        {
          lastState: {
            terminated: { exitCode: 1, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z' },
          },
        },
      ),
    ],
  });
  const times = { firstTimestamp: '2026-01-01T00:00:01.500Z', lastTimestamp: '2026-01-01T00:00:20Z', count: 3 };
  expect(
    timelineLines([pod], [event('BackOff', 'Back-off restarting', { of: 'spec.containers{app}', ...times })]),
  ).toEqual([
    '2026-01-01T00:00:00.000Z      +0.0s  web/app  started',
    '2026-01-01T00:00:01.000Z      +1.0s  web/app  ended with exit code 1',
    '2026-01-01T00:00:01.500Z      +1.5s  web/app  Warning BackOff: Back-off restarting',
    '2026-01-01T00:00:02.000Z      +2.0s  web/app  started',
    '2026-01-01T00:00:03.000Z      +3.0s  web  Ready is False (ContainersNotReady)',
    '2026-01-01T00:00:20.000Z     +20.0s  web/app  Warning BackOff: Back-off restarting (the last of 3 times)',
  ]);
});
