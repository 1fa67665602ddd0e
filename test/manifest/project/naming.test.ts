/** The Pods that a command line names: `up POD...`. */
import { expect, test } from 'vitest';
import { parseProject } from '../../../src/manifest/load.ts';

const short = `
pods:
  web: {dependsOn: [api], containers: {app: {image: x}}}
  api: {dependsOn: {db: {condition: Started}}, containers: {app: {image: x}}}
  db: {containers: {app: {image: x}}}
  job: {containers: {app: {image: x}}}
  debug: {profiles: [debug], dependsOn: [job], containers: {app: {image: x}}}
`;
const kubernetes = `
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: other}
spec: {containers: [{name: app, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: away, namespace: other}
spec: {containers: [{name: app, image: x}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: shards}
spec:
  replicas: 2
  serviceName: shards
  selector: {matchLabels: {app: shards}}
  template: {metadata: {labels: {app: shards}}, spec: {containers: [{name: app, image: x}]}}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: shards}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: job}
spec: {selector: {app: shards}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {ports: [{port: 80}]}
`;

const load = (...only: readonly string[]) =>
  parseProject({
    sources: [
      { path: 'pods.yaml', text: short, dir: '/p', layer: 0 },
      { path: 'more.yaml', text: kubernetes, dir: '/p', layer: 1 },
    ],
    ...{ dir: '/p', folderName: 'p', env: {}, only },
  });

test.each<[string, readonly string[], readonly string[]]>([
  ['what it waits for, one through another', ['web'], ['web', 'api', 'db']],
  ['nothing that waits for it', ['db'], ['db']],
  ['several, each once', ['api', 'db'], ['api', 'db']],
  ['one of a profile that is not selected', ['debug'], ['job', 'debug']],
  ['the default namespace first', ['job'], ['job']],
  ['one in another namespace', ['job.other'], ['other/job']],
  ['those of a Service', ['svc/front'], ['shards-0', 'shards-1']],
  ['of a bare name that nothing else has, too', ['front'], ['shards-0', 'shards-1']],
  ['of a name that a Pod has, where a Service is meant', ['svc/job'], ['shards-0', 'shards-1']],
  ['the only one of that name', ['away'], ['other/away']],
  ['a controller for its Pods', ['shards'], ['shards-0', 'shards-1']],
])('%s', (_what, words, keys) => {
  const { project, diagnostics } = load(...words);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const all = ['api', 'db', 'debug', 'job', 'shards-0', 'shards-1', 'web'].map((name) => `default/${name}`);
  const wanted = keys.map((key) => (key.includes('/') ? key : `default/${key}`));
  expect(project?.pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(wanted);
  expect(project?.apart).toEqual([...all, 'other/away', 'other/job'].filter((key) => !wanted.includes(key)));
});

test('nobody is apart where none is named', () => {
  expect(load().project).not.toHaveProperty('apart');
});

test('a name that nobody has is an error, with the one that is meant', () => {
  const { project, diagnostics } = load('wbe');
  expect(project).toBeUndefined();
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
    { file: '', message: 'no Pod is named wbe', hint: 'did you mean web?' },
  ]);
});
