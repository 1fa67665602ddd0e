import type { Probe } from '../manifest/types.ts';

/** One check of one container: everything is resolved, named ports included. */
export interface ProbeRequest {
  readonly containerId: string;
  /** The Pod's address, used where the handler names no host. */
  readonly address: string;
  readonly handler: ProbeHandler;
  readonly timeoutMs: number;
}

export type ProbeHandler =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | {
      readonly kind: 'httpGet';
      readonly scheme: 'HTTP' | 'HTTPS';
      readonly host?: string;
      readonly port: number;
      readonly path: string;
      readonly headers: NonNullable<Probe['httpGet']>['httpHeaders'];
    }
  | { readonly kind: 'tcpSocket'; readonly host?: string; readonly port: number };

/**
 * What a check found (pkg/probe/probe.go). `error` is the prober's own trouble: the result is thrown away.
 * `warning` counts as a success and is told.
 */
export interface ProbeResult {
  readonly verdict: 'success' | 'warning' | 'failure' | 'error';
  readonly output: string;
}
