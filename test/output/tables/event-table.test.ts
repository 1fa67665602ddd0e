import type { Event } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { eventTable, sortEvents } from '../../../src/output/tables/event-table.ts';
import { nowMs } from '../pods.ts';

const plain = { wide: false, allNamespaces: false, noHeaders: false, nowMs };

const makeEvent = (over: Partial<Event> = {}): Event => ({
  metadata: { name: 'web.1' },
  involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', fieldPath: 'spec.containers{app}' },
  type: 'Normal',
  reason: 'Started',
  message: 'Started container app',
  source: { component: 'podrun', host: 'laptop' },
  firstTimestamp: '2026-01-01T00:59:00Z',
  lastTimestamp: '2026-01-01T00:59:00Z',
  count: 1,
  ...over,
});

const unhealthy = makeEvent({
  type: 'Warning',
  reason: 'Unhealthy',
  message: 'Readiness probe failed: a\nb\n',
  lastTimestamp: '2026-01-01T00:59:58Z',
  count: 5,
});

test('golden', () => {
  expect(eventTable([makeEvent(), unhealthy], plain).join('\n')).toBe(
    [
      'LAST SEEN          TYPE      REASON      OBJECT    MESSAGE',
      '60s                Normal    Started     pod/web   Started container app',
      '2s (x5 over 60s)   Warning   Unhealthy   pod/web   Readiness probe failed: a\\nb',
    ].join('\n'),
  );
});

test('wide, all namespaces', () => {
  expect(eventTable([unhealthy], { ...plain, wide: true, allNamespaces: true }).join('\n')).toBe(
    [
      'NAMESPACE   LAST SEEN          TYPE      REASON      OBJECT    SUBOBJECT              SOURCE           MESSAGE                        FIRST SEEN   COUNT   NAME',
      'default     2s (x5 over 60s)   Warning   Unhealthy   pod/web   spec.containers{app}   podrun, laptop   Readiness probe failed: a\\nb   60s          5       web.1',
    ].join('\n'),
  );
});

test('no header; no event, no line', () => {
  expect(eventTable([makeEvent()], { ...plain, noHeaders: true })).toEqual([
    '60s   Normal   Started   pod/web   Started container app',
  ]);
  expect(eventTable([], plain)).toEqual([]);
});

test('sorted by when it was last seen; those of one second stay as they are', () => {
  const of = (name: string, lastTimestamp: string) => makeEvent({ metadata: { name }, lastTimestamp });
  const events = [of('b', '2026-01-01T00:00:02Z'), of('c', '2026-01-01T00:00:01Z'), of('a', '2026-01-01T00:00:02Z')];
  expect(sortEvents(events).map(({ metadata }) => metadata.name)).toEqual(['c', 'b', 'a']);
});
