import { describe, expect, test } from 'vitest';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import {
  askedBy,
  cannotRun,
  hasEnded,
  isRunning,
  policyOf,
  restartAfter,
  restarts,
} from '../../../src/core/pod/restart.ts';
import type { Policy } from '../../../src/core/pod/restart.ts';
import type { RestartPolicy } from '../../../src/model/container.ts';
import { ended, infraId, makeContainer, makePod, onEngine } from '../make.ts';

const nobody = new Set<string>();
const by = (restartPolicy: RestartPolicy): Policy => ({ restartPolicy });

describe('which ends are followed by a start', () => {
  test.each([
    ['Always', 0, true],
    ['Always', 1, true],
    ['OnFailure', 0, false],
    ['OnFailure', 1, true],
    ['Never', 0, false],
    ['Never', 1, false],
  ] as const)('%s, exit code %i: %s', (policy, code, expected) => {
    expect(restarts(by(policy), code)).toBe(expected);
    expect(restartAfter(ended({ exitCode: code }), by(policy), infraId, 20_000, nobody).kind).toBe(
      expected ? 'now' : 'never',
    );
  });
});

test.each([
  ['In', [1, 42], 42, true],
  ['In', [1, 42], 2, false],
  ['NotIn', [1, 42], 2, true],
  ['NotIn', [1, 42], 42, false],
  ['In', [0], 0, true],
] as const)('a rule of exit codes %s %j restarts after %i under Never: %s', (operator, values, code, expected) => {
  const rules = [{ operator: 'In', values: [300] } as const, { operator, values }].map(
    (exitCodes) => ({ action: 'Restart', exitCodes }) as const,
  );
  expect(restarts({ restartPolicy: 'Never', restartPolicyRules: rules }, code)).toBe(expected);
  expect(restarts({ restartPolicy: 'Always', restartPolicyRules: rules }, code)).toBe(true);
});

test.each<[string, RestartPolicy, RestartPolicy | undefined, RestartPolicy, RestartPolicy]>([
  ['the Pod’s', 'Always', undefined, 'Always', 'OnFailure'],
  ['the Pod’s', 'Never', undefined, 'Never', 'Never'],
  ['its own', 'Always', 'Never', 'Never', 'Never'],
  ['its own', 'Never', 'OnFailure', 'OnFailure', 'OnFailure'],
  ['its own', 'Never', 'Always', 'Always', 'Always'],
])('a container restarts by %s policy: Pod %s, container %s', (_, ofPod, own, regular, init) => {
  const container = { ...makeContainer('app'), ...(own === undefined ? {} : { restartPolicy: own }) };
  const policies = (['containers', 'initContainers'] as const).map((list) => {
    const { spec } = makePod('web', { restartPolicy: ofPod, containers: [], [list]: [container] });
    return policyOf(spec, container).restartPolicy;
  });
  expect(policies).toEqual([regular, init]);
});

test.each([
  ['for an edit is followed by another', 'change', 'now', 'now'],
  ['for its liveness is no success of its own, and final under Never', 'failure', 'now', 'never'],
  ['for another reason, as for a failed postStart hook, is its own', undefined, 'never', 'never'],
] as const)('a container that podrun ended %s', (_, follows, onFailure, never) => {
  const last = ended({ exitCode: 0 });
  const stop = { because: [], askedAtMs: 0, graceMs: 0, ...(follows === undefined ? {} : { follows }) };
  const asked = askedBy({ stops: new Map([[instanceOf(last.container), stop]]) });
  expect(restartAfter(last, by('OnFailure'), infraId, 20_000, asked).kind).toBe(onFailure);
  expect(restartAfter(last, by('Never'), infraId, 20_000, asked).kind).toBe(never);
});

describe('the crash back-off', () => {
  test('waits 0, 10, 20, 40, 80, 160, 300, 300 s after the ends of a crash loop', () => {
    const waits: number[] = [];
    let backoffMs: number | undefined;
    let nowMs = 0;
    for (let crash = 0; crash < 8; crash += 1) {
      const last = ended({ createdAtMs: nowMs, startedAtMs: nowMs, finishedAtMs: nowMs + 100 }, backoffMs);
      const endedAtMs = nowMs + 100;
      const first = restartAfter(last, by('Always'), infraId, endedAtMs, nobody);
      nowMs = first.kind === 'wait' ? first.untilMs : endedAtMs;
      const start = restartAfter(last, by('Always'), infraId, nowMs, nobody);
      expect(start.kind).toBe('now');
      waits.push((nowMs - endedAtMs) / 1000);
      backoffMs = start.kind === 'now' ? start.backoffMs : undefined;
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  test('one millisecond before its end it is not over', () => {
    const last = ended({ finishedAtMs: 20_000 }, 10_000);
    expect(restartAfter(last, by('Always'), infraId, 29_999, nobody)).toEqual({
      kind: 'wait',
      untilMs: 30_000,
      backoffMs: 10_000,
    });
    expect(restartAfter(last, by('Always'), infraId, 30_000, nobody)).toEqual({
      kind: 'now',
      backoffMs: 20_000,
      waitedMs: 10_000,
    });
  });

  test.each([
    [600_000, { kind: 'wait', untilMs: 900_000, backoffMs: 300_000 }],
    [600_001, { kind: 'now', backoffMs: 10_000 }],
  ])('a life of %i ms: %o', (lifeMs, expected) => {
    const last = ended({ createdAtMs: 0, finishedAtMs: lifeMs }, 300_000);
    expect(restartAfter(last, by('Always'), infraId, lifeMs, nobody)).toEqual(expected);
  });

  test('an end in an earlier sandbox waits for nothing and keeps the entry', () => {
    expect(restartAfter(ended({ joinedTo: 'older' }, 40_000), by('Always'), infraId, 20_000, nobody)).toEqual({
      kind: 'now',
      backoffMs: 40_000,
    });
    expect(restartAfter(ended({ joinedTo: 'older' }), by('Always'), infraId, 20_000, nobody)).toEqual({
      kind: 'now',
      backoffMs: 0,
    });
  });

  test('one that never started ended when it was made', () => {
    const { finishedAtMs: _never, startedAtMs: _neither, ...rest } = ended({}).container;
    const container = { ...rest, state: 'created', exitCode: 127, error: 'no such file', createdAtMs: 5_000 } as const;
    expect(
      restartAfter({ container, name: 'app', attempt: 1, backoffMs: 10_000 }, by('Always'), infraId, 6_000, nobody),
    ).toEqual({
      kind: 'wait',
      untilMs: 15_000,
      backoffMs: 10_000,
    });
  });
});

describe('what is over and what runs', () => {
  const neverStarted = () => {
    const { startedAtMs: _none, ...container } = onEngine(makeContainer('app'), 0, { state: 'created' });
    return container;
  };

  test.each([
    ['running', false, true],
    ['paused', false, true],
    ['restarting', false, true],
    ['created', false, false],
    ['removing', false, false],
    ['exited', true, false],
    ['dead', true, false],
  ] as const)('%s: over %s, runs %s', (state, over, runs) => {
    const container = { ...neverStarted(), state };
    expect([hasEnded(container), isRunning(container)]).toEqual([over, runs]);
  });

  test.each([
    [127, 'exec: "nope": not found', true],
    [126, 'permission denied', true],
    [128, 'port is already allocated', false],
    [127, '', false],
    // The infra went during the start (docs/engines.md#infra-containers).
    [127, 'lstat /proc/7/ns/ipc: no such file or directory', false],
  ])('a start that failed with %i and "%s": the command cannot be run: %s', (exitCode, error, expected) => {
    const container = { ...neverStarted(), exitCode, error };
    expect([cannotRun(container), hasEnded(container)]).toEqual([expected, expected]);
  });

  test('an error of a later start does not make one that ran unable to run', () => {
    expect(
      cannotRun(onEngine(makeContainer('app'), 0, { state: 'exited', exitCode: 127, error: 'no such file' })),
    ).toBe(false);
  });
});
