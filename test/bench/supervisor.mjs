// What a podrun that supervises costs while nothing happens, and how fast the commands beside it start.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, readMemory } from './process.mjs';
import { beside, median, ms, printTable, times } from './table.mjs';

/** After the start's own work. */
const settleMs = 3_000;
const versionAim = 1.2;
const psAimMs = 150;
/** Over bare node. */
const importAimMs = 60;
const rssAimMb = 90;
const importing = "import 'podrun'";
/** What users import. */
const door = new URL('../../dist/index.js', import.meta.url).href;
/** Of 20 Pods that are probed each second, and of 50 every ten seconds. */
const cpuAims = new Map([
  [1, 15],
  [10, 10],
]);

/**
 * @typedef {object} Idle
 * @property {number} count How many Pods.
 * @property {number} periodSeconds Of their probes.
 * @property {number} cpuMs A second.
 * @property {number} [rssMb]
 * @property {number} [pssMb]
 */

/**
 * @param {number} pid
 * @param {{ count: number, periodSeconds: number }} project
 * @param {number} windowMs
 * @returns {Promise<Idle>}
 */
export async function measureIdle(pid, project, windowMs) {
  await sleep(settleMs);
  const fromMs = performance.now();
  const before = cpuSeconds(pid);
  await sleep(windowMs);
  const cpuMs = ((cpuSeconds(pid) - before) * 1e6) / (performance.now() - fromMs);
  return { ...project, ...readMemory(pid), cpuMs };
}

/** @param {readonly Idle[]} idles */
export function printIdle(idles) {
  const mb = (/** @type {number} */ value) => `${value.toFixed(0)} MB`;
  const cpu = (/** @type {number} */ value) => `${value.toFixed(1)} ms`;
  printTable('the supervisor, with nothing but probes', [
    ['', 'CPU a second', 'RSS', 'PSS'],
    ...idles.map(({ count, periodSeconds, cpuMs, rssMb = NaN, pssMb = NaN }) => [
      `${count} Pods, a probe each ${periodSeconds} s`,
      beside(cpuMs, cpuAims.get(periodSeconds) ?? NaN, cpu),
      beside(rssMb, rssAimMb, mb),
      mb(pssMb),
    ]),
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
    [importing]: () => stage.node(count, '--input-type=module', '-e', `import ${JSON.stringify(door)}`),
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
    const aimMs = name === 'podrun ps' ? psAimMs : name === importing ? bare + importAimMs : undefined;
    const told = aimMs === undefined ? ms(value) : beside(value, aimMs, ms);
    const isVersion = name === 'podrun --version';
    return [name, told, isVersion ? beside(value / bare, versionAim, times) : times(value / bare)];
  });
  const rounds = all.get('node -e 0')?.length ?? 0;
  printTable(`start to end, ${count} Pods supervised, medians of ${rounds}`, [
    ['', 'time', 'beside bare node'],
    ...rows,
  ]);
}
