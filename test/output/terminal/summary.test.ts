import { expect, test } from 'vitest';
import type { PodLine } from '../../../src/output/terminal/progress.ts';
import { conclusion } from '../../../src/output/terminal/summary.ts';

const pod = (name: string, status: string, state: PodLine['state'], text?: string): PodLine => ({
  ...{ name, ready: '0/1', status, state },
  waits: text === undefined ? [] : [{ text }],
});
const web = pod('web', 'Running', 'waiting', 'readiness: HTTP 503');
const crash = pod('crash', 'CrashLoopBackOff', 'failed', 'exit code 1');
const gated = pod('late', 'SchedulingGated', 'waiting', 'waits for web to be Ready');
const ok = pod('db', 'Running', 'ok');

test.each<[string, readonly PodLine[], string]>([
  ['nothing is there', [], 'no Pod to run yet in 1 s'],
  ['one is ready', [ok], '1 Pod ready in 1 s'],
  ['all are', [ok, ok], 'all 2 Pods ready in 1 s'],
  [
    'some are not: the one in trouble is the one to look at',
    [gated, web, ok, crash],
    '1 of 4 Pods ready in 1 s; not ready: crash (CrashLoopBackOff: exit code 1), web (readiness: HTTP 503), late (waits for web to be Ready); look closer: podrun describe crash',
  ],
  [
    'more than can be named',
    [web, web, web, web, web],
    '0 of 5 Pods ready in 1 s; not ready: web (readiness: HTTP 503), web (readiness: HTTP 503), web (readiness: HTTP 503) and 2 more; look closer: podrun describe web',
  ],
  [
    'what waits for others is not the one to look at while they come',
    [pod('a', 'Pending', 'waiting'), gated],
    '0 of 2 Pods ready in 1 s; not ready: a (Pending), late (waits for web to be Ready)',
  ],
  ['it is only on its way', [pod('a', 'Pending', 'waiting')], '0 of 1 Pod ready in 1 s; not ready: a (Pending)'],
])('%s', (_what, pods, text) => {
  expect(conclusion(pods, ' in 1 s', 0, 'podrun')).toBe(text);
});

test('rows that stay say the rest', () => {
  const over: PodLine = { ...pod('job', 'Error', 'failed', 'exit code 1'), over: true };
  expect(conclusion([ok, crash], ' in 1 s', 0, 'podrun', [crash])).toBe('1 of 2 Pods ready in 1 s');
  expect(conclusion([ok, crash, over], ' in 1 s', 0, 'podrun', [crash])).toBe(
    '1 of 3 Pods ready in 1 s; not ready: job (Error: exit code 1); look closer: podrun describe job',
  );
});
