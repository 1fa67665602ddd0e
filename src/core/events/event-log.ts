/** Events as they are kept: identical ones are one entry with a count, and the oldest make room for the newest. */
import type { Event } from 'kubernetes-types/core/v1.js';
import type { PodEvent } from './event.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import type { Node } from '../runtime/node.ts';
import { rfc3339 } from '../runtime/time.ts';

export interface EventLog {
  /** How often the log has changed. */
  readonly changes: number;
  /** The one that changed last comes last. */
  readonly entries: readonly LoggedEvent[];
}

export interface LoggedEvent extends Omit<PodEvent, 'atMs' | 'found'> {
  /** The Event object's own name. */
  readonly name: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** {@link EventLog.changes} when it changed last. */
  readonly change: number;
}

export const emptyLog: EventLog = { changes: 0, entries: [] };

const mostOfAPod = 100;
const mostInAll = 1000;

/** How far apart the engine's clock and ours may be for one and the same happening. */
const clockNoiseMs = 1_000;

/** The log with the events taken in; the same log when there is nothing new in them. */
export function foldEvents(log: EventLog, events: readonly PodEvent[]): EventLog {
  return events.reduce(foldEvent, log);
}

/** The entries that changed after a reader had seen so many changes. */
export function changesSince(log: EventLog, changes: number): readonly LoggedEvent[] {
  return log.entries.filter(({ change }) => change > changes);
}

/** When the Pod last said this of itself or of a part of it; undefined where it never did, or that is forgotten. */
export function lastTold(log: EventLog, pod: PodRef, told: Partial<PodEvent>): LoggedEvent | undefined {
  return log.entries.findLast(
    (entry) =>
      entry.pod.uid === pod.uid &&
      entry.fieldPath === told.fieldPath &&
      entry.reason === told.reason &&
      (told.message === undefined || entry.message === told.message),
  );
}

/** As the API gives it. */
export function eventObject(entry: LoggedEvent, node: Pick<Node, 'name'>): Event {
  const { pod, fieldPath } = entry;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: entry.name, namespace: pod.namespace, creationTimestamp: rfc3339(entry.firstMs) },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name: pod.name,
      namespace: pod.namespace,
      uid: pod.uid,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    type: entry.type,
    reason: entry.reason,
    message: entry.message,
    source: { component: 'podrun', host: node.name },
    reportingComponent: 'podrun',
    reportingInstance: node.name,
    firstTimestamp: rfc3339(entry.firstMs),
    lastTimestamp: rfc3339(entry.lastMs),
    count: entry.count,
  };
}

function foldEvent(log: EventLog, event: PodEvent): EventLog {
  const { atMs, found, ...what } = event;
  const known = log.entries.find((entry) => isSame(entry, event));
  if (known !== undefined && found === true && atMs <= known.lastMs + clockNoiseMs) return log;
  const change = log.changes + 1;
  const entry: LoggedEvent =
    known === undefined
      ? {
          ...what,
          name: `${event.pod.name}.${atMs.toString(16)}.${change.toString(16)}`,
          count: 1,
          firstMs: atMs,
          lastMs: atMs,
          change,
        }
      : { ...known, count: known.count + 1, lastMs: Math.max(known.lastMs, atMs), change };
  return { changes: change, entries: bounded([...log.entries.filter((other) => other !== known), entry]) };
}

function isSame(entry: LoggedEvent, event: PodEvent): boolean {
  return (
    entry.pod.uid === event.pod.uid &&
    entry.fieldPath === event.fieldPath &&
    entry.type === event.type &&
    entry.reason === event.reason &&
    entry.message === event.message
  );
}

/** One entry came: at most one of its Pod and one of all go. */
function bounded(entries: readonly LoggedEvent[]): readonly LoggedEvent[] {
  const uid = entries.at(-1)?.pod.uid;
  const ofPod = entries.filter((entry) => entry.pod.uid === uid);
  const kept = ofPod.length > mostOfAPod ? entries.filter((entry) => entry !== ofPod[0]) : entries;
  return kept.slice(-mostInAll);
}
