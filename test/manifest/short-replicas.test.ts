/** `replicas` of the short form. */
import { expect, test } from 'vitest';
import { clusterObjects, resolvedObjects } from '../../src/output/json/objects.ts';
import { messagesOf, parse, projectOf } from './parse.ts';

const text = (replicas: number, more = ''): string =>
  `pods: {web: {replicas: ${replicas}, labels: {tier: front}${more}, containers: {app: {image: nginx}}}}`;

test('it makes a Deployment of the Pod, with its rules and names', () => {
  const { pods, workloads } = projectOf(text(2));
  expect(workloads).toMatchObject([
    { kind: 'Deployment', name: 'web', replicas: 2, strategy: { maxSurge: '25%', maxUnavailable: '25%' } },
  ]);
  expect(pods.map(({ metadata }) => metadata.labels)).toMatchObject([
    { tier: 'front', 'podrun.dev/name': 'web' },
    { tier: 'front', 'podrun.dev/name': 'web' },
  ]);
  for (const { metadata } of pods) expect(metadata.name).toMatch(/^web-[a-z0-9]+-[a-z0-9]{5}$/);
  expect(messagesOf(text(2))).toEqual([]);
});

test('how many there are is no part of its template', () => {
  const hashes = [1, 3].map((count) => projectOf(text(count)).workloads?.[0]?.revision);
  expect(hashes[0]).toBe(hashes[1]);
});

test('none is a Deployment without Pods', () => {
  const { pods, workloads } = projectOf(text(0));
  expect([pods.length, workloads?.[0]?.replicas]).toEqual([0, 0]);
});

test.each([
  [text(-1), 'pods.web.replicas'],
  [text(2, ', restartPolicy: Never'), 'pods.web.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  [text(2, ', activeDeadlineSeconds: 5'), 'pods.web.activeDeadlineSeconds: Forbidden'],
])('%s is refused', (file, why) => {
  expect(messagesOf(file).join('\n')).toContain(why);
});

test.each([
  ['config', resolvedObjects],
  ['export', clusterObjects],
])('%s prints the Deployment, which means the same', (_name, print) => {
  const { project, written } = parse(text(2, ', annotations: {note: x}'));
  if (project === undefined) throw new Error('not valid');
  const objects = print(project, written);
  expect(objects).toMatchObject([
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { 'podrun.dev/name': 'web' } },
        template: { metadata: { labels: { tier: 'front', 'podrun.dev/name': 'web' } } },
      },
    },
  ]);
  expect(JSON.stringify(objects)).not.toContain('pod-template-hash');
  const again = projectOf(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  expect(again.pods.map(({ spec }) => spec)).toEqual(project.pods.map(({ spec }) => spec));
});

test('a profiled Deployment that is brought up by its name stays selected when an edit gives its Pods other names', () => {
  const file = (image: string): string => `
pods: {web: {containers: {app: {image: nginx}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: debug}
spec:
  replicas: 2
  selector: {matchLabels: {app: debug}}
  template:
    metadata: {labels: {app: debug}, annotations: {podrun.dev/profiles: debug}}
    spec: {containers: [{name: app, image: ${image}}]}
`;
  const named = [
    'debug',
    ...projectOf(file('nginx:1'), { named: ['debug'] }).pods.map(({ metadata }) => metadata.name),
  ];
  expect(projectOf(file('nginx:1')).pods).toHaveLength(1);
  expect(projectOf(file('nginx:2'), { named }).pods).toHaveLength(3);
});
