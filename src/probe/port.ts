import type { ProbeRequest, ProbeResult } from '../core/check.ts';

/** Carries out one check of a container. */
export interface Prober {
  /** Settles within the timeout and a moment; never rejects. */
  check(request: ProbeRequest): Promise<ProbeResult>;
}
