import { expect, test } from 'vitest';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { Engine, LogLine } from '../../../src/engine/port.ts';
import { findCauses } from '../../../src/run/diagnosis/find-causes.ts';
import { makeContainer, onEngine, ref } from '../../core/make.ts';
import { makePod, makeStatus, nowMs, running } from '../../output/pods.ts';

const pod = makePod(
  {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [makeStatus('app', running), makeStatus('proxy', running, { ready: true })],
  },
  { uid: ref.uid },
);

const line = (text: string, continues?: true): LogLine => ({
  stream: 'stdout',
  bytes: Buffer.from(text),
  time: '',
  ...(continues === undefined ? {} : { continues }),
});

function engineWith(logs: Readonly<Record<string, readonly LogLine[]>>, asked: unknown[] = []): Engine {
  const [first, second] = [0, 1].map((attempt) =>
    onEngine(makeContainer('app'), attempt, {
      id: `app${attempt}`,
      startedAtMs: 1,
      state: attempt === 0 ? 'exited' : 'running',
    }),
  );
  return {
    snapshot: () => Promise.resolve({ ...emptySnapshot, containers: [first, second] }),
    async *logs(id: string, options: unknown) {
      asked.push([id, options]);
      yield* logs[id] ?? [];
    },
  } as unknown as Engine;
}

const find = async (engine: Engine) =>
  (await findCauses(engine, { project: 'shop', pods: [pod], events: [], nowMs }))[0]?.containers.map(({ log }) => log);

test('the end of the log of each container that is in the way, a long line as one', async () => {
  const asked: unknown[] = [];
  const engine = engineWith({ app1: [line('long '), line('line\r\n', true), line('end')] }, asked);
  expect(await find(engine)).toEqual([['long line', 'end']]);
  expect(asked).toEqual([['app1', { follow: false, tail: 20 }]]);
});

test('that of the instance before, to its end, where the newest has written nothing', async () => {
  const asked: unknown[] = [];
  expect(await find(engineWith({ app0: [line('FATAL\n')] }, asked))).toEqual([['FATAL']]);
  expect(asked.at(-1)).toEqual(['app0', { follow: true, tail: 20 }]);
});

test('an engine that does not answer leaves the logs out', async () => {
  const silent = { snapshot: () => Promise.reject(new Error('away')) } as unknown as Engine;
  expect(await find(silent)).toEqual([[]]);
});
