import { expect, test } from 'vitest';
import { makePlainProgress } from '../../../src/output/terminal/plain-progress.ts';
import type { PodLine, Wait } from '../../../src/output/terminal/progress.ts';

const line = (status: string, wait?: string | Wait, more: Partial<PodLine> = {}): PodLine => ({
  ...{ name: 'web', ready: '1/2', status, state: 'waiting' },
  waits: wait === undefined ? [] : [typeof wait === 'string' ? { text: wait } : wait],
  ...more,
});
const creating = line('ContainerCreating');
const ready = line('Running', undefined, { ready: '2/2', state: 'ok' });

/** What is said of these pictures, one after another, each at its time. */
function said(...pictures: readonly (readonly PodLine[] | [silent: string])[]): readonly string[] {
  const lines: string[] = [];
  const progress = makePlainProgress(({ about, text }) => lines.push(`${about}: ${text}`));
  pictures.forEach((picture, seconds) => {
    const pods = picture.filter((each) => typeof each !== 'string');
    const silent = new Set(picture.filter((each) => typeof each === 'string'));
    progress.update({ pods, silent }, seconds * 1000);
  });
  return lines;
}

test('a line for each change, and none for what is under way', () => {
  const pulling = line('ContainerCreating', { text: 'pulling 12 of 40 MB', lineFromMs: Infinity });
  const failed = line('CrashLoopBackOff', 'exit code 1\nagain', { name: 'db', state: 'failed' });
  expect(said([creating], [pulling], [line('Running'), failed], [ready, failed])).toEqual([
    'web: ContainerCreating',
    'web: Running 1/2',
    'db: CrashLoopBackOff: exit code 1\\nagain',
    'web: Ready',
  ]);
});

test('why a Pod is not ready, when that changes, and not twice in a row', () => {
  const pull = (status: string) => line(status, 'no such host');
  expect(
    said(
      [line('Pending')],
      [line('Pending', 'Insufficient memory.')],
      [line('Pending', 'Insufficient memory.')],
      [line('Pending', 'node(s) were unschedulable')],
      [pull('ErrImagePull')],
      [pull('ImagePullBackOff')],
      [pull('ErrImagePull')],
      [ready],
      [pull('ErrImagePull')],
    ),
  ).toEqual([
    'web: Pending',
    'web: Pending: Insufficient memory.',
    'web: Pending: node(s) were unschedulable',
    'web: ErrImagePull: no such host',
    'web: ImagePullBackOff',
    'web: ErrImagePull',
    'web: Ready',
    'web: ErrImagePull: no such host',
  ]);
});

test('a probe that has failed for a while, once, and again when it fails otherwise; numbers alone are no other cause', () => {
  const fails = (text: string) => line('Running', { text, lineFromMs: 2_000 });
  expect(
    said(
      [fails('readiness: connection refused')],
      [fails('readiness: connection refused')],
      [fails('readiness: read tcp 10.0.0.2:40312: timeout')],
      [fails('readiness: read tcp 10.0.0.2:40316: timeout')],
      [fails('readiness: HTTP 500')],
      [fails('readiness: HTTP 503')],
    ),
  ).toEqual([
    'web: Running 1/2',
    'web: Running 1/2: readiness: read tcp 10.0.0.2:40312: timeout',
    'web: Running 1/2: readiness: HTTP 500',
    'web: Running 1/2: readiness: HTTP 503',
  ]);
});

test('when it is tried again, each time', () => {
  const crash = (atMs: number) => line('CrashLoopBackOff', { text: 'exit code 1', until: { what: 'next try', atMs } });
  expect(said([crash(10_000)], [line('Running')], [crash(22_000)])).toEqual([
    'web: CrashLoopBackOff: exit code 1, next try in 10 s',
    'web: Running 1/2',
    'web: CrashLoopBackOff, next try in 20 s',
  ]);
});

test('a Pod of which nothing is to be told for now is not gone', () => {
  expect(said([creating], ['web'], [line('Terminating')], [])).toEqual([
    'web: ContainerCreating',
    'web: Terminating',
    'web: deleted',
  ]);
});

test('a Pod that is done says so, one that goes and comes back is told anew', () => {
  expect(said([line('Completed', undefined, { state: 'ok' })], [], [creating])).toEqual([
    'web: Completed',
    'web: deleted',
    'web: ContainerCreating',
  ]);
});

test('a line has its parts as data', () => {
  const notes: unknown[] = [];
  makePlainProgress((note) => notes.push(note)).update(
    { pods: [line('Error', 'exit code 3', { state: 'failed' })], silent: new Set() },
    0,
  );
  expect(notes).toEqual([
    {
      level: 'warning',
      about: 'web',
      text: 'Error: exit code 3',
      pod: { ready: '1/2', status: 'Error', reason: 'exit code 3' },
    },
  ]);
});
