import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import type { World } from '../../src/run/world.ts';

async function run(words: string): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  const world = {
    env: {},
    cwd: '/nowhere',
    stdout: { write: () => true },
    stderr: { write: (text: string) => (stderr += text) !== '' },
    clock: { nowMs: () => 0 },
    connect: () => Promise.reject(new Error('the engine was asked')),
  } as unknown as World;
  return { code: await runCommand(`-p shop ${words}`.split(' '), '0', world), stderr };
}

const whole = (option: string, least: number, text: string) =>
  `podrun: --${option} takes a whole number, ${least} or more, not "${text}"\n`;
const duration = (option: string, text: string) =>
  `podrun: --${option} takes a duration such as 30s, 5m or 1h30m, not "${text}"\n`;

test.each([
  ['logs --tail=abc', whole('tail', -1, 'abc')],
  ['logs --tail=', whole('tail', -1, '')],
  ['logs --tail 1.5', whole('tail', -1, '1.5')],
  ['logs --tail -2', whole('tail', -1, '-2')],
  ['logs --tail 1 --tail x', whole('tail', -1, 'x')],
  ['logs --tail', 'podrun: --tail takes a value\n'],
  ['logs --since=abc', duration('since', 'abc')],
  ['logs --since=', duration('since', '')],
  ['logs --since', 'podrun: --since takes a value\n'],
  ['logs --since=-5s', 'podrun: --since takes a duration that is not negative, not "-5s"\n'],
  ['down --grace-period=x', whole('grace-period', 0, 'x')],
  ['down --grace-period=', whole('grace-period', 0, '')],
  ['down --grace-period -1', whole('grace-period', 0, '-1')],
  ['delete web --grace-period=1e3', whole('grace-period', 0, '1e3')],
  ['delete web --timeout=abc', duration('timeout', 'abc')],
  ['delete web --timeout', 'podrun: --timeout takes a value\n'],
  ['restart web --timeout=-1s', 'podrun: --timeout takes a duration that is not negative, not "-1s"\n'],
  ['wait web --for delete --timeout=', duration('timeout', '')],
  ['up --terminated-pod-gc-threshold=-1', whole('terminated-pod-gc-threshold', 0, '-1')],
  ['diff --terminated-pod-gc-threshold=all', whole('terminated-pod-gc-threshold', 0, 'all')],
])('%s is a usage error, and nothing is done', async (words, message) => {
  const { code, stderr } = await run(words);
  expect(stderr.replace(/^podrun \S+ --help says what it takes\n/m, '')).toBe(message);
  expect(code).toBe(2);
});

test('no option is left to yargs’ own numbers, which take abc for none', () => {
  const folder = join(import.meta.dirname, '../../src/cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const loose = files.filter((name) => /type: 'number'/.test(readFileSync(join(folder, name), 'utf8')));
  expect(loose).toEqual([]);
});
