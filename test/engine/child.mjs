import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process whose output is shown line by line behind a prefix, and can be waited for. */
export class Child {
  output = '';
  #process;
  #ended;
  #prefix;
  #seenTo = 0;
  #line = '';
  /** @type {(() => void)[]} */
  #listeners = [];

  /**
   * @param {string[]} command
   * @param {{ cwd: string, env: NodeJS.ProcessEnv, prefix?: string }} options
   */
  constructor([program = '', ...args], { cwd, env, prefix = '  ' }) {
    this.#prefix = prefix;
    this.#process = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => this.#take(text));
    this.#ended = once(this.#process, 'close').finally(
      () => this.#line !== '' && console.log(`${prefix}${this.#line}`),
    );
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#process.kill(signal);
  }

  /**
   * Waits for a line in what was written since the last match.
   * @param {RegExp} pattern
   * @param {number} timeoutMs
   */
  async waitFor(pattern, timeoutMs) {
    const wanted = new RegExp(pattern.source, `${pattern.flags}m`);
    /** @type {() => void} */
    let settle = () => undefined;
    const found = new Promise((resolve) => {
      settle = () => {
        const match = wanted.exec(this.output.slice(this.#seenTo));
        if (!match) return;
        this.#seenTo += match.index + match[0].length;
        resolve(true);
      };
    });
    this.#listeners = [settle];
    settle();
    await this.#bounded(`${pattern}`, found, timeoutMs);
    this.#listeners = [];
  }

  /**
   * Waits until it ended by itself, and gives its exit code; null where a signal ended it.
   * @param {number} timeoutMs
   * @returns {Promise<number | null>}
   */
  async waitEnd(timeoutMs) {
    await this.#bounded('its end', this.#ended, timeoutMs);
    return this.#process.exitCode;
  }

  /** @param {string} what @param {Promise<unknown>} event @param {number} timeoutMs */
  async #bounded(what, event, timeoutMs) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs, `within ${timeoutMs / 1000} s`)));
    // Output that came with the end is still looked at first.
    const ended = this.#ended.then(() => new Promise((resolve) => setImmediate(resolve, 'before it ended')));
    const problem = await Promise.race([event.then(() => ''), late, ended]);
    clearTimeout(timer);
    if (problem !== '') throw new Error(`waited in vain for ${what} ${problem}; seen:\n${this.output}`);
  }

  /** @param {string} text */
  #take(text) {
    this.output += text;
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) console.log(`${this.#prefix}${line}`);
    for (const listener of this.#listeners) listener();
  }
}
