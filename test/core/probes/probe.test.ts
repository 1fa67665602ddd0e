import { describe, expect, test } from 'vitest';
import type { ProbeResult } from '../../../src/core/probes/check.ts';
import { beginCheck, dueAtMs, endCheck, probeFor, resolveHandler } from '../../../src/core/probes/probe.ts';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import type { ProbeMemory, ProbeType } from '../../../src/core/probes/probe.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { makeContainer, makeProbe, onEngine } from '../make.ts';

const running = onEngine(makeContainer('app'), 0, { startedAtMs: 10_000 });

const fresh = (probe: Probe, type: ProbeType, early = false): ProbeMemory =>
  probeFor(undefined, probe, type, running, early);

function check(
  memory: ProbeMemory,
  probe: Probe,
  type: ProbeType,
  verdict: ProbeResult['verdict'],
  nowMs: number,
): ProbeMemory {
  return endCheck(beginCheck(memory, probe, nowMs), probe, type, { verdict, output: verdict }, nowMs);
}

/** Whether the probe passes after each of a row of checks, one a period. */
function life(probe: Probe, type: ProbeType, verdicts: string): boolean[] {
  let memory = fresh(probe, type);
  return [...verdicts].map((letter, i) => {
    memory = check(
      memory,
      probe,
      type,
      letter === '+' ? 'success' : 'failure',
      10_000 + i * probe.periodSeconds * 1000,
    );
    return memory.passing;
  });
}

describe('before the first verdict', () => {
  test('liveness passes, readiness does not', () => {
    expect([fresh(makeProbe(), 'liveness').passing, fresh(makeProbe(), 'readiness').passing]).toEqual([true, false]);
  });

  test('the first check is due after the initial delay, counted from the start', () => {
    expect(dueAtMs(fresh(makeProbe({ initialDelaySeconds: 7 }), 'liveness'))).toBe(17_000);
  });
});

describe('thresholds', () => {
  test.each([
    ['liveness', 1, 3, '--+---', '++++++'.replace(/.$/, '-')],
    ['readiness', 1, 3, '+--+---', '++++++-'],
    ['readiness', 2, 1, '+-+++', '---++'],
    ['readiness', 1, 1, '-+-', '-+-'],
  ] as const)(
    '%s, success %i, failure %i: %s gives %s',
    (type, successThreshold, failureThreshold, verdicts, expected) => {
      const states = life(makeProbe({ successThreshold, failureThreshold }), type, verdicts);
      expect(states.map((passing) => (passing ? '+' : '-')).join('')).toBe(expected);
    },
  );

  test('a warning is a success, an error of the prober is nothing', () => {
    const probe = makeProbe();
    const warned = check(fresh(probe, 'readiness'), probe, 'readiness', 'warning', 10_000);
    expect(warned.passing).toBe(true);
    const erred = check(warned, probe, 'readiness', 'error', 20_000);
    expect([erred.passing, erred.run]).toEqual([true, { passed: true, count: 1 }]);
  });

  test('the time of a change is that of the verdict, not of each check', () => {
    const probe = makeProbe({ failureThreshold: 2 });
    const passed = check(fresh(probe, 'readiness'), probe, 'readiness', 'success', 12_000);
    const again = check(passed, probe, 'readiness', 'success', 22_000);
    expect([passed.sinceMs, again.sinceMs]).toEqual([12_000, 12_000]);
  });
});

test('a liveness probe that failed is not checked again until there is a new instance', () => {
  const probe = makeProbe({ failureThreshold: 1 });
  const failed = check(fresh(probe, 'liveness'), probe, 'liveness', 'failure', 10_000);
  expect([failed.held, failed.run, dueAtMs(failed)]).toEqual([true, undefined, Infinity]);
  expect(probeFor(failed, probe, 'liveness', running, false)).toBe(failed);
  const restarted = probeFor(failed, probe, 'liveness', { ...running, startedAtMs: 50_000 }, false);
  expect([restarted.held, restarted.passing, dueAtMs(restarted)]).toEqual([false, true, 50_000]);
});

describe('rhythm', () => {
  test('while one check is under way none is due', () => {
    expect(dueAtMs(beginCheck(fresh(makeProbe(), 'liveness'), makeProbe(), 10_000))).toBe(Infinity);
  });

  test.each([
    [10_000, 20_000],
    [13_000, 20_000],
    [47_000, 50_000],
  ])('a check begun at %i is followed by one at %i: missed ones are not made up for', (begunMs, nextMs) => {
    expect(check(fresh(makeProbe(), 'liveness'), makeProbe(), 'liveness', 'success', begunMs).nextAtMs).toBe(nextMs);
  });

  test('an instance is an id and a start', () => {
    expect(instanceOf(running)).not.toBe(instanceOf({ ...running, startedAtMs: 10_001 }));
    expect(instanceOf(running)).not.toBe(instanceOf({ ...running, id: 'other' }));
  });
});

describe('early checks', () => {
  const probe = makeProbe({ failureThreshold: 1 });

  test('come between the regular ones at doubling distances, and never count a failure', () => {
    let memory = check(fresh(probe, 'readiness', true), probe, 'readiness', 'failure', 10_000);
    const at: number[] = [];
    for (let due = dueAtMs(memory); due < memory.nextAtMs; due = dueAtMs(memory)) {
      at.push(due - 10_000);
      const before = memory.run;
      memory = check(memory, probe, 'readiness', 'failure', due);
      expect(memory.run).toEqual(before);
    }
    expect(at).toEqual([50, 150, 350, 750, 1550, 3150, 6350]);
  });

  test('the first success counts and ends them', () => {
    const failed = check(fresh(probe, 'readiness', true), probe, 'readiness', 'failure', 10_000);
    const passed = check(failed, probe, 'readiness', 'success', 10_050);
    expect([passed.passing, passed.early, dueAtMs(passed)]).toEqual([true, undefined, 20_000]);
  });

  test.each([
    ['liveness', probe],
    ['readiness', { ...makeProbe({ exec: { command: ['true'] } }) }],
  ] as const)('there are none for %s of %o', (type, checked) => {
    expect(fresh(checked, type, true).early).toBeUndefined();
  });
});

describe('the handler', () => {
  const container = makeContainer('app', { ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] });
  const { tcpSocket: _tcp, ...none } = makeProbe();
  const get = (port: number | string): Probe => ({
    ...none,
    httpGet: { path: '/', port, scheme: 'HTTP', httpHeaders: [] },
  });

  test.each([
    [get('http'), { kind: 'httpGet', scheme: 'HTTP', port: 8080, path: '/', headers: [] }],
    [get('81'), { kind: 'httpGet', scheme: 'HTTP', port: 81, path: '/', headers: [] }],
    [get('nope'), { kind: 'invalid', message: "couldn't find port: nope in container: app" }],
    [get('70000'), { kind: 'invalid', message: "couldn't find port: 70000 in container: app" }],
    [
      { ...none, tcpSocket: { port: 'http', host: 'db' } },
      { kind: 'tcpSocket', port: 8080, host: 'db' },
    ],
    [
      { ...none, exec: { command: ['true'] } },
      { kind: 'exec', command: ['true'] },
    ],
    [none, { kind: 'invalid', message: 'missing probe handler' }],
  ])('of %o is %o', (probe, expected) => {
    expect(resolveHandler(probe, container)).toEqual(expected);
  });
});
