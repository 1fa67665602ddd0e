// npm test: packages, build, an engine, vitest; whatever was started for it is stopped again.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProduct, ensurePackages, root } from './fresh.mjs';
import { killByEnvironment, killLeftovers, unmountAll } from './processes.mjs';
import { releaseEngine, useEngine } from './shared-engine.mjs';

const args = process.argv.slice(2);
const needsEngine =
  args.length === 0 || args.some((arg) => !arg.startsWith('test/') || /^test\/(contract|e2e|engine)/.test(arg));

/** Whatever the tests write to the disk lies under it. */
const runFolder = join(tmpdir(), `podrun-t${process.pid}`);

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let interrupted = false;
// The terminal sends the signal to vitest as well; this process only has to outlive it to clean up.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => {
    interrupted = true;
    if (signal !== 'SIGINT') child?.kill(signal);
  });

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  removeRunFolder();
  if (needsEngine) await releaseEngine();
}

async function main() {
  ensurePackages();
  mkdirSync(runFolder);
  if (!needsEngine) return runVitest(process.env);
  buildProduct();
  const host = await useEngine({ keep: false });
  console.log(`the engine: ${host}`);
  // What a test starts speaks to this engine alone, whatever the user's own settings say.
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, DOCKER_HOST: host };
  delete env.DOCKER_CONTEXT;
  delete env.DOCKER_TLS_VERIFY;
  return interrupted ? 130 : runVitest(env);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runVitest(env) {
  const report = process.env.PODRUN_TEST_REPORT;
  const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  child = spawn(process.execPath, [vitest, 'run', '--config', '.config/vitest.config.ts', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, TMPDIR: runFolder },
  });
  return new Promise((resolve, reject) => {
    child?.on('error', reject);
    child?.on('close', (code) => resolve(interrupted ? 130 : (code ?? 1)));
  });
}

/** A test that was cut off may have left podruns in the background and engines of its own. */
function removeRunFolder() {
  killByEnvironment(`TMPDIR=${runFolder}`);
  killLeftovers(runFolder);
  unmountAll(runFolder);
  rmSync(runFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
