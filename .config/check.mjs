// Every check that needs no engine, side by side; prints one line each and the whole output of those that fail.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** A check is run often: a fifth of the simulator's schedules and of what else is drawn by chance; npm test tries all. */
const effort = { PODRUN_EFFORT: '0.2' };
/** The package is built and installed for its test, which takes longer than all others: it is npm test's. */
const without = ['--exclude', 'test/cli/package.test.ts'];
const vitest = [
  ...['vitest', 'run', '--config', '.config/vitest.config.ts', '--project', 'pure', '--reporter', 'dot'],
  ...without,
];
const checks = {
  tests: vitest,
  lint: ['eslint', '--config', '.config/eslint.config.js', '--max-warnings', '0', '.'],
  types: ['tsc', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.json'],
  dead: ['knip', '--config', '.config/knip.json'],
  format: ['prettier', '--check', '--cache', '--log-level', 'warn', '.'],
};

/** Whatever the tests write to the disk lies in it. */
const scratch = mkdtempSync(join(tmpdir(), 'podrun-check-'));

const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
for (const result of results) if (result.code !== 0) console.log(`\n--- ${result.name}\n${result.output.trimEnd()}`);
const failed = results.filter((result) => result.code !== 0).map((result) => result.name);
console.log(failed.length === 0 ? '\nall checks passed' : `\nfailed: ${failed.join(', ')}`);
rmSync(scratch, { recursive: true, force: true });
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {string[]} command
 * @returns {Promise<{ name: string, code: number | null, output: string }>}
 */
function run(name, [program = '', ...args]) {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin', program), args, {
      cwd: root,
      env: { ...effort, ...process.env, TMPDIR: scratch },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      resolve({ name, code, output });
    });
  });
}
