/** The time and the one kind of waiting that podrun does; a test gives its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls back once, at that time or after. The returned function takes it back. */
  at(atMs: number, call: () => void): () => void;
}

/** A timer of Node's cannot wait longer; a longer wait is made of several. */
const longestMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  at(atMs, call) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const leftMs = atMs - Date.now();
      timer = setTimeout(leftMs > longestMs ? arm : call, Math.min(Math.max(leftMs, 0), longestMs));
    };
    arm();
    return () => clearTimeout(timer);
  },
};
