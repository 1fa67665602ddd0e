/** What is told of the Pods while podrun works, whatever shows it. */

/** Something that a Pod waits for, or why it is not as it should be. */
export interface Wait {
  /** `readiness: HTTP 503`, `waits for db to be Ready`. */
  readonly text: string;
  /** It has lasted since then. */
  readonly sinceMs?: number;
  /** It ends then: `next try`, `KILL`. */
  readonly until?: { readonly what: string; readonly atMs: number };
  /** From when on it is worth a line of its own: Infinity for what changes all the time. */
  readonly lineFromMs?: number;
}

/** What is told of one Pod. */
export interface PodLine {
  readonly name: string;
  /** `1/2` */
  readonly ready: string;
  /** kubectl's STATUS. */
  readonly status: string;
  readonly state: 'waiting' | 'ok' | 'failed';
  /** It has ended, and nothing follows. */
  readonly over?: true;
  /** The most telling first. */
  readonly waits: readonly Wait[];
}

/** All that a picture of the Pods is made from. */
export interface Scene {
  readonly pods: readonly PodLine[];
  /** The names of others that are there, of which nothing is to be told. */
  readonly silent: ReadonlySet<string>;
  /**
   * What is being brought about, and since when; `up` also while only some Pods have trouble. With `images` the lines are of
   * images.
   */
  readonly work: { readonly kind: 'up' | 'down' | 'images'; readonly sinceMs: number };
  /** Also what is well is shown. */
  readonly all: boolean;
  /** `podrun`, with the options that lead to this project from here. */
  readonly podrun: string;
}

/** A line that stays. */
export interface Note {
  readonly level: 'normal' | 'good' | 'warning';
  /** `POD`, `POD/CONTAINER` or `podrun`; '' for text that stands for itself. */
  readonly about: string;
  readonly text: string;
  /** What a line about a Pod says, in its parts. */
  readonly pod?: Pick<PodLine, 'ready' | 'status'> & { readonly reason?: string };
}

/** The part of a terminal's stream that progress needs. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}
