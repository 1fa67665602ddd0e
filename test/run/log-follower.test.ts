import { expect, test } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import type { Engine, LogLine } from '../../src/engine/port.ts';
import { followLogs } from '../../src/run/log-follower.ts';
import { StandingClock } from './standing-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const container = (state: EngineContainer['state']) =>
  ({
    id: 'id',
    name: 'shop.web.app',
    state,
    startedAtMs: 1,
    labels: {
      'dev.podrun.kind': 'container',
      'io.kubernetes.pod.name': 'web',
      'io.kubernetes.pod.namespace': 'default',
      'io.kubernetes.pod.uid': 'uid',
      'io.kubernetes.container.name': 'app',
    },
  }) as unknown as EngineContainer;

/** A follower of one container, whose log comes by hand. */
function follow(print?: () => Promise<void>) {
  const clock = new StandingClock();
  let arrive = (_text: string | undefined): void => {};
  const said: string[] = [];
  async function* logs(_id: string, _options: unknown, signal: AbortSignal): AsyncGenerator<LogLine> {
    const aborted = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
    for (;;) {
      const next = await Promise.race([new Promise<string | undefined>((resolve) => (arrive = resolve)), aborted]);
      if (next === undefined) return;
      yield { stream: 'stdout', bytes: Buffer.from(next), time: '' };
    }
  }
  const follower = followLogs({ logs } as unknown as Engine, clock, 0, (_source, { bytes }) => {
    said.push(bytes.toString());
    return print?.();
  });
  follower.update([container('running')]);
  return {
    clock,
    follower,
    said,
    line: async (text: string | undefined) => {
      arrive(text);
      await settled();
    },
  };
}

/** What a promise has come to, so far. */
async function soFar<T>(promise: Promise<T>): Promise<T | 'open'> {
  await settled();
  return Promise.race([promise, Promise.resolve('open' as const)]);
}

test('the log of what has ended is printed to its end, however long that takes', async () => {
  const { clock, follower, said, line } = follow();
  follower.update([container('exited')]);

  const closed = follower.close();
  const texts = Array.from({ length: 20 }, (_, number) => `${number}`);
  for (const text of texts) {
    clock.advance(9_000);
    await line(text);
  }

  expect(await soFar(closed)).toBe('open');
  await line(undefined);
  expect(await closed).toEqual([]);
  expect(said).toEqual(texts);
});

test('what still runs is followed no more', async () => {
  const { follower } = follow();
  expect(await follower.close()).toEqual([]);
});

test('an engine that sends nothing more is not waited for, and the log is named', async () => {
  const { clock, follower, line } = follow();
  follower.update([container('exited')]);
  const closed = follower.close();
  clock.advance(9_000);
  await line('late');
  clock.advance(9_000);
  expect(await soFar(closed)).toBe('open');
  clock.advance(1_000);
  expect(await closed).toEqual([{ pod: 'web', container: 'app' }]);
});

test('a slow reader is no silent engine', async () => {
  let take = (): void => {};
  const { clock, follower, line } = follow(() => new Promise((resolve) => (take = resolve)));
  follower.update([container('exited')]);
  const closed = follower.close();
  await line('one');
  clock.advance(10_000);
  clock.advance(10_000);
  expect(await soFar(closed)).toBe('open');
  take();
  await settled();
  await line(undefined);
  expect(await closed).toEqual([]);
});

test('a container’s removal waits for the end of its log, unless it runs', async () => {
  const { follower, line } = follow();
  expect(follower.ended('id')).toBeUndefined();
  expect(follower.ended('another')).toBeUndefined();
  follower.update([container('exited')]);
  const ended = follower.ended('id')?.then(() => 'ended') ?? Promise.reject(new Error('nothing to wait for'));
  await line('one');
  expect(await soFar(ended)).toBe('open');
  await line(undefined);
  expect(await ended).toBe('ended');
  expect(follower.ended('id')).toBeUndefined();
});

test('in a hurry a removal waits for nothing', async () => {
  const { follower } = follow();
  follower.update([container('exited')]);
  const ended = follower.ended('id');
  follower.hurry();
  expect(await ended).toBeUndefined();
});
