import { describe, expect, test, vi } from 'vitest';
import { makeProgress } from '../../../src/output/terminal/progress.ts';
import type { PodLine } from '../../../src/output/terminal/progress.ts';
import { Terminal } from './terminal.ts';

const creating: PodLine = {
  name: 'web',
  ready: '0/2',
  status: 'ContainerCreating',
  detail: 'pulling busybox 12 of 40 MB',
  state: 'waiting',
};
const half: PodLine = { name: 'web', ready: '1/2', status: 'Running', state: 'waiting' };
const ready: PodLine = { name: 'web', ready: '2/2', status: 'Running', state: 'ok' };
const failed: PodLine = {
  name: 'database',
  ready: '0/1',
  status: 'CrashLoopBackOff',
  why: 'exit code 1\nagain',
  state: 'failed',
};

describe('plain', () => {
  const collect = () => {
    let text = '';
    const stream = { write: (chunk: string) => (text += chunk) };
    return {
      progress: makeProgress(stream, { interactive: false, color: false }),
      lines: () => text.split('\n').slice(0, -1),
    };
  };

  test('a line for each change, and none for what is under way', () => {
    const { progress, lines } = collect();
    progress.update([creating]);
    progress.update([{ ...creating, detail: 'pulling busybox 20 of 40 MB' }]);
    progress.update([half, failed]);
    progress.note('the file has changed');
    progress.update([ready, failed]);
    expect(lines()).toEqual([
      'web: ContainerCreating',
      'web: Running 1/2',
      'database: CrashLoopBackOff: exit code 1\\nagain',
      'the file has changed',
      'web: Ready',
    ]);
  });

  test('why a Pod is not ready, when that changes, and not twice in a row', () => {
    const { progress, lines } = collect();
    const pending: PodLine = { ...creating, status: 'Pending', why: 'Insufficient memory.' };
    progress.update([{ ...creating, status: 'Pending' }]);
    progress.update([pending]);
    progress.update([pending]);
    progress.update([{ ...pending, why: 'node(s) were unschedulable' }]);
    progress.update([{ ...creating, status: 'ErrImagePull', why: 'no such host' }]);
    progress.update([{ ...creating, status: 'ImagePullBackOff', why: 'Back-off: ErrImagePull: no such host' }]);
    progress.update([{ ...creating, status: 'ErrImagePull', why: 'no such host' }]);
    progress.update([ready]);
    progress.update([{ ...creating, status: 'ErrImagePull', why: 'no such host' }]);
    expect(lines()).toEqual([
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

  test('a Pod of which nothing is to be told for now is not gone', () => {
    const { progress, lines } = collect();
    progress.update([creating]);
    progress.update([], new Set(['web']));
    progress.update([{ ...creating, status: 'Terminating' }]);
    progress.update([]);
    expect(lines()).toEqual(['web: ContainerCreating', 'web: Terminating', 'web: deleted']);
  });

  test('a Pod that is done says so, one that goes and comes back is told anew', () => {
    const { progress, lines } = collect();
    progress.update([{ ...ready, ready: '0/1', status: 'Completed' }]);
    progress.update([]);
    progress.update([creating]);
    expect(lines()).toEqual(['web: Completed', 'web: deleted', 'web: ContainerCreating']);
  });

  test('nothing after the end', async () => {
    const { progress, lines } = collect();
    await progress.end();
    progress.update([creating]);
    progress.note('late');
    expect(lines()).toEqual([]);
  });
});

describe('interactive', () => {
  const open = (columns = 80) => {
    const terminal = new Terminal();
    terminal.columns = columns;
    return { terminal, progress: makeProgress(terminal, { interactive: true, color: false }) };
  };
  const spinner = /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /;

  test('lines change in place and their last state stays', async () => {
    const { terminal, progress } = open();
    const signals = process.listenerCount('SIGINT');
    progress.update([creating]);
    await vi.waitFor(() =>
      expect(terminal.screen).toEqual([
        expect.stringMatching(/^. web {2}0\/2 {2}ContainerCreating {2}pulling busybox 12 of 40 MB$/),
      ]),
    );
    expect(terminal.screen[0]).toMatch(spinner);
    expect(terminal.cursorVisible).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(signals);

    progress.update([half, failed]);
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(2));
    expect(terminal.screen[0]).toMatch(spinner);
    expect(terminal.screen[1]).toBe('✖ database  0/1  CrashLoopBackOff  exit code 1\\nagain');

    progress.update([ready, failed]);
    await vi.waitFor(() => expect(terminal.screen[0]).toBe('✔ web       2/2  Running'));
    await progress.end();
    expect(terminal.screen).toEqual([
      '✔ web       2/2  Running',
      '✖ database  0/1  CrashLoopBackOff  exit code 1\\nagain',
    ]);
    expect(terminal.cursorVisible).toBe(true);
  });

  test('a Pod that failed may come back', async () => {
    const { terminal, progress } = open();
    progress.update([failed]);
    await vi.waitFor(() => expect(terminal.screen[0]).toMatch(/^✖ database/));
    progress.update([{ ...failed, status: 'Running', state: 'waiting' }]);
    await vi.waitFor(() => expect(terminal.screen[0]).toMatch(spinner));
    await progress.end();
    expect(terminal.screen).toEqual(['- database  0/1  Running  exit code 1\\nagain']);
  });

  test('a Pod that is gone leaves no line', async () => {
    const { terminal, progress } = open();
    progress.update([half, failed]);
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(2));
    progress.update([failed]);
    await vi.waitFor(() => expect(terminal.screen).toEqual([expect.stringMatching(/^✖ database/)]));
    progress.update([]);
    await progress.end();
    expect(terminal.screen).toEqual([]);
    expect(terminal.cursorVisible).toBe(true);
  });

  test('a note stands above what changes, and stays', async () => {
    const { terminal, progress } = open();
    progress.update([creating]);
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(1));
    progress.note('first');
    progress.note('second');
    await vi.waitFor(() => expect(terminal.screen).toEqual(['first', 'second', expect.stringMatching(spinner)]));
    progress.update([ready]);
    progress.note('last');
    await progress.end();
    expect(terminal.screen).toEqual(['first', 'second', 'last', '✔ web  2/2  Running']);
  });

  test('a narrow terminal gets short lines while they change, and whole ones at the end', async () => {
    const { terminal, progress } = open(24);
    progress.update([creating]);
    await vi.waitFor(() => expect(terminal.screen).toEqual([expect.stringMatching(/^. web {2}0\/2 {2}ContainerC…$/)]));
    await progress.end();
    expect(terminal.screen[0]).toBe('- web  0/2  ContainerCreating  pulling busybox 12 of 40 MB');
  });

  test('a terminal without a size is taken for an ordinary one', async () => {
    const { terminal, progress } = open(0);
    terminal.rows = 0;
    progress.update([creating]);
    await vi.waitFor(() => expect(terminal.screen[0]).toContain('12 of 40 MB'));
    await progress.end();
  });

  test('notes alone need no screen, and an end without anything shows nothing', async () => {
    const { terminal, progress } = open();
    progress.note('only this');
    await progress.end();
    await progress.end();
    progress.update([creating]);
    progress.note('late');
    await progress.end();
    expect(terminal.screen).toEqual(['only this']);
    expect(terminal.hidden).toBe(0);
  });

  test('others write to standard output and error as ever', async () => {
    const writes = () => [process.stdout, process.stderr].map((stream): unknown => Reflect.get(stream, 'write'));
    const before = writes();
    const { terminal, progress } = open();
    progress.update([creating]);
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(1));
    expect(writes()).toEqual(before);
    await progress.end();
  });
});
