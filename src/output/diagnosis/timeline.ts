/** What happened to the Pods, in the order in which it did: their events, and the beginnings and ends of containers. */
import type { ContainerStatus, Event, Pod } from 'kubernetes-types/core/v1.js';
import { oneLine } from '../text.ts';

interface Moment {
  readonly atMs: number;
  readonly text: string;
}

/** A line a moment: `2026-01-01T00:00:05Z  +5.0s  web/app  started`. The first is the zero of the second column. */
export function timelineLines(pods: readonly Pod[], events: readonly Event[]): readonly string[] {
  const moments = [...events.flatMap(eventMoments), ...pods.flatMap(podMoments)]
    .filter(({ atMs }) => !Number.isNaN(atMs))
    .toSorted((a, b) => a.atMs - b.atMs);
  const [first] = moments;
  return moments.map(({ atMs, text }) => {
    const since = `+${((atMs - (first?.atMs ?? atMs)) / 1000).toFixed(1)}s`;
    return `${new Date(atMs).toISOString()}  ${since.padStart(9)}  ${oneLine(text)}`;
  });
}

function eventMoments(event: Event): readonly Moment[] {
  const { involvedObject, type, reason, message = '', count = 1, firstTimestamp, lastTimestamp } = event;
  const part = /\{(.+)\}$/.exec(involvedObject.fieldPath ?? '')?.[1];
  const about = [involvedObject.name, part].filter(Boolean).join('/');
  const text = `${about}  ${type ?? ''} ${reason ?? ''}: ${message.trim()}`;
  const first = { atMs: Date.parse(firstTimestamp ?? ''), text };
  if (count <= 1) return [first];
  return [first, { atMs: Date.parse(lastTimestamp ?? ''), text: `${text} (the last of ${count} times)` }];
}

function podMoments({ metadata, status }: Pod): readonly Moment[] {
  const name = metadata?.name ?? '';
  const conditions = (status?.conditions ?? []).map(({ type, status: is, reason, lastTransitionTime }) => ({
    atMs: Date.parse(lastTransitionTime ?? ''),
    text: `${name}  ${type} is ${is}${reason === undefined || reason === '' ? '' : ` (${reason})`}`,
  }));
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return [...conditions, ...statuses.flatMap((each) => containerMoments(name, each))];
}

function containerMoments(pod: string, { name, state, lastState }: ContainerStatus): readonly Moment[] {
  const about = `${pod}/${name}`;
  const starts = [state?.running, state?.terminated, lastState?.terminated].flatMap((each) =>
    each?.startedAt === undefined ? [] : [{ atMs: Date.parse(each.startedAt), text: `${about}  started` }],
  );
  const ends = [state?.terminated, lastState?.terminated].flatMap((each) =>
    each?.finishedAt === undefined
      ? []
      : [{ atMs: Date.parse(each.finishedAt), text: `${about}  ended with exit code ${each.exitCode}` }],
  );
  return [...starts, ...ends];
}
