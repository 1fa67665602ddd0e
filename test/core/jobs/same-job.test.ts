import { expect, test } from 'vitest';
import { newJobStatus } from '../../../src/controllers/job/status.ts';
import { isRunOf } from '../../../src/core/jobs/same-job.ts';
import { jobOf } from './jobs-drive.ts';

test.each([
  ['its parallelism is edited', { completions: 2, parallelism: 1 }, { completions: 2, parallelism: 3 }, true],
  ['its completions are edited', { completions: 2 }, { completions: 3 }, false],
  ['both, to one number', { completions: 2, parallelism: 2 }, { completions: 3, parallelism: 3 }, false],
  [
    'both, to one number, of an Indexed Job',
    { completionMode: 'Indexed', completions: 2, parallelism: 1 },
    { completionMode: 'Indexed', completions: 3, parallelism: 3 },
    true,
  ],
  [
    'the parallelism of an Indexed Job alone',
    { completionMode: 'Indexed', completions: 1, parallelism: 1 },
    { completionMode: 'Indexed', completions: 1, parallelism: 2 },
    true,
  ],
])('a Job goes on when %s: %j, %j', (_what, before, after, isSame) => {
  const { revision, completions = 0 } = jobOf(before);
  const run = { uid: '1', createdAtMs: 0, revision, completions, status: newJobStatus, asked: new Map() };
  expect(isRunOf(run, jobOf(after))).toBe(isSame);
});
