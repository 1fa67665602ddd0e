/** A Job's decisions over time, each as job_controller.go has it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcileJob } from '../../src/controllers/job/job.ts';
import type { JobDecision } from '../../src/controllers/job/job.ts';
import { isFailed } from '../../src/controllers/job/job-pod.ts';
import type { JobPod } from '../../src/controllers/job/job-pod.ts';
import { finishOf, newJobStatus } from '../../src/controllers/job/status.ts';
import type { JobStatus } from '../../src/controllers/job/status.ts';
import type { Job } from '../../src/model/job.ts';
import { jobAt, jobPods, told } from './jobs.ts';
import type { JobFields } from './jobs.ts';

const nowMs = 1_000_000;

/** `+2 -a suspended | Complete CompletionsReached | 1 ok, 0 failed`. */
const decide = (over: JobFields, pods: readonly string[], before: Partial<JobStatus> = {}, atMs = nowMs): string =>
  told(reconcileJob(jobAt(over), { ...newJobStatus, startedAtMs: 0, ...before }, jobPods(pods), atMs));

describe('how many Pods are active', () => {
  test.each<[string, JobFields, readonly string[], string]>([
    ['one Pod of one', {}, [], '+1 | 0 ok, 0 failed'],
    ['what was asked for is waited for', {}, ['a asked'], '| 0 ok, 0 failed'],
    ['as many at once as parallelism says', { completions: 5, parallelism: 2 }, [], '+2 | 0 ok, 0 failed'],
    [
      'no more than are missing',
      { completions: 5, parallelism: 4 },
      ['a succeeded', 'b succeeded', 'c succeeded'],
      '+2 | 3 ok, 0 failed',
    ],
    [
      'a Pod that has succeeded makes room for the next',
      { completions: 3, parallelism: 1 },
      ['a succeeded'],
      '+1 | 1 ok, 0 failed',
    ],
    [
      'a work queue has as many as parallelism says',
      { completions: undefined, parallelism: 3 },
      [],
      '+3 | 0 ok, 0 failed',
    ],
    [
      'of a work queue none begins once one has succeeded',
      { completions: undefined, parallelism: 3 },
      ['a succeeded', 'b ready'],
      '| 1 ok, 0 failed',
    ],
    ['parallelism 0 ends what is active', { parallelism: 0 }, ['a ready'], '-a scaledDown | 0 ok, 0 failed'],
    [
      'less parallelism ends the youngest',
      { completions: 5, parallelism: 1 },
      ['a ready', 'b ready'],
      '-b scaledDown | 0 ok, 0 failed',
    ],
    [
      'a Pod that is deleted is followed at once',
      { podReplacementPolicy: 'TerminatingOrFailed', backoffLimit: 6 },
      ['a going'],
      '| 0 ok, 1 failed',
    ],
    [
      'or once it has ended, where only failed ones are replaced',
      { podReplacementPolicy: 'Failed' },
      ['a going'],
      '| 0 ok, 0 failed',
    ],
    ['another controller looks after it', { isManagedElsewhere: true }, ['a failed'], '| 0 ok, 0 failed'],
  ])('%s', (_name, over, pods, expected) => expect(decide(over, pods)).toBe(expected));
});

describe('how it ends', () => {
  test.each<[string, JobFields, readonly string[], string]>([
    [
      'complete',
      {},
      ['a succeeded'],
      '| SuccessCriteriaMet CompletionsReached, Complete CompletionsReached | 1 ok, 0 failed',
    ],
    [
      'complete from the start',
      { completions: 0 },
      [],
      '| SuccessCriteriaMet CompletionsReached, Complete CompletionsReached | 0 ok, 0 failed',
    ],
    [
      'a work queue when all its Pods have ended',
      { completions: undefined, parallelism: 2 },
      ['a succeeded', 'b failed'],
      '| SuccessCriteriaMet CompletionsReached, Complete CompletionsReached | 1 ok, 1 failed',
    ],
    [
      'too many failures end what is active, and that has failed as well',
      { backoffLimit: 0, completions: 3, parallelism: 2 },
      ['a failed', 'b ready'],
      '-b jobFailed | FailureTarget BackoffLimitExceeded | 0 ok, 2 failed',
    ],
    [
      'Failed when nothing is active',
      { backoffLimit: 0 },
      ['a failed'],
      '| FailureTarget BackoffLimitExceeded, Failed BackoffLimitExceeded | 0 ok, 1 failed',
    ],
    ['as many failures as backoffLimit are allowed', { backoffLimit: 1 }, ['a failed'], '| 0 ok, 1 failed'],
    [
      'it has not while one is on its way out',
      { backoffLimit: 0 },
      ['a failed', 'b going'],
      '| FailureTarget BackoffLimitExceeded | 0 ok, 2 failed',
    ],
    [
      'the deadline',
      { activeDeadlineSeconds: 1000 },
      ['a ready'],
      '-a jobFailed | FailureTarget DeadlineExceeded | 0 ok, 1 failed',
    ],
    ['the deadline is not over', { activeDeadlineSeconds: 1001 }, ['a ready'], '| 0 ok, 0 failed'],
    [
      'backoffLimit before the deadline',
      { activeDeadlineSeconds: 1, backoffLimit: 0 },
      ['a failed'],
      '| FailureTarget BackoffLimitExceeded, Failed BackoffLimitExceeded | 0 ok, 1 failed',
    ],
  ])('%s', (_name, over, pods, expected) => expect(decide(over, pods)).toBe(expected));

  test('restarts in place count where containers are restarted', () => {
    const job = jobAt({ backoffLimit: 2, restartPolicy: 'OnFailure' });
    const pods = (restarts: number) => jobPods(['a ready'], { a: { restarts } });
    expect(told(reconcileJob(job, newJobStatus, pods(1), nowMs))).toBe('| 0 ok, 0 failed');
    const last = told(reconcileJob(job, newJobStatus, pods(2), nowMs));
    expect(last).toBe('-a jobFailed | FailureTarget BackoffLimitExceeded | 0 ok, 1 failed');
    const never = jobAt({ backoffLimit: 0, restartPolicy: 'OnFailure' });
    expect(told(reconcileJob(never, newJobStatus, pods(1), nowMs))).toContain('BackoffLimitExceeded');
    const own = jobAt({ backoffLimit: 2 });
    expect(told(reconcileJob(own, newJobStatus, pods(7), nowMs))).toBe('| 0 ok, 0 failed');
  });

  test('what has ended is counted once, and stays counted when its Pod is gone', () => {
    const job = jobAt({ completions: 3, parallelism: 1 });
    const first = reconcileJob(job, newJobStatus, jobPods(['a succeeded', 'b failed']), nowMs);
    const again = reconcileJob(job, first.status, jobPods(['a succeeded', 'b failed']), nowMs + 1);
    expect(again.status).toBe(first.status);
    const pruned = reconcileJob(job, first.status, [], nowMs + 2);
    expect(pruned.status).toMatchObject({ succeeded: 1, failed: 1, counted: [] });
  });

  test('a Job that has ended begins nothing, whatever becomes of its Pods', () => {
    const { status } = reconcileJob(jobAt({}), newJobStatus, jobPods(['a succeeded']), nowMs);
    expect(status.completedAtMs).toBe(nowMs);
    const later = reconcileJob(jobAt({}), status, [], nowMs + 1e9);
    expect(later).toMatchObject({ status, begin: [], wakeAtMs: Infinity });
  });

  test('ttlSecondsAfterFinished', () => {
    const job = jobAt({ ttlSecondsAfterFinished: 60 });
    const { status, wakeAtMs } = reconcileJob(job, newJobStatus, jobPods(['a succeeded']), nowMs);
    expect(wakeAtMs).toBe(nowMs + 60_000);
    const over = reconcileJob(job, status, jobPods(['a succeeded']), wakeAtMs);
    expect([...over.end]).toEqual([['a', 'expired']]);
    expect(over.status.isExpired).toBe(true);
    const atOnce = reconcileJob(jobAt({ ttlSecondsAfterFinished: 0 }), newJobStatus, jobPods(['a succeeded']), nowMs);
    expect([...atOnce.end]).toEqual([['a', 'expired']]);
  });
});

describe('the back-off between Pods', () => {
  /** The times in seconds at which the Pods of a Job begin whose Pods fail at once. */
  function begins(over: JobFields, ends: readonly ('failed' | 'succeeded')[]): number[] {
    const job = jobAt({ backoffLimit: 100, completions: 100, parallelism: 1, ...over });
    const times: number[] = [];
    const pods: JobPod[] = [];
    let [status, atMs] = [newJobStatus, 0];
    for (const phase of ends) {
      let decision: JobDecision = reconcileJob(job, status, pods, atMs);
      if (decision.begin.length === 0) {
        atMs = decision.wakeAtMs;
        decision = reconcileJob(job, decision.status, pods, atMs);
      }
      times.push(atMs / 1000);
      status = decision.status;
      pods.push(
        ...jobPods([`p${pods.length}-${decision.begin[0]?.index ?? 0}- ${phase}`]).map((pod) => ({
          ...pod,
          endedAtMs: atMs,
        })),
      );
    }
    return times;
  }
  const failures = (count: number): 'failed'[] => Array.from({ length: count }, () => 'failed');

  test('10 s, doubling, at most 10 min', () => {
    const times = begins({}, failures(9));
    expect(times.map((at, index) => at - (times[index - 1] ?? 0))).toEqual([0, 10, 20, 40, 80, 160, 320, 600, 600]);
  });
  test('a success begins the row anew', () =>
    expect(begins({}, ['failed', 'failed', 'succeeded', 'failed', 'failed'])).toEqual([0, 10, 30, 30, 40]));
  test('each index has its own with backoffLimitPerIndex', () => {
    const over = { isIndexed: true, completions: 1, backoffLimitPerIndex: 5 };
    expect(begins(over, failures(4))).toEqual([0, 10, 30, 70]);
  });
  test('an index that has not failed does not wait', () => {
    const over: JobFields = { isIndexed: true, completions: 3, parallelism: 3, backoffLimitPerIndex: 2 };
    expect(decide(over, ['j-0-a failed'])).toBe('+1,2 | 0 ok, 1 failed');
    expect(decide({ ...over, backoffLimitPerIndex: undefined, backoffLimit: 6 }, ['j-0-a failed'])).toBe(
      '| 0 ok, 1 failed',
    );
  });
  test('failures at one time are several in a row', () => {
    const job = jobAt({ completions: 5, parallelism: 3 });
    const ended = { endedAtMs: nowMs };
    const pods = jobPods(['a failed', 'b failed', 'c failed'], { a: ended, b: ended, c: ended });
    expect(reconcileJob(job, newJobStatus, pods, nowMs).wakeAtMs).toBe(nowMs + 40_000);
  });
});

describe('suspend', () => {
  test('ends what is active, which does not count as failed', () => {
    expect(decide({ suspend: true }, ['a ready', 'b succeeded'], {}, nowMs)).toContain('SuccessCriteriaMet');
    const job = jobAt({ suspend: true, completions: 3, parallelism: 2 });
    const first = reconcileJob(job, { ...newJobStatus, startedAtMs: 5 }, jobPods(['a ready', 'b asked']), nowMs);
    expect(told(first)).toBe('-a suspended -b suspended | Suspended JobSuspended | 0 ok, 0 failed');
    const going = reconcileJob(job, first.status, jobPods(['a going']), nowMs);
    expect(told(going)).toBe('| Suspended JobSuspended | 0 ok, 0 failed');
    const resumed = reconcileJob({ ...job, suspend: false }, going.status, [], nowMs + 9);
    expect(told(resumed)).toBe('+2 | !Suspended JobResumed | 0 ok, 0 failed');
    expect(resumed.status.startedAtMs).toBe(nowMs + 9);
  });
  test('the time that it was suspended is none of its deadline', () => {
    const job = jobAt({ activeDeadlineSeconds: 30, suspend: true });
    const { status } = reconcileJob(job, { ...newJobStatus, startedAtMs: nowMs }, jobPods(['a ready']), nowMs + 10_000);
    const resumed = reconcileJob({ ...job, suspend: false }, status, [], nowMs + 60_000);
    expect(told(resumed)).toBe('+1 | !Suspended JobResumed | 0 ok, 0 failed');
    expect(resumed.wakeAtMs).toBe(nowMs + 90_000);
  });

  test('a Job that begins suspended has not started', () => {
    const { status } = reconcileJob(jobAt({ suspend: true, activeDeadlineSeconds: 1 }), newJobStatus, [], nowMs);
    expect(status.startedAtMs).toBeUndefined();
    const { wakeAtMs } = reconcileJob(jobAt({ activeDeadlineSeconds: 1 }), status, [], nowMs + 5_000);
    expect(wakeAtMs).toBe(nowMs + 6_000);
  });
});

describe('an Indexed Job', () => {
  const indexed: JobFields = { isIndexed: true, completions: 4, parallelism: 2 };
  test.each<[string, JobFields, readonly string[], string]>([
    ['the first indexes begin', {}, [], '+0,1 | 0 ok, 0 failed'],
    ['the first that is free', { parallelism: 3 }, ['j-0-a ready', 'j-1-b succeeded'], '+2,3 | 1 ok, 0 failed'],
    ['an index counts once', {}, ['j-1-a succeeded', 'j-1-b succeeded'], '+0,2 | 1 ok, 0 failed'],
    [
      'a second Pod of an index goes, the younger one',
      {},
      ['j-0-a ready', 'j-0-b ready'],
      '-j-0-b scaledDown | 0 ok, 0 failed',
    ],
    ['an index that is none goes', {}, ['j-7-a ready', 'j-1-b ready'], '-j-7-a scaledDown | 0 ok, 0 failed'],
    [
      'an index whose Pod is on its way out waits where only failed ones are replaced',
      { podReplacementPolicy: 'Failed' },
      ['j-0-a going'],
      '+1 | 0 ok, 0 failed',
    ],
    [
      'complete',
      { completions: 2 },
      ['j-0-a succeeded', 'j-1-b succeeded'],
      '| SuccessCriteriaMet CompletionsReached, Complete CompletionsReached | 2 ok, 0 failed',
    ],
  ])('%s', (_name, over, pods, expected) => expect(decide({ ...indexed, ...over }, pods)).toBe(expected));

  test('its indexes in the status', () => {
    const job = jobAt({ ...indexed, completions: 9 });
    const pods = jobPods([
      'j-0-a succeeded',
      'j-2-a succeeded',
      'j-3-a succeeded',
      'j-5-a succeeded',
      'j-6-a succeeded',
      'j-7-a succeeded',
    ]);
    const { status } = reconcileJob(job, newJobStatus, pods, nowMs);
    expect(status).toMatchObject({ completedIndexes: '0,2,3,5-7', succeeded: 6 });
    expect(reconcileJob(job, status, [], nowMs).status).toMatchObject({ completedIndexes: '0,2,3,5-7', succeeded: 6 });
    const fewer = reconcileJob({ ...job, completions: 3 }, status, [], nowMs).status;
    expect(fewer).toMatchObject({ completedIndexes: '0,2', succeeded: 2 });
  });

  test.each<[string, JobFields, readonly string[], string, string]>([
    [
      'an index fails after as many retries as backoffLimitPerIndex',
      { backoffLimitPerIndex: 0 },
      ['j-0-a failed'],
      '+1,2 | 0 ok, 1 failed',
      '0',
    ],
    [
      'maxFailedIndexes',
      { backoffLimitPerIndex: 0, maxFailedIndexes: 1 },
      ['j-0-a failed', 'j-1-a failed', 'j-2-a ready'],
      '-j-2-a jobFailed | FailureTarget MaxFailedIndexesExceeded | 0 ok, 3 failed',
      '0,1',
    ],
    [
      'all have ended, and one has failed',
      { backoffLimitPerIndex: 0, completions: 2 },
      ['j-0-a failed', 'j-1-a succeeded'],
      '| FailureTarget FailedIndexes, Failed FailedIndexes | 1 ok, 1 failed',
      '0',
    ],
  ])('%s', (_name, over, pods, expected, failed) => {
    const job = jobAt({ ...indexed, backoffLimit: 2 ** 31 - 1, ...over });
    const decision = reconcileJob(job, newJobStatus, jobPods(pods), nowMs);
    expect([told(decision), decision.status.failedIndexes]).toEqual([expected, failed]);
  });

  test('an index that is tried again knows how often it failed', () => {
    const rule = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] } as const;
    const job = jobAt({ ...indexed, completions: 1, backoffLimitPerIndex: 1, podFailurePolicy: [rule] });
    const conditions = [{ type: 'DisruptionTarget', status: 'True' }];
    const first = reconcileJob(job, newJobStatus, jobPods(['j-0-a failed'], { 'j-0-a': { conditions } }), nowMs);
    const pods = jobPods(['j-0-b failed']);
    const second = reconcileJob(job, first.status, pods, nowMs + 100_000);
    expect(second.status.failedIndexes).toBe('');
    const begin = reconcileJob(job, second.status, pods, nowMs + 200_000).begin;
    expect(begin).toEqual([{ index: 0, failures: { counted: 1, ignored: 1 } }]);
    const third = reconcileJob(job, second.status, jobPods(['j-0-c failed']), nowMs + 300_000);
    expect(third.status.failedIndexes).toBe('0');
    expect(finishOf(third.status)?.reason).toBe('FailedIndexes');
  });
});

describe('podFailurePolicy', () => {
  const failed = (over: JobFields, pod: Partial<JobPod>): JobDecision =>
    reconcileJob(jobAt(over), newJobStatus, jobPods(['a failed'], { a: pod }), nowMs);
  const exits = [
    { container: 'main', exitCode: 0 },
    { container: 'side', exitCode: 42 },
  ];
  const onExit = (action: 'FailJob' | 'Ignore' | 'Count', over: object) => [
    { action, onExitCodes: { operator: 'In' as const, values: [42], ...over } },
  ];
  test('FailJob says which container failed how', () => {
    const { status } = failed({ podFailurePolicy: onExit('FailJob', {}) }, { exits });
    const message = 'Container side for pod default/a failed with exit code 42 matching FailJob rule at index 0';
    expect(finishOf(status)).toMatchObject({ type: 'Failed', reason: 'PodFailurePolicy', message });
  });
  test('FailJob by a condition', () => {
    const podFailurePolicy = [
      { action: 'FailJob' as const, onPodConditions: [{ type: 'ConfigIssue', status: 'True' }] },
    ];
    const { status } = failed({ podFailurePolicy }, { conditions: [{ type: 'ConfigIssue', status: 'True' }] });
    expect(finishOf(status)?.message).toBe('Pod default/a has condition ConfigIssue matching FailJob rule at index 0');
    expect(
      finishOf(failed({ podFailurePolicy }, { conditions: [{ type: 'ConfigIssue', status: 'False' }] }).status),
    ).toBeUndefined();
  });
  test.each<[string, object, number]>([
    ['ignored', {}, 0],
    ['of another container', { containerName: 'main' }, 1],
    ['of that container', { containerName: 'side' }, 0],
    ['not in, which 0 never is', { operator: 'NotIn', values: [42] }, 1],
    ['not in', { operator: 'NotIn', values: [1] }, 0],
  ])('Ignore: %s', (_name, over, count) =>
    expect(failed({ podFailurePolicy: onExit('Ignore', over) }, { exits }).status.failed).toBe(count),
  );
  test('an ignored failure is backed off from as well', () =>
    expect(failed({ podFailurePolicy: onExit('Ignore', {}) }, { exits, endedAtMs: nowMs }).wakeAtMs).toBe(
      nowMs + 10_000,
    ));
  test('the first rule that matches decides', () => {
    const podFailurePolicy = [...onExit('Count', {}), ...onExit('FailJob', {})];
    expect(told(failed({ podFailurePolicy }, { exits }))).toBe('| 0 ok, 1 failed');
  });
  test('FailIndex', () => {
    const podFailurePolicy = [{ action: 'FailIndex' as const, onExitCodes: { operator: 'In' as const, values: [42] } }];
    const job = jobAt({ isIndexed: true, completions: 2, parallelism: 2, backoffLimitPerIndex: 9, podFailurePolicy });
    const { status } = reconcileJob(job, newJobStatus, jobPods(['j-1-a failed'], { 'j-1-a': { exits } }), nowMs);
    expect(status.failedIndexes).toBe('1');
  });
});

test.each<[string, NonNullable<Job['successPolicy']>, readonly string[], boolean]>([
  ['a number of indexes', [{ succeededCount: 1 }], ['j-3-a succeeded'], true],
  ['all of these', [{ succeededIndexes: '0,2-3' }], ['j-0-a succeeded', 'j-2-a succeeded'], false],
  ['all of these', [{ succeededIndexes: '0,2' }], ['j-0-a succeeded', 'j-2-a succeeded'], true],
  [
    'so many of these',
    [{ succeededIndexes: '0,2-3', succeededCount: 2 }],
    ['j-0-a succeeded', 'j-3-a succeeded'],
    true,
  ],
  ['others do not count', [{ succeededIndexes: '0', succeededCount: 1 }], ['j-1-a succeeded'], false],
])('successPolicy: %s', (_name, successPolicy, pods, isMet) => {
  const job = jobAt({ isIndexed: true, completions: 6, parallelism: 6, successPolicy });
  const decision = reconcileJob(job, newJobStatus, jobPods([...pods, 'j-5-z ready']), nowMs);
  const [condition] = decision.status.conditions;
  expect(condition?.message).toBe(isMet ? 'Matched rules at index 0' : undefined);
  expect(decision.end.get('j-5-z')).toBe(isMet ? 'jobComplete' : undefined);
  expect(decision.status.failed).toBe(0);
  if (isMet) {
    const ended = reconcileJob(job, decision.status, jobPods(['j-5-z going']), nowMs);
    expect([finishOf(ended.status), ended.status.failed]).toEqual([undefined, 0]);
    expect(finishOf(reconcileJob(job, ended.status, [], nowMs).status)).toMatchObject({
      type: 'Complete',
      reason: 'SuccessPolicy',
    });
  }
});

test('whatever its Pods do, it has no more active ones than parallelism, and begins none once it has ended', () => {
  const ends = fc.array(fc.record({ at: fc.nat(9), how: fc.constantFrom('succeeded', 'failed', 'going', 'gone') }), {
    maxLength: 60,
  });
  const shape = fc.record({
    completions: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    parallelism: fc.integer({ min: 0, max: 4 }),
    isIndexed: fc.boolean(),
    backoffLimit: fc.nat(3),
    podReplacementPolicy: fc.constantFrom('Failed', 'TerminatingOrFailed'),
  } satisfies Partial<Record<keyof Job, unknown>>);
  fc.assert(
    fc.property(shape, ends, (drawn, steps) => {
      const job = jobAt({ ...drawn, isIndexed: drawn.isIndexed && drawn.completions !== undefined });
      let [status, pods, made, atMs]: [JobStatus, JobPod[], number, number] = [newJobStatus, [], 0, 0];
      for (const { at, how } of [...steps, { at: 0, how: 'none' }]) {
        const isOver = finishOf(status) !== undefined;
        const decision = reconcileJob(job, status, pods, atMs);
        if (isOver) expect(decision.begin).toEqual([]);
        status = decision.status;
        const kept = pods.filter(({ name }) => !decision.end.has(name));
        const begun = decision.begin.flatMap(({ index = 0 }) => jobPods([`p${made++}-${index}-x ready`]));
        pods = [...kept, ...begun];
        const active = pods.filter((pod) => pod.phase === 'Running' && !pod.isTerminating);
        expect(active.length).toBeLessThanOrEqual(job.parallelism);
        if (job.completions !== undefined)
          expect(active.length + status.succeeded).toBeLessThanOrEqual(job.completions);
        if (job.isIndexed) expect(new Set(active.map(({ index }) => index)).size).toBe(active.length);
        const victim = active[at % Math.max(1, active.length)];
        atMs += 700_000;
        if (victim === undefined) continue;
        if (how === 'gone') pods = pods.filter((pod) => pod !== victim);
        else
          pods = pods.map((pod) =>
            pod === victim
              ? { ...pod, ...jobPods([`${pod.name} ${how === 'none' ? 'ready' : how}`])[0], endedAtMs: atMs }
              : pod,
          );
        if (how === 'going')
          expect(isFailed(job, { ...victim, isTerminating: true })).toBe(job.podReplacementPolicy !== 'Failed');
      }
    }),
  );
});

test('a Pod that was being made when its Job ended goes as well', () => {
  const { status } = reconcileJob(jobAt({}), newJobStatus, jobPods(['a succeeded']), nowMs);
  expect(told(reconcileJob(jobAt({}), status, jobPods(['a succeeded', 'b ready']), nowMs))).toMatch(/^-b jobComplete/);
});

test('what was counted is kept no longer than it takes: not of a Job that has ended, nor of an index that has succeeded', () => {
  const indexed = jobAt({ isIndexed: true, completions: 3, parallelism: 3, backoffLimit: 6 });
  const some = reconcileJob(
    indexed,
    newJobStatus,
    jobPods(['j-0-a succeeded', 'j-1-b failed', 'j-2-c ready']),
    100_000,
  );
  expect(some.status).toMatchObject({ succeeded: 1, failed: 1, completedIndexes: '0', counted: ['j-1-b'] });
  const again = reconcileJob(
    indexed,
    some.status,
    jobPods(['j-0-a succeeded', 'j-1-b failed', 'j-2-c ready']),
    100_000,
  );
  expect(again.status).toBe(some.status);

  const plain = jobAt({ completions: 2, parallelism: 2 });
  const one = reconcileJob(plain, newJobStatus, jobPods(['a succeeded', 'b ready']), 100_000);
  expect(one.status.counted).toEqual(['a']);
  const both = reconcileJob(plain, one.status, jobPods(['a succeeded', 'b succeeded']), 100_000);
  expect(both.status).toMatchObject({ succeeded: 2, counted: [] });
  expect(reconcileJob(plain, both.status, jobPods(['a succeeded', 'b succeeded']), 200_000).status).toBe(both.status);
});
