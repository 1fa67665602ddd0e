import { expect, test } from 'vitest';
import type { EngineAction, Failure } from '../../../src/core/runtime/action.ts';
import type { Outcome } from '../../../src/core/runtime/outcome.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { EngineContainer } from '../../../src/core/runtime/snapshot.ts';
import { makeServing } from '../../../src/run/services/serving.ts';
import type { ServingSetup } from '../../../src/run/services/serving.ts';
import type { Project } from '../../../src/model/project.ts';
import { infraOnEngine, makePod, makeProject } from '../../core/make.ts';

const web = { ...makePod('web'), services: ['front'] };
const service = { name: 'front', namespace: 'default', type: 'ClusterIP', ports: [] } as const;
const project = { ...makeProject(web), services: [service] };
const gateway = { image: 'node', program: '/p/gateway.mjs' };
const aliased = { ...project, aliased: true, pods: [{ ...web, aliases: ['front'] }] };

interface Faults {
  readonly failures?: Partial<Record<EngineAction['verb'], Failure['kind']>>;
  readonly containers?: readonly EngineContainer[];
}

/** What an engine is asked, and what is told. */
function servingOn({ failures = {}, containers = [] }: Faults, setup: Partial<ServingSetup> = {}) {
  const asked: string[] = [];
  const told: string[] = [];
  const engine = {
    snapshot: () => Promise.resolve({ ...emptySnapshot, containers }),
    perform: async (action: EngineAction): Promise<Outcome> => {
      asked.push(action.verb);
      await Promise.resolve();
      const kind = failures[action.verb];
      if (kind === undefined) return { ok: true, verb: action.verb, imageId: 'x' } as Outcome;
      return { ok: false, failure: { kind, message: 'no such host' } };
    },
  };
  const made = makeServing(engine, { gateway, pull: true, ...setup });
  const tell = (text: string): void => void told.push(text);
  const serving = {
    fit: (asIs: Project) => made.fit(asIs, tell),
    giveUp: (asIs: Project, why: string) => made.giveUp(asIs, why, tell),
  };
  return { serving, asked, told };
}

const noImage = { failures: { inspectImage: 'noImage', pullImage: 'refused' } } as const;

test('an image that is there is neither pulled nor told of', async () => {
  const { serving, asked, told } = servingOn({});
  expect([await serving.fit(project), await serving.fit(project)]).toEqual([project, project]);
  expect([asked, told]).toEqual([['inspectImage'], []]);
});

test('an image that is not there is pulled, and that is told', async () => {
  const { serving, asked, told } = servingOn({ failures: { inspectImage: 'noImage' } });
  expect(await serving.fit(project)).toEqual(project);
  expect([asked, told]).toEqual([['inspectImage', 'pullImage'], ['pulling image node, which serves Services']]);
});

test('an image that cannot be had makes Services names of their Pods, told once', async () => {
  const { serving, asked, told } = servingOn(noImage);
  expect([await serving.fit(project), await serving.fit(project)]).toEqual([aliased, aliased]);
  expect(asked).toEqual(['inspectImage', 'pullImage']);
  expect(told).toEqual([expect.any(String), expect.stringMatching(/^Services are not served: .*\(no such host\)$/)]);
});

test('where nothing is to be pulled it is not, and a plan takes it to be there', async () => {
  const never = servingOn(noImage, { pull: false });
  expect(await never.serving.fit(project)).toEqual(aliased);
  expect(never.asked).toEqual(['inspectImage']);
  const plan = servingOn(noImage, { pull: 'later' });
  expect([await plan.serving.fit(project), plan.asked]).toEqual([project, []]);
});

test('Pods that are there stay what they were made for', async () => {
  const own = servingOn({ ...noImage, containers: [infraOnEngine(web)] });
  expect([await own.serving.fit(project), own.asked]).toEqual([project, []]);
  const named = servingOn({ containers: [infraOnEngine({ ...web, aliases: ['front'] })] });
  expect([await named.serving.fit(project), named.told]).toEqual([aliased, [expect.stringContaining('podrun down')]]);
});

test('an edit waits for the one before it', async () => {
  const { serving } = servingOn({ failures: { inspectImage: 'noImage' } });
  const order: string[] = [];
  const bare = makeProject(web);
  const first = serving.fit(project).then(() => order.push('first'));
  const second = serving.fit(bare).then(() => order.push('second'));
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

test('what turns out later holds from then on', async () => {
  const { serving, told } = servingOn({});
  await serving.fit(project);
  expect(serving.giveUp(project, 'operation not permitted')).toEqual(aliased);
  expect(await serving.fit(project)).toEqual(aliased);
  expect(told).toEqual([expect.stringMatching(/: operation not permitted$/)]);
});

test('a project without Services asks the engine nothing', async () => {
  const { serving, asked } = servingOn({});
  const bare = makeProject(web);
  expect([await serving.fit(bare), asked]).toEqual([bare, []]);
});
