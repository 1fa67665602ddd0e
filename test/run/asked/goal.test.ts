import type { Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import type { JobOutcome } from '../../../src/core/jobs/ends.ts';
import { judge } from '../../../src/run/asked/goal.ts';
import { ended, makePod, makeStatus, waiting } from '../../output/pods.ts';

const conditions = (type: string, status: string, reason?: string, message?: string): PodCondition[] => [
  { type, status, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) },
];

const ready = makePod({ phase: 'Running', conditions: conditions('Ready', 'True') });
const unready = makePod({ phase: 'Running', conditions: conditions('Ready', 'False') });
const going = makePod(ready.status ?? {}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
const pulling = makePod({ phase: 'Pending', containerStatuses: [makeStatus('app', waiting('ContainerCreating'))] });
const noImage = makePod({ phase: 'Pending', containerStatuses: [makeStatus('app', waiting('ErrImagePull'))] });
const broken = makePod({ phase: 'Pending', containerStatuses: [makeStatus('app', waiting('InvalidImageName'))] });
const failed = makePod({ phase: 'Failed', containerStatuses: [makeStatus('app', ended(7, 'Error'))] });
const crashing = makePod({ phase: 'Running', containerStatuses: [makeStatus('app', waiting('CrashLoopBackOff'))] });
const tooLarge = makePod({
  phase: 'Pending',
  conditions: conditions('PodScheduled', 'False', 'Unschedulable', 'Insufficient memory'),
});
const gated = makePod({ phase: 'Pending', conditions: conditions('PodScheduled', 'False', 'SchedulingGated') });
const held = makePod({ phase: 'Pending', conditions: conditions('PodScheduled', 'False', 'HeldDown', 'held') });

const quiet = { wanted: ['default/web'], jobs: [], settled: true, busy: false };

describe('ready', () => {
  test.each<[string, readonly Pod[], string]>([
    ['Ready', [ready], 'met'],
    ['Succeeded', [makePod({ phase: 'Succeeded' })], 'met'],
    ['held down: nobody waits for it', [held], 'met'],
    ['not yet', [unready], 'open'],
    ['in a crash loop, which may end', [crashing], 'open'],
    ['an image that may come', [noImage], 'open'],
    ['being deleted', [going], 'open'],
    ['replaced: the new life counts', [going, unready], 'open'],
    ['nothing of it is known', [], 'open'],
    ['Failed', [failed], 'hopeless'],
    ['an image that never comes', [broken], 'hopeless'],
  ])('%s', (_what, pods, kind) => {
    expect(judge('ready', pods, quiet).kind).toBe(kind);
  });

  test('an edit that is not carried out yet: the old Pod does not count, unless Pods are meant by name', () => {
    expect(judge('ready', [ready], { ...quiet, settled: false })).toEqual({ kind: 'open' });
    expect(judge('ready', [ready], { ...quiet, settled: false }, { keys: ['default/web'], jobs: [] })).toEqual({
      kind: 'met',
    });
  });

  test('what is named is brought back: that it is held down still is no end; other Pods of it may be there by hand', () => {
    const only = { keys: ['default/web', 'default/web-2'], jobs: [] };
    expect(judge('ready', [held], quiet, only)).toEqual({ kind: 'open' });
    expect(judge('ready', [held], { ...quiet, wanted: [] }, only)).toEqual({ kind: 'open' });
    expect(judge('ready', [ready], quiet, only)).toEqual({ kind: 'met' });
  });

  test('each that is hopeless says why; what the file does not ask for does not count', () => {
    expect(judge('ready', [failed, ready], quiet)).toEqual({
      kind: 'hopeless',
      causes: ['pods/web: it has Failed (container app: Error, exit code 7)'],
    });
    expect(judge('ready', [failed], { ...quiet, wanted: [] })).toEqual({ kind: 'met' });
  });

  test('a Job is waited for until it is Complete; one that Failed says why', () => {
    const after = (job: JobOutcome) => judge('ready', [ready], { ...quiet, jobs: [job] });
    expect(after({ name: 'migrate', end: 'open' })).toEqual({ kind: 'open' });
    expect(after({ name: 'migrate', end: 'Complete' })).toEqual({ kind: 'met' });
    expect(after({ name: 'migrate', end: 'Failed', why: 'no luck' })).toEqual({
      kind: 'hopeless',
      causes: ['jobs/migrate: no luck'],
    });
  });
});

describe('started', () => {
  test.each<[string, readonly Pod[], string]>([
    ['Ready', [ready], 'met'],
    ['not Ready yet', [unready], 'met'],
    ['in a crash loop', [crashing], 'met'],
    ['Failed', [failed], 'met'],
    ['held down', [held], 'met'],
    ['its image comes', [pulling], 'open'],
    ['it waits for another, which may never come', [gated], 'met'],
    ['being deleted', [going], 'open'],
    ['its image does not come', [noImage], 'hopeless'],
    ['the machine is too small', [tooLarge], 'hopeless'],
  ])('%s', (_what, pods, kind) => {
    expect(judge('started', pods, { ...quiet, settled: false }).kind).toBe(kind);
  });

  test('while calls are under way nothing is known', () => {
    expect(judge('started', [ready], { ...quiet, busy: true })).toEqual({ kind: 'open' });
    expect(judge('started', [noImage], { ...quiet, busy: true })).toEqual({ kind: 'open' });
  });

  test('one that can’t be started lets others begin first', () => {
    const other = { ...pulling, metadata: { ...pulling.metadata, name: 'db' } };
    const wanted = ['default/web', 'default/db'];
    expect(judge('started', [tooLarge, other], { ...quiet, wanted })).toEqual({ kind: 'open' });
    expect(judge('started', [tooLarge], quiet)).toEqual({
      kind: 'hopeless',
      causes: ['pods/web: Insufficient memory'],
    });
  });
});
