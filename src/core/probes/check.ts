import type { PartKey } from '../state/part-key.ts';
import type { Probe } from '../../model/probe.ts';
import type { PodRef } from '../runtime/pod-ref.ts';

export interface Check {
  /** `UID/CONTAINER/TYPE`. */
  readonly key: PartKey;
  readonly pod: PodRef;
  /** The run of the container that the answer will be about. */
  readonly instance: string;
  readonly request: ProbeRequest;
}

/** One check of one container: everything is resolved, named ports included. */
export interface ProbeRequest {
  readonly containerId: string;
  /** The Pod's address, used where the handler names no host. */
  readonly address: string;
  readonly handler: ProbeHandler;
  readonly timeoutMs: number;
}

export type ProbeHandler =
  /** What cannot be asked at all, say a port that has no name: always the prober's own error. */
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | HttpGetHandler
  | { readonly kind: 'tcpSocket'; readonly host?: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly port: number; readonly service: string };

export interface HttpGetHandler {
  readonly kind: 'httpGet';
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly host?: string;
  readonly port: number;
  readonly path: string;
  readonly headers: NonNullable<Probe['httpGet']>['httpHeaders'];
}

/** A lifecycle hook's handler with its port resolved. */
export type HookHandler =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | HttpGetHandler
  | { readonly kind: 'sleep'; readonly seconds: number };

export type HookResult =
  | {
      readonly ok: true;
      /** What is told although it succeeded: an https hook that was answered over http. */
      readonly fallback?: string;
    }
  | { readonly ok: false; readonly message: string };

/**
 * What a check found (pkg/probe/probe.go). `error` is the prober's own trouble: the result is thrown away.
 * `warning` counts as a success and is told.
 */
export interface ProbeResult {
  readonly verdict: 'success' | 'warning' | 'failure' | 'error';
  readonly output: string;
}
