/** What a step decides to do: an action with its reason, or a hook that begins. */
import type { EngineAction } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import { podKey } from '../runtime/pod-ref.ts';
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

/** The calls under way for a Pod, whichever of its lives they are for. Asked of many Pods in one step. */
export function callsFor(inFlight: ReadonlyMap<string, Planned>, key: string): readonly Planned[] {
  let calls = byPod.get(inFlight);
  if (calls === undefined) {
    calls = new Map();
    for (const planned of inFlight.values()) {
      const { pod } = planned;
      if (pod !== undefined) calls.set(podKey(pod), [...(calls.get(podKey(pod)) ?? []), planned]);
    }
    byPod.set(inFlight, calls);
  }
  return calls.get(key) ?? [];
}

const byPod = new WeakMap<ReadonlyMap<string, Planned>, Map<string, readonly Planned[]>>();

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
