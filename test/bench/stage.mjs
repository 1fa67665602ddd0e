import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine, callEngine } from '../engine/api.mjs';
import { root } from '../engine/fresh.mjs';
import { killByEnvironment } from '../engine/processes.mjs';
import { waitUntil } from '../engine/wait.mjs';
import { Run } from './run.mjs';
import { floorLabels, floorPlan, podsFile } from './workload.mjs';

const clearTimeoutMs = 60_000;
const floorScript = join(import.meta.dirname, 'floor.mjs');

/** A folder with a project and a floor of each size; what they leave on the engine goes with it. */
export class Stage {
  #host;
  #base = mkdtempSync(join(tmpdir(), 'podrun-bench-'));
  #main = join(this.#base, 'podrun/main.js');
  #env;
  /** @type {Set<string>} */
  #names = new Set();

  /** @param {string} host */
  constructor(host) {
    this.#host = host;
    // A build at the same time must not change what is measured.
    cpSync(join(root, 'dist'), join(this.#base, 'podrun'), { recursive: true });
    writeFileSync(join(this.#base, 'podrun/package.json'), '{"type":"module"}');
    this.#env = cleanEnv({ DOCKER_HOST: host, XDG_STATE_HOME: this.#state, HOME: this.#base });
  }

  get #state() {
    return join(this.#base, 'state');
  }

  /** Writes the files for so many Pods. @param {number} count */
  prepare(count) {
    for (const kind of /** @type {const} */ (['podrun', 'floor'])) this.#names.add(this.#name(kind, count));
    mkdirSync(this.#folder(count));
    this.write(count);
    const plan = floorPlan(this.#host, this.#name('floor', count), count);
    writeFileSync(join(this.#folder(count), 'floor.json'), JSON.stringify(plan));
  }

  /** Writes the file anew. @param {number} count @param {import('./workload.mjs').Variation} [variation] */
  write(count, variation) {
    writeFileSync(join(this.#folder(count), 'pods.yaml'), podsFile(this.#name('podrun', count), count, variation));
  }

  /** Starts podrun in the folder of so many Pods. @param {number} count @param {string[]} args */
  podrun(count, ...args) {
    return this.node(count, this.#main, ...args);
  }

  /** A file of the stage's own. @param {string} name */
  path(name) {
    return join(this.#base, name);
  }

  /** Validates one file; needs no folder of Pods. @param {string} path */
  validate(path) {
    return new Run([this.#main, '-f', path, 'validate'], { cwd: this.#base, env: this.#env });
  }

  /** A Node that does nothing. */
  bare() {
    return new Run(['-e', '0'], { cwd: this.#base, env: this.#env });
  }

  /** @param {number} count @param {'up' | 'down'} verb */
  floor(count, verb) {
    return this.node(count, floorScript, verb, join(this.#folder(count), 'floor.json'));
  }

  /** @param {number} count @param {string[]} args */
  node(count, ...args) {
    return new Run(args, { cwd: this.#folder(count), env: this.#env });
  }

  /** Ends and removes whatever is left. */
  async clear() {
    killByEnvironment(`XDG_STATE_HOME=${this.#state}`);
    for (const name of this.#names) {
      await removeAll(this.#host, `dev.podrun.project=${name}`);
      for (const [key, value] of Object.entries(floorLabels(name))) await removeAll(this.#host, `${key}=${value}`);
    }
    rmSync(this.#base, { recursive: true, force: true });
  }

  /** @param {'podrun' | 'floor'} kind @param {number} count */
  #name(kind, count) {
    return `bench${process.pid}-${kind}${count}`;
  }

  /** @param {number} count */
  #folder(count) {
    return join(this.#base, String(count));
  }
}

/** The user's environment without what would change podrun or Node. @param {NodeJS.ProcessEnv} own */
function cleanEnv(own) {
  const foreign = /^(PODRUN_|DOCKER_|FORCE_COLOR$|CI$|NODE_)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...own };
}

/**
 * Removes all that carries the label. The engine may still be at a killed process's last call: what that makes, or still
 * uses, goes the next time.
 * @param {string} host
 * @param {string} label
 */
async function removeAll(host, label) {
  const filter = `filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;
  const isGone = await waitUntil(async () => {
    const { json: containers } = await askEngine(host, 'GET', `/containers/json?all=1&${filter}`);
    for (const { Id } of containers) await callEngine(host, 'DELETE', `/containers/${Id}?force=1&v=1`);
    const { json: volumes } = await askEngine(host, 'GET', `/volumes?${filter}`);
    for (const { Name } of volumes.Volumes ?? []) await callEngine(host, 'DELETE', `/volumes/${Name}`);
    const { json: networks } = await askEngine(host, 'GET', `/networks?${filter}`);
    for (const { Id } of networks) await callEngine(host, 'DELETE', `/networks/${Id}`);
    return containers.length + (volumes.Volumes ?? []).length + networks.length === 0;
  }, clearTimeoutMs);
  if (!isGone) console.error(`the engine does not let go of what is labelled ${label}`);
}
