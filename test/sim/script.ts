/** What the process of one run of a container does. */
export interface Run {
  /** How long it lives by itself; unset: for ever. */
  readonly lifeMs?: number;
  readonly exitCode: number;
  /** How long it takes to end once it is asked; unset: it does not listen. */
  readonly termMs?: number;
  /** The exit code of an end that it was asked for. */
  readonly termCode: number;
  /** From when on its liveness check fails; unset: never. */
  readonly badAfterMs?: number;
  /** From when on its readiness check passes; unset: at once. */
  readonly readyAfterMs?: number;
  /** From when on its startup check passes; unset: at once. */
  readonly startedAfterMs?: number;
  readonly postStart?: HookRun;
  readonly preStop?: HookRun;
  /** Its command is not there: the start fails and leaves it `created` with this exit code. */
  readonly broken?: 127;
}

/** How a lifecycle hook goes in that run; without `ms` it hangs. */
export interface HookRun {
  readonly ms?: number;
  readonly ok: boolean;
}

/** Longer than any schedule: a startup check that never passes. */
export const neverMs = 1e9;

/** By `NAMESPACE/POD/CONTAINER`: its runs in order, the last one again and again. */
export type Scripts = Readonly<Record<string, readonly Run[]>>;

const plain: Run = { exitCode: 0, termMs: 5, termCode: 143 };
const plainInit: Run = { ...plain, lifeMs: 300 };

export function runOf(scripts: Scripts, key: string, started: number): Run {
  const runs = scripts[key] ?? [];
  return runs[Math.min(started, runs.length - 1)] ?? (/\/init\d$/.test(key) ? plainInit : plain);
}
