/** The picture at the bottom of the terminal, golden at the sizes that people have. */
import { describe, expect, test } from 'vitest';
import type { PodLine, Scene } from '../../../src/output/terminal/progress.ts';
import { progressRows } from '../../../src/output/terminal/rows.ts';
import { makeStyle } from '../../../src/output/terminal/style.ts';

const nowMs = 100_000;
const plain = makeStyle(false);

const line = (name: string, ready: string, status: string, more: Partial<PodLine> = {}): PodLine => ({
  ...{ name, ready, status, state: 'waiting', waits: [] },
  ...more,
});
const well = (name: string): PodLine => line(name, '1/1', 'Running', { state: 'ok' });
const api = line('api', '0/1', 'Running', {
  waits: [{ text: 'readiness: HTTP 503', sinceMs: nowMs - 12_000, lineFromMs: nowMs - 7_000 }],
});
const crash = line('crash', '1/2', 'CrashLoopBackOff', {
  state: 'failed',
  waits: [{ text: 'app exit code 1', until: { what: 'next try', atMs: nowMs + 18_000 } }],
});
const late = line('late', '0/1', 'SchedulingGated', { waits: [{ text: 'waits for api to be Ready' }] });
const pulling = line('db', '0/1', 'ContainerCreating', {
  waits: [{ text: 'pulling 34 of 120 MB (postgres:17)', lineFromMs: Infinity }],
});
const lost = line('missing', '0/1', 'ImagePullBackOff', {
  state: 'failed',
  waits: [
    {
      text: 'Get "https://registry.example.com/v2/": dial tcp: lookup registry.example.com on 10.0.0.53:53: no such host',
      until: { what: 'next try', atMs: nowMs + 9_000 },
    },
  ],
});

const scene = (pods: readonly PodLine[], over: Partial<Scene> = {}): Scene => ({
  ...{ pods, silent: new Set<string>(), work: { kind: 'up', sinceMs: nowMs - 14_000 }, all: true, podrun: 'podrun' },
  ...over,
});
const rowsOf = (it: Scene, columns = 80, rows = 24) => progressRows(it, nowMs, { columns, rows }, plain);

/** Ten Pods with 25 containers. */
const ten = [...'abcde'].flatMap((letter) => [
  line(`web-${letter}`, '1/2', 'Running', {
    waits: [
      { text: 'app readiness: connection refused', sinceMs: nowMs - 4_000, lineFromMs: nowMs + 1_000 },
      { text: 'side startup: HTTP 404', sinceMs: nowMs - 130_000, lineFromMs: nowMs - 125_000 },
    ],
  }),
  well(`ok-${letter}`),
]);

describe('80 columns, 24 rows', () => {
  test('each Pod says what it waits for and since or until when; the last line counts and names the next command', () => {
    expect(rowsOf(scene([api, crash, late, pulling, lost, well('web')]))).toEqual([
      '⠋ api      0/1  Running            readiness: HTTP 503 (12 s)',
      '✖ crash    1/2  CrashLoopBackOff   app exit code 1, next try in 18 s',
      '⠋ late     0/1  SchedulingGated    waits for api to be Ready',
      '⠋ db       0/1  ContainerCreating  pulling 34 of 120 MB (postgres:17)',
      '✖ missing  0/1  ImagePullBackOff  lookup regi…53: no such host, next try in 9 s',
      '✔ web      1/1  Running',
      'podrun: 1 of 6 Pods ready (14 s); look closer: podrun describe crash',
    ]);
  });

  test('ten Pods with 25 containers', () => {
    const rows = rowsOf(scene(ten));
    expect(rows).toHaveLength(11);
    expect(rows[0]).toBe('⠋ web-a  1/2  Running  app readiness: connection refused (4 s) (+1 more)');
    expect(rows.at(-1)).toBe('podrun: 5 of 10 Pods ready (14 s); look closer: podrun describe web-a');
  });

  test('more Pods than half of the screen: those in trouble first, in their order, and the others counted', () => {
    const many = [
      ...Array.from({ length: 20 }, (_, i) => well(`ok-${i}`)),
      late,
      api,
      ...Array.from({ length: 9 }, () => ({ ...pulling })),
      crash,
    ];
    expect(rowsOf(scene(many)).slice(-5)).toEqual([
      '⠋ db     0/1  ContainerCreating  pulling 34 of 120 MB (postgres:17)',
      '⠋ db     0/1  ContainerCreating  pulling 34 of 120 MB (postgres:17)',
      '✖ crash  1/2  CrashLoopBackOff   app exit code 1, next try in 18 s',
      '  … and 22 more: 2 on the way, 20 ready',
      'podrun: 20 of 32 Pods ready (14 s); look closer: podrun describe crash',
    ]);
    expect(rowsOf(scene(many))).toHaveLength(12);
  });

  test('only what is not well, once all have been listed', () => {
    expect(rowsOf(scene([api, well('web'), well('db')], { all: false }))).toEqual([
      '⠋ api  0/1  Running  readiness: HTTP 503 (12 s)',
      'podrun: 2 of 3 Pods ready; look closer: podrun describe api',
    ]);
  });

  test('nothing where nothing is under way: all are well, or have ended for good', () => {
    const over = line('job', '0/1', 'Error', { state: 'failed', over: true });
    expect(rowsOf(scene([well('web'), over]))).toEqual([]);
    expect(rowsOf(scene([]))).toEqual([]);
  });

  test('what is ready is only counted once the others take half a minute', () => {
    const long = scene([api, well('web')], { work: { kind: 'up', sinceMs: nowMs - 30_000 } });
    expect(rowsOf(long)).toEqual([
      '⠋ api  0/1  Running  readiness: HTTP 503 (12 s)',
      'podrun: 1 of 2 Pods ready (30 s); look closer: podrun describe api',
    ]);
  });

  test('a reason that is lined up with others has no room stands right behind the status', () => {
    const refused = line('api-fcfcc45c7-64wns', '0/1', 'Running', {
      waits: [{ text: 'readiness: connection refused', sinceMs: nowMs - 12_000 }],
    });
    expect(rowsOf(scene([refused, crash])).slice(0, 2)).toEqual([
      '⠋ api-fcfcc45c7-64wns  0/1  Running  readiness: connection refused (12 s)',
      '✖ crash                1/2  CrashLoopBackOff  app exit code 1, next try in 18 s',
    ]);
  });

  test('an end counts down', () => {
    const ending = line('web', '1/1', 'Terminating', {
      waits: [{ text: 'stopping app', until: { what: 'killed', atMs: nowMs + 26_400 } }],
    });
    const due = line('db', '1/1', 'Terminating', {
      waits: [{ text: 'stopping app', until: { what: 'killed', atMs: nowMs } }],
    });
    expect(rowsOf(scene([ending, due], { work: { kind: 'down', sinceMs: nowMs - 4_000 } }))).toEqual([
      '⠋ web  1/1  Terminating  stopping app, killed in 27 s',
      '⠋ db   1/1  Terminating  stopping app, killed now',
      'podrun: 2 Pods to end (4 s)',
    ]);
  });

  test('the command leads to the project from where podrun was called, and to the namespace', () => {
    const [last] = rowsOf(scene([{ ...crash, name: 'team/crash' }], { podrun: 'podrun -p shop' })).slice(-1);
    expect(last).toBe('podrun: 0 of 1 Pod ready; podrun -p shop describe crash -n team');
  });
});

test('40 columns: names that still differ, whole statuses, and how many are ready', () => {
  const made = ['64wns', 'j9l77'].map((end) => line(`api-fcfcc45c7-${end}`, '0/1', 'Running'));
  const refused = line('slow', '0/1', 'Running', { waits: [{ text: 'readiness: refused', sinceMs: nowMs - 9_000 }] });
  expect(rowsOf(scene([...made, crash, refused]), 40)).toEqual([
    '⠋ api-f…7-64wns  0/1  Running',
    '⠋ api-f…7-j9l77  0/1  Running',
    '✖ crash          1/2  CrashLoopBackOff',
    '⠋ slow           0/1  Running',
    'podrun: 0 of 4 Pods ready (14 s)',
  ]);
});

test('200 columns, 60 rows: whole messages and all containers', () => {
  const rows = rowsOf(scene([lost, ...ten, ...ten]), 200, 60);
  expect(rows.slice(0, 2)).toEqual([
    '✖ missing  0/1  ImagePullBackOff  Get "https://registry.example.com/v2/": dial tcp: lookup registry.example.com on 10.0.0.53:53: no such host, next try in 9 s',
    '⠋ web-a    1/2  Running           app readiness: connection refused (4 s); side startup: HTTP 404 (2 min 10 s)',
  ]);
  expect(rows).toHaveLength(22);
});

test.each([
  [20, 24],
  [1, 1],
  [80, 3],
  [200, 60],
])('no row is wider than %s columns, nor more than half of %s rows or two', (columns, rows) => {
  const found = rowsOf(scene([lost, ...ten, crash, api]), columns, rows);
  expect(found.filter((row) => [...row].length >= Math.max(columns, 2))).toEqual([]);
  expect(found.length).toBeLessThanOrEqual(Math.max(2, Math.floor(rows / 2)));
});

test('a name that could steer the terminal cannot, and colours only add to marks and words', () => {
  const evil = line('a', '0/1', 'Running', { waits: [{ text: 'said \u001b[2J\nmore' }] });
  expect(rowsOf(scene([evil]))[0]).toBe('⠋ a  0/1  Running  said \uFFFD[2J\\nmore');
  const coloured = progressRows(scene([crash, well('web')]), nowMs, { columns: 80, rows: 24 }, makeStyle(true));
  expect(coloured.map((row) => row.replaceAll(/\u001b\[\d+m/g, ''))).toEqual(rowsOf(scene([crash, well('web')])));
  expect(coloured[0]).toContain('\u001b[31m✖');
});
