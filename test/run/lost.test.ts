import { expect, test } from 'vitest';
import { lostBy } from '../../src/run/lost.ts';
import type { Pod } from '../../src/model/pod.ts';
import { makePod, makeProject, makeContainer } from '../core/make.ts';

const app = makeContainer('app');

function replica(hash: string, suffix: string, volumes: Pod['spec']['volumes'] = []): Pod {
  const pod = makePod(`web-${hash}-${suffix}`, { containers: [app], volumes }, { 'pod-template-hash': hash });
  const ownerReference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}` };
  return { ...pod, metadata: { ...pod.metadata, ownerReference } };
}

const scratch: Pod['spec']['volumes'] = [{ name: 'scratch', emptyDir: { medium: '' } }];
const [web, db] = [makePod('web', { containers: [app] }), makePod('db', { containers: [app] })];

test.each([
  ['nothing', [web, db], [db, web], []],
  ['a Pod, with all that is of it', [web, db], [db], ['Pod default/web']],
  [
    'a container',
    [makePod('web', { containers: [app, makeContainer('proxy')] })],
    [web],
    ['container proxy of Pod default/web'],
  ],
  ['no Pod where a Deployment’s template is another', [replica('a', 'x')], [replica('b', 'y')], []],
  [
    'Pods of a Deployment, once',
    [replica('a', 'x'), replica('a', 'y'), replica('a', 'z')],
    [replica('a', 'x')],
    ['Pod of Deployment default/web'],
  ],
  [
    'a volume of every Pod of a Deployment, once',
    [replica('a', 'x', scratch), replica('a', 'y', scratch)],
    [replica('b', 'x'), replica('b', 'y')],
    ['volume scratch of Pod of Deployment default/web'],
  ],
])('an edit takes away %s', (_, before, next, lost) => {
  expect(lostBy(makeProject(...before), makeProject(...next))).toEqual(lost);
});
