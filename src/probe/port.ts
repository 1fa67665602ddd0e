import type { HookHandler, HookResult, ProbeRequest, ProbeResult } from '../core/probes/check.ts';

/** Carries out checks and lifecycle hooks of containers. */
export interface Prober {
  /** Settles within the timeout and a moment; never rejects. */
  check(request: ProbeRequest): Promise<ProbeResult>;
  /** Settles when the hook has ended; never rejects. */
  runHook(containerId: string, handler: HookHandler, address: string): Promise<HookResult>;
}
