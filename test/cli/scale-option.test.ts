import { expect, test } from 'vitest';
import { readScales } from '../../src/cli/options/scale-option.ts';
import { workload } from '../core/workloads/rolling.ts';
import { projectOf } from '../manifest/parse.ts';

const project = projectOf(workload('Deployment', { replicas: 2 }));

test.each(['web=5', 'deploy/web=5'])('%s', (text) => {
  expect([...readScales(project, [text])]).toEqual([['default/Deployment/web', { replicas: { value: 5, file: 2 } }]]);
});

test.each([
  ['web', '--scale takes NAME=N, not web'],
  ['web=-1', '--scale takes NAME=N, not web=-1'],
  ['db=2', '--scale db=2: there is no Deployment or StatefulSet db'],
])('%s is refused', (text, why) => {
  expect(() => readScales(project, [text])).toThrow(why);
});
