import { describe, expect, test, vi } from 'vitest';
import type { PodLine, Scene } from '../../../src/output/terminal/progress.ts';
import { openConsole } from '../../../src/run/report/console.ts';
import type { ProgressMode } from '../../../src/run/report/console.ts';
import type { World } from '../../../src/run/world.ts';
import { Terminal } from '../../output/terminal/terminal.ts';
import { StandingClock } from '../standing-clock.ts';

const creating: PodLine = { name: 'web', ready: '0/1', status: 'ContainerCreating', state: 'waiting', waits: [] };
const ready: PodLine = { name: 'web', ready: '1/1', status: 'Running', state: 'ok', waits: [] };
const scene = (...pods: PodLine[]): Scene => ({
  ...{ pods, silent: new Set<string>(), work: { kind: 'up', sinceMs: 0 }, all: true, podrun: 'podrun' },
});
const note = (text: string, level: 'normal' | 'warning' = 'normal') => ({ level, about: 'podrun', text });
const log = (text: string) => Buffer.from(`web/app  | ${text}\n`);

/** Both streams are one terminal. */
function onTerminal(env: Record<string, string> = {}) {
  const terminal = Object.assign(new Terminal(), { isTTY: true });
  const stream = {
    ...{ isTTY: true },
    get columns() {
      return terminal.columns;
    },
    rows: 24,
    write(text: string | Uint8Array, written?: () => void) {
      terminal.write(Buffer.from(text).toString());
      written?.();
      return true;
    },
  };
  const clock = new StandingClock();
  const world = { env, clock, stdout: stream, stderr: stream } as unknown as World;
  return { terminal, clock, world };
}

describe('on a terminal', () => {
  const open = () => {
    const at = onTerminal();
    return { ...at, out: openConsole(at.world, 'auto', false) };
  };
  const rows = [
    expect.stringMatching(/^⠋ web {2}0\/1 {2}ContainerCreating$/),
    'podrun: 0 of 1 Pod ready (0 s)',
  ] as const;

  test('logs and notes stand above the rows, in order, from the first on', async () => {
    const { terminal, out, clock } = open();
    void out.log(log('before'));
    out.show(scene(creating));
    await vi.waitFor(() => expect(terminal.screen).toEqual(['web/app  | before', ...rows]));
    expect(terminal.cursorVisible).toBe(false);

    void out.log(log('one'));
    out.note(note('between'));
    void out.log(log('two'));
    clock.advance(30);

    expect(terminal.screen).toEqual([
      ...['web/app  | before', 'web/app  | one', 'podrun: between', 'web/app  | two'],
      ...rows,
    ]);
    await out.end();
    expect(terminal.screen).toHaveLength(4);
  });

  test('the rows go when nothing is under way, and come back', async () => {
    const { terminal, out } = open();
    out.show(scene(creating));
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(2));
    out.show(scene(ready));
    expect(terminal.screen).toEqual([]);
    expect(terminal.cursorVisible).toBe(true);
    void out.log(log('direct'));
    expect(terminal.screen).toEqual(['web/app  | direct']);
    out.show(scene(creating));
    await vi.waitFor(() => expect(terminal.screen).toEqual(['web/app  | direct', ...rows]));
    await out.end();
    expect(terminal.screen).toEqual(['web/app  | direct']);
    expect(terminal.cursorVisible).toBe(true);
  });

  test('a flood is written in order and whole, in few drawings', async () => {
    const { terminal, out } = open();
    out.show(scene(creating));
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(2));
    const lines = Array.from({ length: 10_000 }, (_, number) => `line ${number}`);
    for (const line of lines) void out.log(log(line));
    await out.end();
    expect(terminal.screen).toEqual(lines.map((line) => `web/app  | ${line}`));
  });

  test('what came before the end is not lost, nor is the cursor, while the rows have only begun', async () => {
    const { terminal, out } = open();
    out.show(scene(creating));
    void out.log(log('last'));
    await out.end();
    out.note(note('down'));
    expect(terminal.screen).toEqual(['web/app  | last', 'podrun: down']);
    expect(terminal.cursorVisible).toBe(true);
  });

  test('a narrower terminal breaks the rows: all of them go', async () => {
    const { terminal, out, clock } = open();
    void out.log(log('kept'));
    out.show(scene(creating));
    await vi.waitFor(() => expect(terminal.screen).toHaveLength(3));
    terminal.resize(20);
    void out.log(log('new'));
    clock.advance(30);
    expect(terminal.screen).toEqual([
      'web/app  | kept',
      'web/app  | new',
      '⠋ web  0/1  Contai…',
      'podrun: 0 of 1 Pod…',
    ]);
    await out.end();
  });
});

describe('line by line', () => {
  const saidIn = async (mode: ProgressMode, env: Record<string, string> = {}) => {
    const { terminal, world } = onTerminal(env);
    const out = openConsole(world, mode, false);
    out.show(scene(creating));
    out.note(note('trouble', 'warning'));
    void out.log(log('said'));
    out.show(scene(ready));
    out.show({ ...scene(creating), all: false });
    await out.end();
    return terminal.screen;
  };
  const plain = ['web: ContainerCreating', 'podrun: trouble', 'web/app  | said', 'web: Ready'];

  test.each<[string, ProgressMode, Record<string, string>, readonly string[]]>([
    ['plain, on a terminal too', 'plain', {}, plain],
    ['auto in CI', 'auto', { CI: 'true' }, plain],
    ['quiet: warnings, and the logs', 'quiet', {}, ['podrun: trouble', 'web/app  | said']],
    [
      'json: an object a line',
      'json',
      {},
      [
        '{"time":"1970-01-01T00:00:00.000Z","level":"normal","about":"web","text":"ContainerCreating","ready":"0/1","status":"ContainerCreating"}',
        '{"time":"1970-01-01T00:00:00.000Z","level":"warning","about":"podrun","text":"trouble"}',
        'web/app  | said',
        '{"time":"1970-01-01T00:00:00.000Z","level":"good","about":"web","text":"Ready","ready":"1/1","status":"Running"}',
      ],
    ],
  ])('%s', async (_what, mode, env, lines) => {
    expect(await saidIn(mode, env)).toEqual(lines);
  });
});
