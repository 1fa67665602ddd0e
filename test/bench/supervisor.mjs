// What a podrun that supervises costs while nothing happens, and how fast the commands beside it start.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beside, median, ms, printTable, times } from './table.mjs';

/** After the start's own work. */
const settleMs = 3_000;
const startUpAim = 1.6;

/**
 * @typedef {object} Idle
 * @property {number} [rssMb]
 * @property {number} [pssMb]
 * @property {number} [cpuSeconds] A minute.
 */

/**
 * @param {number} pid
 * @param {number} windowMs
 * @returns {Promise<Idle>} Empty where there is no /proc.
 */
export async function measureIdle(pid, windowMs) {
  if (!existsSync(`/proc/${pid}/stat`)) return {};
  await sleep(settleMs);
  const fromMs = performance.now();
  const before = cpuSeconds(pid);
  await sleep(windowMs);
  const minutes = (performance.now() - fromMs) / 60_000;
  return {
    ...readMemory(pid),
    cpuSeconds: (cpuSeconds(pid) - before) / minutes,
  };
}

/** @param {number} count @param {Idle} idle */
export function printIdle(count, { rssMb, pssMb, cpuSeconds }) {
  /** @param {number | undefined} value @param {string} unit @param {number} digits */
  const show = (value, unit, digits) => (value === undefined ? 'unknown' : `${value.toFixed(digits)} ${unit}`);
  printTable(`the supervisor of ${count} Pods, a probe of each a second`, [
    ['RSS', show(rssMb, 'MB', 0)],
    ['PSS', show(pssMb, 'MB', 0)],
    ['CPU a minute', show(cpuSeconds, 's', 2)],
  ]);
}

/**
 * From start to end, in turns.
 * @param {import('./stage.mjs').Stage} stage
 * @param {number} count
 * @param {number} rounds
 * @param {AbortSignal} abort
 */
export async function measureStartUps(stage, count, rounds, abort) {
  /** @type {Record<string, () => import('./run.mjs').Run>} */
  const commands = {
    'node -e 0': () => stage.node(count, '-e', '0'),
    'podrun --version': () => stage.podrun(count, '--version'),
    'podrun validate': () => stage.podrun(count, 'validate'),
    'podrun ps': () => stage.podrun(count, 'ps'),
  };
  const all = new Map(Object.keys(commands).map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, start] of Object.entries(commands)) {
      abort.throwIfAborted();
      all.get(name)?.push(await start().ended());
    }
  return all;
}

/** @param {number} count @param {ReadonlyMap<string, readonly number[]>} all */
export function printStartUps(count, all) {
  const bare = median(all.get('node -e 0') ?? []);
  const rows = [...all].map(([name, values]) => {
    const value = median(values);
    const aims = name === 'podrun --version';
    return [name, ms(value), aims ? beside(value / bare, startUpAim, times) : times(value / bare)];
  });
  const rounds = all.get('node -e 0')?.length ?? 0;
  printTable(`start to end, ${count} Pods supervised, medians of ${rounds}`, [
    ['', 'time', 'beside bare node'],
    ...rows,
  ]);
}

/** @param {number} pid */
function cpuSeconds(pid) {
  // The name in the second field may hold spaces and brackets; what follows begins with the third.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks / Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout || 100);
}

/** @param {number} pid @returns {Pick<Idle, 'rssMb' | 'pssMb'>} */
function readMemory(pid) {
  const path = `/proc/${pid}/smaps_rollup`;
  const text = readFileSync(existsSync(path) ? path : `/proc/${pid}/status`, 'utf8');
  const [rss, pss] = [/^(?:Vm)?(?:Rss|RSS):\s+(\d+) kB/m, /^Pss:\s+(\d+) kB/m].map(
    (pattern) => pattern.exec(text)?.[1],
  );
  return {
    ...(rss === undefined ? {} : { rssMb: Number(rss) / 1024 }),
    ...(pss === undefined ? {} : { pssMb: Number(pss) / 1024 }),
  };
}
