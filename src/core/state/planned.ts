/** What a step decides to do: an action with its reason, or a hook that begins. */
import type { EngineAction } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import type { HookHandler } from '../probes/check.ts';

/** An action with its reason and what it is for. */
export interface Planned {
  readonly action: EngineAction;
  readonly because: readonly Reason[];
  readonly pod?: PodRef;
  /** The container's name in the Pod. */
  readonly container?: string;
}

export type HookType = 'postStart' | 'preStop';

/** A hook that begins now. */
export interface HookRun {
  /** `RUN/TYPE`: a hook runs once in a run of its container. */
  readonly key: string;
  readonly type: HookType;
  readonly pod: PodRef;
  readonly container: string;
  readonly containerId: string;
  /** The Pod's address. */
  readonly address: string;
  readonly handler: HookHandler;
}

export type HookMemory = 'running' | 'done' | { readonly failed: string };
