import { expect, test } from 'vitest';
import { readAskedObjects } from '../../../src/core/naming/asked-objects.ts';

/** `Deployment/web Pod`. */
function read(text: string): string {
  const asked = readAskedObjects(text.split(' '));
  if (asked === undefined) return 'Pods';
  if (typeof asked === 'string') return asked;
  return asked.map(({ kind, name }) => (name === undefined ? kind : `${kind}/${name}`)).join(' ');
}

test.each([
  ['deploy', 'Deployment'],
  ['deployments.apps', 'Deployment'],
  ['deploy web db', 'Deployment/web Deployment/db'],
  ['deploy/web sts/db', 'Deployment/web StatefulSet/db'],
  ['deploy/web pod/db', 'Deployment/web Pod/db'],
  ['deploy,rs', 'Deployment ReplicaSet'],
  ['deploy,rs web', 'Deployment/web ReplicaSet/web'],
  ['po,cm', 'Pod ConfigMap'],
  ['all', 'Pod ReplicationController Service DaemonSet Deployment ReplicaSet StatefulSet CronJob Job'],
  ['pods', 'Pods'],
  ['pod web', 'Pods'],
  ['pod/web', 'Pods'],
  ['web', 'Pods'],
  ['web db', 'Pods'],
])('%s is %s', (text, asked) => {
  expect(read(text)).toBe(asked);
});

test.each([
  ['deploy,foo', `the server doesn't have a resource type "foo"`],
  ['foo/web', `the server doesn't have a resource type "foo"`],
  ['deploy/', 'arguments in resource/name form must have a single resource and name, not deploy/'],
  [
    'deploy web/x',
    'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form',
  ],
  ['all web', 'there are no objects by name in "all"'],
])('%s is refused', (text, why) => {
  expect(read(text)).toBe(why);
});
