import type { Clock } from '../../src/platform/clock.ts';

/** A clock that stands until it is moved. */
export class StandingClock implements Clock {
  #nowMs = 0;
  #calls: { readonly atMs: number; readonly call: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, call: () => void): () => void {
    const entry = { atMs, call };
    this.#calls.push(entry);
    return () => (this.#calls = this.#calls.filter((each) => each !== entry));
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#calls.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#calls = this.#calls.filter((each) => !due.includes(each));
    for (const { call } of due) call();
  }
}
