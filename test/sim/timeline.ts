/** Virtual time: a heap of (time, sequence, what happens). Nothing happens but what is popped from it. */
export interface Timeline {
  nowMs(): number;
  /** Runs `happen` after so long; equal times keep the order in which they were asked for. */
  after(delayMs: number, happen: () => void): void;
  /** Pops until `done` says so or the time is over. @returns true when `done` said so */
  run(untilMs: number, done: () => boolean): boolean;
}

interface Entry {
  readonly atMs: number;
  readonly sequence: number;
  readonly happen: () => void;
}

export function makeTimeline(): Timeline {
  const heap: Entry[] = [];
  let nowMs = 0;
  let sequence = 0;
  return {
    nowMs: () => nowMs,
    after: (delayMs, happen) => {
      sequence += 1;
      push(heap, { atMs: nowMs + Math.max(0, delayMs), sequence, happen });
    },
    run: (untilMs, done) => {
      for (let first = heap[0]; first !== undefined && first.atMs <= untilMs; first = heap[0]) {
        pop(heap);
        nowMs = first.atMs;
        first.happen();
        if (done()) return true;
      }
      nowMs = Math.max(nowMs, untilMs);
      return done();
    },
  };
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry);
  for (let i = heap.length - 1; i > 0;) {
    const parent = (i - 1) >> 1;
    if (!swapIfBefore(heap, i, parent)) return;
    i = parent;
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let i = 0; ;) {
    const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]];
    if (left === undefined) return;
    const child = right !== undefined && isBefore(right, left) ? 2 * i + 2 : 2 * i + 1;
    if (!swapIfBefore(heap, child, i)) return;
    i = child;
  }
}

function swapIfBefore(heap: Entry[], i: number, j: number): boolean {
  const [a, b] = [heap[i], heap[j]];
  if (a === undefined || b === undefined || !isBefore(a, b)) return false;
  [heap[i], heap[j]] = [b, a];
  return true;
}
