import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask, follow, takeControl } from '../../src/state/control.ts';
import type { Answer, Request } from '../../src/state/control.ts';
import { makeScratch } from '../scratch.ts';

const owner = { project: 'shop', pid: 1, dir: '/', startedAt: '' };

/** A supervisor whose Pods and events a test changes. */
async function listen() {
  const path = join(await makeScratch('control'), 's');
  const world = { pods: ['a'], events: ['one', 'two'] };
  const answer = (request: Request): Answer =>
    request.op === 'events'
      ? {
          owner,
          engineAnswers: true,
          pods: [],
          events: { items: world.events.slice(request.since), changes: world.events.length },
        }
      : { owner, engineAnswers: true, pods: world.pods };
  const lock = await takeControl(path, answer);
  if (lock.kind === 'owned') throw new Error('owned');
  onTestFinished(() => lock.control.close());
  return { path, world, control: lock.control };
}

test('events are told once, or as they come', async () => {
  const { path, world, control } = await listen();
  const asked = await ask(path, { op: 'events', since: 1, watch: false });
  expect(asked.kind === 'answer' && asked.answer.events).toEqual({ items: ['two'], changes: 2 });
  const told: unknown[] = [];
  const ended = follow(path, { op: 'events', since: 0, watch: true }, ({ events }) => told.push(events?.items));
  await vi.waitFor(() => expect(told).toEqual([['one', 'two']]));
  control.publish();
  world.events.push('three');
  control.publish();
  control.publish();
  await vi.waitFor(() => expect(told).toEqual([['one', 'two'], ['three']]));
  await control.close();
  await ended;
  expect(told).toHaveLength(2);
});

test('who watches is told of Pods that changed, and of nothing else', async () => {
  const { path, world, control } = await listen();
  const told: unknown[] = [];
  const leaving = new AbortController();
  const ended = follow(path, { op: 'watch' }, ({ pods }) => told.push(pods), leaving.signal);
  await vi.waitFor(() => expect(told).toEqual([['a']]));
  control.publish();
  world.pods = ['b'];
  control.publish();
  await vi.waitFor(() => expect(told).toEqual([['a'], ['b']]));
  leaving.abort();
  await ended;
  await expect(follow(`${path}.none`, { op: 'watch' }, () => {})).rejects.toThrow();
});

test('a reader that does not read costs no memory, and gets the newest when it reads on', async () => {
  const { path, world, control } = await listen();
  const told: number[] = [];
  void follow(path, { op: 'watch' }, ({ pods }) => told.push(Number(String(pods[0]).split(' ')[0])));
  await vi.waitFor(() => expect(told).toHaveLength(1));
  for (let i = 1; i <= 300; i += 1) {
    world.pods = [`${i} ${'x'.repeat(100_000)}`];
    control.publish();
  }
  await vi.waitFor(() => expect(told.at(-1)).toBe(300));
  expect(told.length).toBeLessThan(100);
});

test('what is no request ends the talk', async () => {
  const { path } = await listen();
  expect(await ask(path, { op: 'dance' } as unknown as Request)).toEqual({ kind: 'nobody' });
});
