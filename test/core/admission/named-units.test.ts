/** What a Service's name means to `up` and `down`: its Pods, and of a controller's all. */
import { expect, test } from 'vitest';
import { nameablesIn, namedUnits } from '../../../src/core/admission/named-units.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { makePod, makeProject } from '../make.ts';

const of = (pod: Pod, ...services: readonly string[]): Pod => ({ ...pod, services });
const setPod = (name: string): Pod => {
  const pod = makePod(name);
  return {
    ...pod,
    metadata: { ...pod.metadata, ownerReference: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' } },
  };
};
const all = nameablesIn(
  makeProject(of(makePod('web'), 'front', 'job'), of(setPod('db-0'), 'front'), setPod('db-1'), makePod('job')),
);

test.each<[string, readonly string[]]>([
  ['svc/front', ['default/web', 'default/StatefulSet/db']],
  ['front', ['default/web', 'default/StatefulSet/db']],
  ['svc/job', ['default/web']],
  ['job', ['default/job']],
])('%s', (word, units) => {
  expect(namedUnits([word], all)).toMatchObject({ units, parts: [], missing: [] });
});

test('a Service that selects nothing is missing', () => {
  expect(namedUnits(['svc/none'], all).missing).toEqual(['svc/none']);
});
