/** How the gateway is told of Services, and what becomes of its answers and its silence. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { projectLabels } from '../../../src/core/runtime/labels.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import type { State } from '../../../src/core/state/state.ts';
import type { CommandSession } from '../../../src/engine/port.ts';
import { feedGateway } from '../../../src/run/services/feed-gateway.ts';
import { makeContainer, makePod, makeProject, makeState, onEngine } from '../../core/make.ts';
import { holding } from '../../core/memory.ts';
import { StandingClock } from '../standing-clock.ts';

const networkLabels = projectLabels({ project: 'shop' }, 'network', 'podrun-shop');
const network = {
  ...{ id: 'net1', name: 'podrun-shop', createdAtMs: 0, gateway: '172.20.0.1', subnet: '172.20.0.0/16' },
  labels: networkLabels,
};
const service = { name: 'front', namespace: 'default', type: 'ClusterIP', ports: [] } as const;

const gatewayIs = (over: Partial<EngineContainer>): EngineContainer => ({
  ...onEngine(makeContainer('gateway'), 0, { address: '172.20.0.3', ...over }),
  name: 'shop.services',
  labels: projectLabels({ project: 'shop' }, 'services', 'shop.services'),
});

function stateWith(over: Partial<EngineContainer> = {}, names: readonly string[] = ['front']): State {
  const services = names.map((name) => ({ ...service, name }));
  const state = holding(
    makeState(),
    { ...makeProject(makePod('web')), services },
    {
      networks: [network],
      containers: [gatewayIs(over)],
    },
  );
  return { ...state, self: { ...state.self, gateway: { image: 'node', program: '/gateway.mjs' } } };
}

/** A feeder with a gateway whose answers the test gives. */
function feeding() {
  const clock = new StandingClock();
  const said: string[] = [];
  const sent: string[] = [];
  const answers = new PassThrough({ objectMode: true });
  let opened = 0;
  const session = {
    input: { write: (line: string) => sent.push(line) },
    output: answers,
    close: () => answers.destroy(),
  } as unknown as CommandSession;
  const engine = {
    openCommand: () => {
      opened += 1;
      return Promise.resolve(session);
    },
  };
  const feeder = feedGateway(engine, clock, {
    served: () => said.push('served'),
    trouble: (why) => said.push(why),
    failures: (texts) => said.push(texts.join()),
  });
  const answer = async (text: string): Promise<void> => {
    for (const part of [text.slice(0, 9), text.slice(9)])
      answers.write({ stream: 'stdout', payload: Buffer.from(part) });
    await new Promise((next) => setImmediate(next));
  };
  const step = async (state: State): Promise<void> => {
    feeder.stepped(makeState(), state);
    await new Promise((next) => setImmediate(next));
  };
  return { clock, said, sent, answer, step, opened: () => opened };
}

test('it is told once of what there is, again when that changes, and its answers are taken', async () => {
  const { said, sent, answer, step, opened } = feeding();
  await step(stateWith());
  await step(stateWith());
  expect([opened(), sent.length]).toEqual([1, 1]);
  await answer('{"failures":[]}\n');
  await step(stateWith({}, ['front', 'back']));
  expect(sent.map((line) => (JSON.parse(line) as { services: unknown[] }).services.length)).toEqual([1, 2]);
  await answer('{"failures":["UDP 172.20.128.11:53: EADDRINUSE"]}\n');
  expect(said).toEqual(['served', 'served', 'UDP 172.20.128.11:53: EADDRINUSE']);
});

test('it is told that there are no Services any more', async () => {
  const { sent, step } = feeding();
  await step(stateWith());
  const { services: _services, ...bare } = stateWith().project ?? makeProject();
  await step({ ...stateWith(), project: bare });
  expect(JSON.parse(sent[1] ?? '')).toMatchObject({ services: [] });
});

test('one that cannot go by it is trouble, once', async () => {
  const { said, answer, step } = feeding();
  await step(stateWith());
  await answer('{"refused":"bind EADDRINUSE 172.20.128.10:53"}\n');
  await answer('{"refused":"bind EADDRINUSE 172.20.128.10:53"}\n');
  expect(said).toEqual(['bind EADDRINUSE 172.20.128.10:53']);
});

test('silence is trouble after 30 seconds, and not after an answer', async () => {
  const silent = feeding();
  await silent.step(stateWith());
  silent.clock.advance(29_999);
  expect(silent.said).toEqual([]);
  silent.clock.advance(1);
  expect(silent.said).toEqual(['what serves them does not answer']);
  const other = feeding();
  await other.step(stateWith());
  await other.answer('{"failures":[]}\n');
  other.clock.advance(30_000);
  expect(other.said).toEqual(['served']);
});

test('a gateway that ends is trouble', async () => {
  const { said, step } = feeding();
  await step(stateWith({ state: 'exited', exitCode: 1, startedAtMs: 1 }));
  expect(said).toEqual(['container shop.services ended with exit code 1; docker logs shop.services tells why']);
});

test('an engine that is silent says nothing of Pods, so nothing is told of them until it answers', async () => {
  const { sent, step } = feeding();
  await step(stateWith());
  const told = sent.length;
  const changed = stateWith({}, ['front', 'back']);
  await step({ ...changed, engine: { answers: false, sinceMs: 0 } });
  expect(sent).toHaveLength(told);
  await step(changed);
  expect(sent).toHaveLength(told + 1);
});
