import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a process may take at the most before the bench gives up. */
const timeoutMs = 120_000;

/** A process and the moments at which things happened, in milliseconds since it was started. */
export class Run {
  output = '';
  #startedMs = performance.now();
  #process;
  #ended;
  /** @type {() => void} */
  #listener = () => undefined;

  /** @param {string[]} args Node's own. @param {{ cwd: string, env: NodeJS.ProcessEnv }} place */
  constructor(args, { cwd, env }) {
    this.#process = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        this.output += text;
        this.#listener();
      });
    this.#ended = once(this.#process, 'close').then(() => performance.now() - this.#startedMs);
  }

  get pid() {
    return this.#process.pid ?? 0;
  }

  /** Milliseconds since its start. */
  get nowMs() {
    return performance.now() - this.#startedMs;
  }

  /** @param {RegExp} line @returns {Promise<number>} When it was written. */
  async saw(line) {
    /** @type {Promise<number>} */
    const seen = new Promise((resolve) => {
      this.#listener = () => line.test(this.output) && resolve(performance.now() - this.#startedMs);
      this.#listener();
    });
    return this.#inTime(`${line}`, Promise.race([seen, this.#ended.then(() => NaN)]));
  }

  /** @param {number} [code] What it must end with. @returns {Promise<number>} When it ended. */
  async ended(code = 0) {
    const ms = await this.#inTime('its end', this.#ended);
    if (this.#process.exitCode !== code) throw this.#failure(`exit code ${this.#process.exitCode}, not ${code}`);
    return ms;
  }

  /** Ends it as nothing can refuse. */
  async kill() {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** @param {string} what @param {Promise<number>} moment */
  async #inTime(what, moment) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    /** @type {Promise<number>} */
    const late = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs, NaN)));
    const ms = await Promise.race([moment, late]);
    clearTimeout(timer);
    if (Number.isNaN(ms)) throw this.#failure(`waited in vain for ${what}`);
    return ms;
  }

  /** @param {string} problem */
  #failure(problem) {
    return new Error(`${this.#process.spawnargs.slice(1).join(' ')}: ${problem}; it wrote:\n${this.output}`);
  }
}
