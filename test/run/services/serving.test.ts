import { expect, test } from 'vitest';
import type { EngineAction, Failure } from '../../../src/core/runtime/action.ts';
import type { Outcome } from '../../../src/core/runtime/outcome.ts';
import { makeServing } from '../../../src/run/services/serving.ts';
import { makePod, makeProject } from '../../core/make.ts';

const web = { ...makePod('web'), services: ['front'] };
const service = { name: 'front', namespace: 'default', type: 'ClusterIP', ports: [] } as const;
const project = { ...makeProject(web), services: [service] };
const gateway = { image: 'node', program: '/p/gateway.mjs' };

/** An engine that answers so, by verb; what was asked of it. */
function engineWith(failures: Partial<Record<EngineAction['verb'], Failure['kind']>>) {
  const asked: string[] = [];
  const perform = (action: EngineAction): Promise<Outcome> => {
    asked.push(action.verb);
    const kind = failures[action.verb];
    if (kind === undefined) return Promise.resolve({ ok: true, verb: action.verb, imageId: 'x' } as Outcome);
    return Promise.resolve({ ok: false, failure: { kind, message: 'no such host' } });
  };
  return { asked, perform };
}

test('an image that is there is neither pulled nor told of', async () => {
  const engine = engineWith({});
  const told: string[] = [];
  const serve = makeServing(engine, gateway, true, (text) => told.push(text));
  expect([await serve(project), await serve(project)]).toEqual([project, project]);
  expect([engine.asked, told]).toEqual([['inspectImage'], []]);
});

test('an image that cannot be had makes Services names of their Pods, told once', async () => {
  const engine = engineWith({ inspectImage: 'noImage', pullImage: 'refused' });
  const told: string[] = [];
  const serve = makeServing(engine, gateway, true, (text) => told.push(text));
  const { services, pods } = await serve(project);
  await serve(project);
  expect([services, pods[0]?.aliases]).toEqual([undefined, ['front']]);
  expect(engine.asked).toEqual(['inspectImage', 'pullImage']);
  expect(told).toEqual([expect.stringMatching(/^image node cannot be had, .*\(no such host\)$/)]);
});

test('a project without Services asks the engine nothing', async () => {
  const engine = engineWith({});
  const bare = makeProject(web);
  expect(await makeServing(engine, gateway, true, () => undefined)(bare)).toBe(bare);
  expect(engine.asked).toEqual([]);
});
