import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine } from './api.mjs';
import { Child } from './child.mjs';
import { root } from './fresh.mjs';

// What `podrun up` says when it is not on a terminal.
const readyLine = /^podrun: (?:all )?\d+ Pods? ready/i;
const reloadedLine = /^podrun: reloaded: (?:all )?\d+ Pods? ready/i;

const project = 'file-puller';
const edit = { from: "INTERVAL: '2'", to: "INTERVAL: '1'" };
const stepTimeoutMs = 60_000;

/**
 * The tour of examples/file-puller through the built CLI: up, ps, a hot reload, down; rejects where a step fails.
 * @param {string} host
 * @param {AbortSignal} abort Takes the Pods down, and rejects.
 */
export async function runTour(host, abort) {
  const base = await mkdtemp(join(tmpdir(), 'podrun-tour-'));
  const folder = join(base, project);
  const file = join(folder, 'pods.yaml');
  const env = { ...process.env, DOCKER_HOST: host, XDG_STATE_HOME: join(base, 'state') };
  /** @param {string} prefix @param {string[]} args */
  const start = (prefix, ...args) =>
    new Child([process.execPath, join(root, 'dist/main.js'), ...args], { cwd: folder, env, prefix });
  /** @param {string[]} args */
  const run = async (...args) => {
    const child = start('  ', ...args);
    const code = await child.waitEnd(stepTimeoutMs);
    if (code !== 0) throw new Error(`podrun ${args.join(' ')} ended with ${code}; it wrote:\n${child.output}`);
  };

  /** @type {Child | undefined} */
  let up;
  abort.addEventListener('abort', () => up?.signal('SIGTERM'));
  try {
    abort.throwIfAborted();
    await cp(join(root, 'examples', project), folder, { recursive: true });
    if ((await listLeftovers(host)).length > 0)
      throw new Error(`a project ${project} is on the engine: podrun -p ${project} down`);

    say('podrun up: two containers in one Pod, a shared persistent volume');
    up = start('  up | ', 'up');
    await up.waitFor(readyLine, stepTimeoutMs);

    say('podrun ps');
    await run('ps');

    say(`an edit of pods.yaml while it runs: ${edit.from} -> ${edit.to}`);
    const text = await readFile(file, 'utf8');
    if (!text.includes(edit.from)) throw new Error(`examples/${project}/pods.yaml does not say ${edit.from}`);
    await writeFile(file, text.replace(edit.from, edit.to));
    await up.waitFor(reloadedLine, stepTimeoutMs);

    say('podrun ps: the puller alone was replaced');
    await run('ps');

    say('podrun down --volumes, from a second process');
    await run('down', '--volumes');
    const code = await up.waitEnd(stepTimeoutMs);
    if (code !== 0) throw new Error(`up ended with ${code}`);
    up = undefined;

    say('nothing is left on the engine');
    const left = await listLeftovers(host);
    if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`);
    console.log('  no container, no network, no volume');
  } finally {
    up?.signal('SIGTERM');
    await up?.waitEnd(stepTimeoutMs).catch(() => up?.signal('SIGKILL'));
    await rm(base, { recursive: true, force: true });
  }
}

/** @param {string} text */
function say(text) {
  console.log(`\n== ${text}`);
}

/** @param {string} host @returns {Promise<string[]>} */
async function listLeftovers(host) {
  const filter = `filters=${encodeURIComponent(JSON.stringify({ label: [`dev.podrun.project=${project}`] }))}`;
  const { json: containers } = await askEngine(host, 'GET', `/containers/json?all=1&${filter}`);
  const { json: networks } = await askEngine(host, 'GET', `/networks?${filter}`);
  const { json: volumes } = await askEngine(host, 'GET', `/volumes?${filter}`);
  return [
    ...containers.map((/** @type {any} */ item) => `container ${item.Names.join()} (${item.Status})`),
    ...networks.map((/** @type {any} */ item) => `network ${item.Name}`),
    ...(volumes.Volumes ?? []).map((/** @type {any} */ item) => `volume ${item.Name}`),
  ];
}
