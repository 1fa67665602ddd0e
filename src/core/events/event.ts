/** What happened to a Pod, in Kubernetes' words: one entry for `events` and `describe` (pkg/kubelet/events/event.go). */
import type { Pod } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import type { EventLog } from './event-log.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import type { State } from '../state/state.ts';
import type { Effect } from '../state/input.ts';

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly pod: PodRef;
  /** The part of the Pod it is about, say `spec.containers{app}`; unset: the Pod as a whole. */
  readonly fieldPath?: string;
  readonly atMs: number;
  /** Found, not seen to happen: it may have been told before, then with a time of ours that is a little later. */
  readonly found?: true;
}

/** What events are made from: a step, and what was told before it. */
export interface Scene {
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
  readonly log: EventLog;
  readonly nowMs: number;
  readonly causesText: CausesText;
}

/** Causes as one line of an event's message, which is kept on the user's disk: the words are not the core's. */
export type CausesText = (because: readonly Reason[]) => string;

/** The API's own limit for an event's message. */
const longestMessage = 1024;

/** An event of now; about a container of the Pod where one is named. */
export function makeEvent(
  scene: Scene,
  type: PodEvent['type'],
  reason: string,
  message: string,
  pod: PodRef,
  container?: string,
): PodEvent {
  const { name, namespace, uid } = pod;
  return {
    type,
    reason,
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
    pod: { name, namespace, uid },
    ...(container === undefined ? {} : { fieldPath: fieldPathOf(scene, pod, container) }),
    atMs: scene.nowMs,
  };
}

export function fieldPathOf(scene: Scene, ref: PodRef, container: string): string {
  return isInit(scene, ref, container) ? `spec.initContainers{${container}}` : `spec.containers{${container}}`;
}

export function isInit({ before, after }: Scene, ref: PodRef, container: string): boolean {
  const pod = appliedOf(after, ref) ?? appliedOf(before, ref);
  return pod?.spec.initContainers.some(({ name }) => name === container) ?? false;
}

/** The Pod as last applied. */
export const appliedOf = ({ pods }: State, ref: PodRef): Pod | undefined =>
  podAt(pods, podKey(ref))?.memory.applied.get(ref.uid);
