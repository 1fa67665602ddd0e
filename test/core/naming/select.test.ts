/** What the words of a command line name, and the Pods that it means. */
import { describe, expect, test } from 'vitest';
import { kindNamed, notFound, objectName } from '../../../src/core/naming/kinds.ts';
import type { Nameable } from '../../../src/core/naming/meant-pods.ts';
import { selectNamed } from '../../../src/core/naming/select.ts';

const owned = (kind: string, owner: string, labels = {}): Partial<Nameable> => ({
  owner: { apiVersion: 'apps/v1', kind, name: owner },
  labels,
});
const pod = (name: string, over: Partial<Nameable> = {}): Nameable => ({
  ...{ name, namespace: 'default', labels: {}, services: [] },
  ...over,
});

const ofWeb = owned('ReplicaSet', 'web-5d4', { 'pod-template-hash': '5d4' });
const pods: readonly Nameable[] = [
  pod('alone', { services: ['front'] }),
  pod('web-5d4-aaaaa', { ...ofWeb, services: ['front', 'web'] }),
  pod('web-5d4-bbbbb', { ...ofWeb, services: ['front', 'web'] }),
  pod('db-0', owned('StatefulSet', 'db')),
  pod('agent-ccccc', owned('DaemonSet', 'agent')),
  pod('old-ddddd', owned('ReplicationController', 'old')),
  pod('set-eeeee', owned('ReplicaSet', 'set')),
  pod('migrate-fffff', owned('Job', 'migrate')),
  pod('tick-29123456-ggggg', owned('Job', 'tick-29123456')),
  pod('both-hhhhh', owned('Job', 'both')),
  pod('both-iiiii', owned('DaemonSet', 'both')),
  pod('job'),
  pod('till', { namespace: 'shop' }),
  pod('web-5d4-jjjjj', { ...ofWeb, namespace: 'shop' }),
];

const select = (words: readonly string[], namespace: string | undefined = 'default') => {
  const selected = selectNamed(pods, words, namespace);
  return typeof selected === 'string' ? selected : selected.pods.map(({ name }) => name);
};
const [a, b] = ['web-5d4-aaaaa', 'web-5d4-bbbbb'];

describe('the Pods that are meant', () => {
  test.each<[string, readonly string[]]>([
    ['alone', ['alone']],
    ['pod/alone', ['alone']],
    ['po/alone pods/db-0', ['alone', 'db-0']],
    ['pods alone db-0', ['alone', 'db-0']],
    ['pod alone', ['alone']],
    ['deploy/web', [a, b]],
    ['Deployment/web', [a, b]],
    ['deployments.apps/web', [a, b]],
    ['deployments.v1.apps/web', [a, b]],
    ['deploy web', [a, b]],
    ['rs/web-5d4', [a, b]],
    ['deploy', [a, b]],
    ['sts/db', ['db-0']],
    ['statefulset db', ['db-0']],
    ['ds/agent', ['agent-ccccc']],
    ['rc/old', ['old-ddddd']],
    ['rs/set', ['set-eeeee']],
    ['job/migrate', ['migrate-fffff']],
    ['job migrate', ['migrate-fffff']],
    ['cj/tick', ['tick-29123456-ggggg']],
    ['job/tick-29123456', ['tick-29123456-ggggg']],
    ['svc/front', ['alone', a, b]],
    ['services front', ['alone', a, b]],
    ['web', [a, b]],
    ['tick', ['tick-29123456-ggggg']],
    ['front', ['alone', a, b]],
    // A Pod that is called as a kind is.
    ['job', ['job']],
    // Each once, in their order.
    ['web deploy/web alone', ['alone', a, b]],
  ])('%s', (words, names) => {
    expect(select(words.split(' '))).toEqual(names);
  });

  test('those of a namespace, or of all', () => {
    expect(select([], 'shop')).toEqual(['till', 'web-5d4-jjjjj']);
    expect(selectNamed(pods, [], undefined)).toMatchObject({ pods, isAll: true });
    expect(select(['deploy/web'], 'shop')).toEqual(['web-5d4-jjjjj']);
    expect(selectNamed(pods, ['deploy/web'], undefined)).toMatchObject({ pods: [{}, {}, {}] });
  });

  test.each([
    ['alone', false, true],
    ['pod/alone', false, true],
    ['sts/db', false, false],
    ['pods', true, false],
    ['deploy', true, false],
  ])('%s names all: %s, one by its own name: %s', (word, isAll, isOne) => {
    expect(selectNamed(pods, [word], 'default')).toMatchObject({ isAll, isOne });
  });
});

describe('what is wrong', () => {
  test.each([
    ['nope', 'pods "nope" not found'],
    ['pod/web', 'pods "web" not found'],
    ['deploy/db', 'deployments.apps "db" not found'],
    ['svc/back', 'services "back" not found'],
    ['cj/migrate', 'cronjobs.batch "migrate" not found'],
    ['rc old2', 'replicationcontrollers "old2" not found'],
    ['till', 'pods "till" not found, but in namespace shop: -n shop'],
    ['both', '"both" is ambiguous: it could be daemonset.apps/both or job.batch/both'],
  ])('%s is told, with exit code 1', (words, missing) => {
    expect(selectNamed(pods, words.split(' '), 'default')).toMatchObject({ pods: [], missing: [missing] });
  });

  test.each([
    ['cm/web', /^there is no resource type "cm" that has Pods: write POD, or TYPE\/NAME as deploy\/web$/],
    ['deployments.batch/web', /^there is no resource type "deployments.batch"/],
    ['pod/', /^arguments in resource\/name form must have a single resource and name, not pod\/$/],
    ['pod/a/b', /^arguments in resource\/name form/],
    ['pods pod/alone', /^there is no need to specify a resource type as a separate argument/],
  ])('%s is no name', (words, message) => {
    expect(selectNamed(pods, words.split(' '), 'default')).toMatch(message);
  });
});

test('kinds are named as kubectl prints them', () => {
  expect(kindNamed('nope')).toBeUndefined();
  expect([objectName('Pod', 'a'), objectName('CronJob', 'a')]).toEqual(['pod/a', 'cronjob.batch/a']);
  expect(notFound('Job', 'a')).toBe('jobs.batch "a" not found');
});
