import { describe, expect, test } from 'vitest';
import type { PodEvent } from '../../../src/core/events/event.ts';
import { changesSince, emptyLog, eventObject, foldEvents } from '../../../src/core/events/event-log.ts';
import { ref } from '../make.ts';

const event = (over: Partial<PodEvent> = {}): PodEvent => ({
  type: 'Warning',
  reason: 'Unhealthy',
  message: 'Readiness probe failed: no',
  pod: ref,
  fieldPath: 'spec.containers{app}',
  atMs: 10_000,
  ...over,
});

describe('foldEvents', () => {
  test('identical ones are one with a count; its name stays', () => {
    const log = foldEvents(emptyLog, [event(), event({ reason: 'Other' }), event({ atMs: 20_000 })]);
    expect(log.entries.map(({ reason, count, firstMs, lastMs }) => [reason, count, firstMs, lastMs])).toEqual([
      ['Other', 1, 10_000, 10_000],
      ['Unhealthy', 2, 10_000, 20_000],
    ]);
    expect(new Set(log.entries.map(({ name }) => name)).size).toBe(2);
    expect(log.entries[1]?.name).toBe(foldEvents(emptyLog, [event()]).entries[0]?.name);
  });

  test.each<[string, Partial<PodEvent>]>([
    ['message', { message: 'Readiness probe failed: yes' }],
    ['container', { fieldPath: 'spec.containers{side}' }],
    ['life of the Pod', { pod: { ...ref, uid: 'another' } }],
    ['type', { type: 'Normal' }],
  ])('another %s is another event', (_what, over) => {
    expect(foldEvents(emptyLog, [event(), event(over)]).entries).toHaveLength(2);
  });

  test('what was found is dropped when it was told before, give or take the clocks', () => {
    const log = foldEvents(emptyLog, [event()]);
    expect(foldEvents(log, [event({ found: true, atMs: 10_500 })])).toBe(log);
    expect(foldEvents(log, [event({ found: true, atMs: 15_000 })]).entries[0]).toMatchObject({
      count: 2,
      lastMs: 15_000,
    });
    expect(foldEvents(emptyLog, [event({ found: true })]).entries).toHaveLength(1);
  });

  test('a hundred a Pod and a thousand in all, the oldest go', () => {
    const many = (pods: number, each: number) =>
      Array.from({ length: pods * each }, (_, i) => event({ message: `${i}`, pod: { ...ref, uid: `uid${i % pods}` } }));
    const one = foldEvents(emptyLog, many(1, 150));
    expect([one.entries.length, one.entries[0]?.message, one.entries.at(-1)?.message]).toEqual([100, '50', '149']);
    const all = foldEvents(emptyLog, many(20, 80));
    expect([all.entries.length, all.entries[0]?.message]).toEqual([1000, '600']);
  });

  test('a reader gets what changed since it read', () => {
    const first = foldEvents(emptyLog, [event(), event({ reason: 'Other' })]);
    const then = foldEvents(first, [event({ atMs: 11_000 })]);
    expect(changesSince(then, first.changes).map(({ reason, count }) => [reason, count])).toEqual([['Unhealthy', 2]]);
    expect(changesSince(then, then.changes)).toEqual([]);
    expect(changesSince(then, 0)).toHaveLength(2);
  });
});

test('the object of the API', () => {
  const [entry] = foldEvents(emptyLog, [event(), event({ atMs: 70_000 })]).entries;
  if (entry === undefined) throw new Error('no entry');
  expect(eventObject(entry, { name: 'laptop' })).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web.2710.1', namespace: 'default', creationTimestamp: '1970-01-01T00:00:10Z' },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name: 'web',
      namespace: 'default',
      uid: ref.uid,
      fieldPath: 'spec.containers{app}',
    },
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Readiness probe failed: no',
    source: { component: 'podrun', host: 'laptop' },
    reportingComponent: 'podrun',
    reportingInstance: 'laptop',
    firstTimestamp: '1970-01-01T00:00:10Z',
    lastTimestamp: '1970-01-01T00:01:10Z',
    count: 2,
  });
});
