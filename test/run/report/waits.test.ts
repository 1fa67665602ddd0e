/** What a row says that a Pod waits for, through the lives of Pods on an engine that does what it is asked. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { podList } from '../../../src/core/status/status.ts';
import { waitTail } from '../../../src/output/terminal/rows.ts';
import { podLine } from '../../../src/run/report/pod-lines.ts';
import { probeText } from '../../../src/run/report/probe-text.ts';
import { drive } from '../../core/drive.ts';
import type { Drive } from '../../core/drive.ts';
import { makeContainer, makePod, makeProbe, makeProject } from '../../core/make.ts';

/** Each Pod's status, then what it waits for. */
function rowsOf(d: Drive, coming: ReadonlyMap<string, string> = new Map()): readonly string[] {
  return podList(d.state(), d.nowMs()).map((pod) => {
    const { name, status, waits } = podLine({ state: d.state(), coming }, pod, d.nowMs());
    return [`${name} ${status}`, ...waits.map((wait) => `${wait.text}${waitTail(wait, d.nowMs())}`)].join(' | ');
  });
}

const http = makeProbe({ httpGet: { scheme: 'HTTP', path: '/', port: 80, httpHeaders: [] }, periodSeconds: 2 });
const quietHttp = { annotations: { 'podrun.dev/early-probes': 'false' } };
const probed = (type: 'readiness' | 'startup', over = {}) => {
  const pod = makePod('web', { containers: [makeContainer('app', { [`${type}Probe`]: { ...http, ...over } })] });
  return { ...pod, metadata: { ...pod.metadata, ...quietHttp } };
};

describe('a probe', () => {
  test('its output, and since when; nothing once it passes', () => {
    const d = drive(probed('readiness'));
    expect(rowsOf(d)).toEqual([expect.stringMatching(/^web Running \| readiness: no answer yet \(0 s\)$/)]);
    d.wait(2_000);
    d.checked('readiness', 'failure', 'HTTP probe failed with statuscode: 503');
    d.wait(10_000);
    expect(rowsOf(d)).toEqual(['web Running | readiness: HTTP 503 (12 s)']);
    d.checked('readiness', 'failure', ' ');
    expect(rowsOf(d)).toEqual(['web Running | readiness: fails without output (12 s)']);
    d.checked('readiness', 'success');
    d.wait(2_000);
    d.checked('readiness', 'success');
    expect(rowsOf(d)).toEqual(['web Running']);
  });

  test('the startup probe is what counts before the others, and one that is not due says when', () => {
    const d = drive(probed('startup', { initialDelaySeconds: 20 }));
    expect(rowsOf(d)).toEqual(['web Running | startup probe, first check in 20 s']);
  });

  test('it is worth a line after five seconds of failures, not as a server comes up', () => {
    const d = drive(probed('readiness'));
    const fromMs = () => {
      const [pod] = podList(d.state(), d.nowMs());
      return podLine({ state: d.state(), coming: new Map() }, pod as KubernetesPod, d.nowMs()).waits[0]?.lineFromMs;
    };
    expect(fromMs()).toBe(Infinity);
    const beganMs = d.nowMs();
    d.checked('readiness', 'failure', 'no');
    expect((fromMs() ?? 0) - beganMs).toBeGreaterThan(4_900);
    expect((fromMs() ?? 0) - beganMs).toBeLessThanOrEqual(5_000);
  });
});

describe('containers', () => {
  test('one that crashes: how it ended, and the next try', () => {
    const d = drive(makePod('web'));
    d.end('app', 3);
    d.wait(1_000);
    d.end('app', 3);
    expect(rowsOf(d)).toEqual(['web CrashLoopBackOff | exit code 3, next try in 10 s']);
    d.wait(4_000);
    expect(rowsOf(d)).toEqual(['web CrashLoopBackOff | exit code 3, next try in 6 s']);
  });

  test('of several, the one that is meant', () => {
    const d = drive(makePod('web', { containers: [makeContainer('app'), makeContainer('side')] }));
    d.end('side', 1);
    d.end('side', 1);
    expect(rowsOf(d)).toEqual(['web CrashLoopBackOff | side exit code 1, next try in 10 s']);
  });

  test('an init container runs', () => {
    const d = drive(makePod('web', { initContainers: [makeContainer('migrate')] }));
    d.wait(7_000);
    expect(rowsOf(d)).toEqual(['web Init:0/1 | migrate runs (7 s)']);
  });

  test('one whose end was its last', () => {
    const d = drive(makePod('web', { restartPolicy: 'Never' }));
    d.end('app', 3);
    d.wait(1_000);
    const [pod] = podList(d.state(), d.nowMs());
    expect(podLine({ state: d.state(), coming: new Map() }, pod as KubernetesPod, d.nowMs())).toMatchObject({
      ...{ status: 'Error', state: 'failed', over: true },
      waits: [{ text: 'exit code 3' }],
    });
  });
});

describe('before there are any', () => {
  test('an image on its way, of an init container too', () => {
    const d = drive(makePod('web', { initContainers: [makeContainer('migrate')] }), [], undefined, [
      'createContainer migrate',
    ]);
    const coming = new Map([['migrate:1', 'pulling 34 of 120 MB (migrate:1)']]);
    expect(rowsOf(d, coming)).toEqual([
      expect.stringMatching(/^web Init:\w+ \| migrate pulling 34 of 120 MB \(migrate:1\)$/),
    ]);
  });

  test('what the engine refuses, and the next try', () => {
    const d = drive(makePod('web'), [], undefined, ['createContainer app']);
    expect(rowsOf(d)).toEqual([expect.stringMatching(/^web CreateContainerError \| no, next try in \d+ s$/)]);
  });

  test('another Pod, and room', () => {
    const d = drive(probed('readiness'));
    const late = {
      ...makePod('late'),
      dependsOn: [{ name: 'web', namespace: 'default', condition: 'Ready' as const }],
    };
    d.edit(makeProject(probed('readiness'), late, makePod('picky', { nodeSelector: { disk: 'ssd' } })));
    expect(rowsOf(d).slice(0, 2)).toEqual([
      'late SchedulingGated | waits for web to be Ready',
      "picky Pending | 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    ]);
  });

  test('a readiness gate', () => {
    const d = drive(makePod('web', { readinessGates: [{ conditionType: 'example.com/registered' }] }));
    d.wait(3_000);
    expect(rowsOf(d)).toEqual([
      'web Running | corresponding condition of pod readiness gate "example.com/registered" does not exist. (3 s)',
    ]);
  });
});

describe('an end', () => {
  const down = { kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } } as const;

  test('counts down to the KILL', () => {
    const d = drive(makePod('web'));
    d.deaf.add('app');
    d.feed(down);
    d.wait(3_500);
    expect(rowsOf(d)).toEqual(['web Terminating | stopping app, killed in 27 s']);
  });

  test('a preStop hook', () => {
    const lifecycle = { preStop: { exec: { command: ['drain'] } } };
    const d = drive(makePod('web', { containers: [makeContainer('app', { lifecycle })] }));
    d.feed(down);
    d.wait(10_000);
    expect(rowsOf(d)).toEqual([
      expect.stringMatching(/^web Terminating \| preStop hook of app, cut off in (20|21) s$/),
    ]);
  });

  test('of what another podrun takes down, by its object', () => {
    const metadata = { name: 'web', namespace: 'default', deletionTimestamp: '2026-01-01T00:00:30Z' };
    const pod: KubernetesPod = { metadata, spec: { containers: [] }, status: { phase: 'Running' } };
    const nowMs = Date.parse('2026-01-01T00:00:10Z');
    const [wait] = podLine({ coming: new Map() }, pod, nowMs).waits;
    expect(wait && `${wait.text}${waitTail(wait, nowMs)}`).toBe('its grace runs, killed in 20 s');
    const completed = { ...pod, status: { phase: 'Succeeded' } };
    expect(podLine({ coming: new Map() }, completed, nowMs).waits, 'nothing runs that a grace is for').toEqual([]);
  });
});

test.each([
  ['HTTP probe failed with statuscode: 503', 'HTTP 503'],
  ['Get "http://10.0.0.2:80/": dial tcp 10.0.0.2:80: connect: connection refused', 'connection refused'],
  ['dial tcp 10.0.0.2:80: i/o timeout', 'i/o timeout'],
  ['FATAL: no such role\n', 'FATAL: no such role'],
])('a probe’s output %j in few words', (output, text) => {
  expect(probeText(output)).toBe(text);
});
