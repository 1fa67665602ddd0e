// What planning costs, and one step of a settled project: the core alone, without an engine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../engine/fresh.mjs';
import { beside, printTable, times } from './table.mjs';

const planAimMs = 500;
/** Linear: a Pod among a thousand costs no more than this times one among a hundred. */
const linearAim = 1.5;

/**
 * @param {number} rounds
 * @returns {Promise<import('./core-cases.ts').CoreCosts>}
 */
export async function measureCore(rounds) {
  const cache = join(root, 'node_modules/.cache');
  const outfile = join(cache, 'bench-core.mjs');
  mkdirSync(cache, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/core-cases.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const cases = await import(pathToFileURL(outfile).href);
  return cases.measureCore(rounds);
}

/** @param {import('./core-cases.ts').CoreCosts} costs */
export function printCore({ plan, probe, death, look }) {
  const of = (/** @type {ReadonlyMap<number, number>} */ cost, /** @type {number} */ size) => cost.get(size) ?? NaN;
  const small = (/** @type {number} */ value) => `${value.toFixed(2)} ms`;
  const perPod = of(plan, 1_000) / 1_000 / (of(plan, 100) / 100);
  const spread = (/** @type {ReadonlyMap<number, number>} */ cost) =>
    beside(Math.max(...cost.values()) / Math.min(...cost.values()), linearAim, times);
  printTable('the core alone, CPU by the number of Pods', [
    ['', '10', '100', '1000', ''],
    [
      'plan new Pods',
      small(of(plan, 10)),
      small(of(plan, 100)),
      beside(of(plan, 1_000), planAimMs, small),
      `a Pod of 1000 beside one of 100: ${beside(perPod, linearAim, times)}`,
    ],
    ['one answer of a probe', ...[10, 100, 1_000].map((size) => small(of(probe, size))), spread(probe)],
    ['one death', ...[10, 100, 1_000].map((size) => small(of(death, size))), spread(death)],
    ['one look without news', ...[10, 100, 1_000].map((size) => small(of(look, size))), ''],
  ]);
}
