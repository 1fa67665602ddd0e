// npm run bench [-- --quick | --core]: podrun beside the same engine calls with nothing around them, in one run; --core
// measures the core alone, without an engine.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { askEngine } from '../engine/api.mjs';
import { buildProduct, ensurePackages } from '../engine/fresh.mjs';
import { releaseEngine, useEngine } from '../engine/shared-engine.mjs';

/** @typedef {{ many: { count: number, periodSeconds: number }, sizes: readonly number[], streams: readonly number[], rounds: number, idleMs: number, starts: number }} Scope */

/** @type {Scope} */
const full = {
  many: { count: 50, periodSeconds: 10 },
  sizes: [1, 5, 20],
  streams: [1, 1_000, 4_000],
  rounds: 5,
  idleMs: 20_000,
  starts: 15,
};
/** @type {Scope} */
const quick = {
  many: { count: 10, periodSeconds: 10 },
  sizes: [1, 5],
  streams: [1, 1_000],
  rounds: 3,
  idleMs: 5_000,
  starts: 5,
};

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => abort.abort(new Error(signal)));

try {
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  const { values } = parseArgs({ options: { quick: flag, core: flag } });
  ensurePackages();
  const { measureCore, printCore } = await import('./core.mjs');
  printCore(await measureCore(values.quick ? 3 : 5));
  if (!values.core) {
    buildProduct();
    await bench(await useEngine({ keep: false }), values.quick ? quick : full);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await releaseEngine();
}

/** @param {string} host @param {Scope} scope */
async function bench(host, { many, sizes, streams, rounds, idleMs, starts }) {
  // What they need may have been installed just now.
  const { Stage } = await import('./stage.mjs');
  const { measureLives, printLives, readyLine } = await import('./life.mjs');
  const { measureIdle, measureStartUps, printIdle, printStartUps } = await import('./supervisor.mjs');
  const { measureValidations, printValidations } = await import('./validate.mjs');
  const { json: engine } = await askEngine(host, 'GET', '/version');
  console.log(`Docker Engine ${engine.Version}, Node ${process.versions.node}, ${cpus().length} processors, ${host}`);
  const stage = new Stage(host);
  try {
    const validations = await measureValidations(stage, streams, rounds, abort.signal);
    for (const count of [...sizes, many.count]) stage.prepare(count);
    const lives = await measureLives(stage, sizes, rounds, abort.signal);
    const most = Math.max(...sizes);
    /** @type {import('./supervisor.mjs').Idle[]} */
    const idles = [];
    /** @type {Awaited<ReturnType<typeof measureStartUps>>} */
    let startUps = new Map();
    for (const project of [{ count: most, periodSeconds: 1 }, many]) {
      stage.write(project.count, project);
      const up = stage.podrun(project.count, 'up');
      await up.saw(readyLine);
      idles.push(await measureIdle(up.pid, project, idleMs));
      if (project.count === most) startUps = await measureStartUps(stage, most, starts, abort.signal);
      await stage.podrun(project.count, 'down').ended();
      await up.ended();
    }
    printLives(lives);
    printIdle(idles);
    printStartUps(most, startUps);
    printValidations(validations);
  } finally {
    await stage.clear();
  }
}
