/** Who has what a `run` made, and whether that process still lives (docs/decisions/leases.md). */

export interface Lease {
  /** The user's name, for the eye. */
  readonly who: string;
  /** The machine's name, for the eye. */
  readonly host: string;
  /** Which machine it is, which start of it, and in which of its process namespaces the number counts. */
  readonly machine: string;
  readonly boot: string;
  readonly space: string;
  readonly pid: number;
  /** When the process started, in its system's own words: a number is used again. */
  readonly started: string;
  readonly sinceMs: number;
}

/** Where one looks from. */
export type Here = Pick<Lease, 'machine' | 'boot' | 'space'>;

export type Judgement =
  | { readonly kind: 'living' }
  | { readonly kind: 'dead'; readonly why: string }
  /** Its process cannot be seen from here: its age alone decides. */
  | { readonly kind: 'far'; readonly isOver: boolean };

/** A job of GitHub Actions runs for five days at most, on runners of one's own (docs.github.com/actions/reference/limits). */
const farLeaseMs = 5 * 24 * 60 * 60 * 1000;

/**
 * @param startedOf when the process of that number here started; undefined where there is none, '' where that can't be seen
 * @param ageMs how long ago the youngest of what it is on was made: by one clock, the engine's
 */
export function judgeLease(
  lease: Lease,
  here: Here,
  startedOf: (pid: number) => string | undefined,
  ageMs: number,
): Judgement {
  // A machine that does not tell its starts apart is as good as another one.
  const isKnown = lease.boot !== '' && here.boot !== '';
  const far = { kind: 'far', isOver: ageMs > farLeaseMs } as const;
  if (isKnown && lease.boot === here.boot && lease.space === here.space) {
    const started = startedOf(lease.pid);
    if (started === '' || (started !== undefined && lease.started === '')) return far;
    return started === lease.started ? { kind: 'living' } : { kind: 'dead', why: `its process ${lease.pid} has ended` };
  }
  // Machines without an id of their own may share a name.
  if (isKnown && lease.machine !== '' && lease.machine === here.machine && lease.boot !== here.boot)
    return { kind: 'dead', why: `${lease.host} was started anew since` };
  return far;
}

/** Undefined for what is no lease: nothing is known of who made that. */
export function readLease(text: string | undefined): Lease | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isLease(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const texts = ['who', 'host', 'machine', 'boot', 'space', 'started'];
  return (
    texts.every((key) => typeof fields[key] === 'string') &&
    ['pid', 'sinceMs'].every((key) => Number.isFinite(fields[key]))
  );
}

/** `podrun run of me on laptop, pid 4711`. */
export const leaseText = ({ who, host, pid }: Lease): string => `podrun run of ${who} on ${host}, pid ${pid}`;
