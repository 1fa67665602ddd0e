/** What `config` and `export` print is read as what was printed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { asList, clusterObjects, resolvedObjects } from '../../src/output/json/objects.ts';
import { toYaml } from '../../src/output/json/yaml.ts';
import type { Project } from '../../src/model/project.ts';
import { parse, projectOf } from './parse.ts';
import { objectFiles, shortFiles } from './pod/pod-texts.ts';
import { times } from '../effort.ts';

const stream = (objects: readonly object[]): string => objects.map((object) => toYaml(object)).join('---\n');

function printed(text: string): {
  readonly project: Project;
  readonly config: readonly object[];
  readonly out: readonly object[];
} {
  const { project, written, diagnostics } = parse(text);
  if (project === undefined) throw new Error(diagnostics.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return { project, config: resolvedObjects(project, written), out: clusterObjects(project, written) };
}

/** A hundred files take a busy machine its time. */
const slowMs = 90_000;

describe.each([
  ['the short form', shortFiles],
  ['Kubernetes objects', objectFiles],
])('of %s', (_, files) => {
  test(
    'config is read as the same project, as YAML and as JSON',
    () => {
      fc.assert(
        fc.property(files, (text) => {
          const { project, config } = printed(text);
          expect(projectOf(stream(config))).toEqual(project);
          expect(projectOf(JSON.stringify(asList(config)))).toEqual(project);
        }),
        { numRuns: times(100) },
      );
    },
    slowMs,
  );

  test(
    'export is read as the same project',
    () => {
      fc.assert(
        fc.property(files, (text) => {
          const { project, out } = printed(text);
          expect(projectOf(stream(out))).toEqual(project);
        }),
        { numRuns: times(100) },
      );
    },
    slowMs,
  );
});

test('config is read as the same CronJobs, filled in, and export has them as they are written', () => {
  const text = `apiVersion: batch/v1
kind: CronJob
metadata: {name: report, labels: {a: b}}
spec:
  schedule: "@daily"
  timeZone: Europe/Berlin
  jobTemplate:
    metadata: {labels: {c: d}}
    spec:
      completions: 2
      backoffLimit: 3
      template:
        metadata: {labels: {e: f}, annotations: {podrun.dev/build: '{"app": {"context": "./app"}}'}}
        spec: {restartPolicy: Never, containers: [{name: app, image: app, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}
`;
  const { project, config, out } = printed(text);
  // The print of its template is of what is written.
  const cronsOf = ({ cronJobs = [] }: Project) =>
    cronJobs.map(({ job: { revision: _, ...job }, ...cron }) => ({ ...cron, job }));
  const again = projectOf(stream(config));
  expect({ ...again, cronJobs: cronsOf(again) }).toEqual({ ...project, cronJobs: cronsOf(project) });
  expect(config).toMatchObject([
    { kind: 'PersistentVolumeClaim', metadata: { name: 'data' } },
    {
      kind: 'CronJob',
      metadata: { name: 'report', namespace: 'default', labels: { a: 'b' } },
      spec: {
        schedule: '@daily',
        timeZone: 'Europe/Berlin',
        suspend: false,
        concurrencyPolicy: 'Allow',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          metadata: { labels: { c: 'd' } },
          spec: {
            completions: 2,
            backoffLimit: 3,
            template: {
              metadata: {
                labels: { e: 'f' },
                annotations: { 'podrun.dev/build': '{"app":{"context":"/home/dev/shop/app","args":{}}}' },
              },
              spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app' }] },
            },
          },
        },
      },
    },
  ]);
  expect(projectOf(stream(out))).toEqual(project);
  expect(out).toMatchObject([
    { kind: 'CronJob', spec: { schedule: '@daily', jobTemplate: { spec: { completions: 2 } } } },
  ]);
});

test.each([
  ['apps/v1', 'Deployment', 'replicas: 2, selector: {matchLabels: {app: web}}'],
  ['apps/v1', 'ReplicaSet', 'replicas: 2, selector: {matchLabels: {app: web}}'],
  ['v1', 'ReplicationController', 'replicas: 2'],
  ['apps/v1', 'DaemonSet', 'selector: {matchLabels: {app: web}}'],
  [
    'apps/v1',
    'StatefulSet',
    'replicas: 2, serviceName: web, selector: {matchLabels: {app: web}}, volumeClaimTemplates: [{metadata: {name: data}}]',
  ],
  ['batch/v1', 'Job', 'completions: 2, completionMode: Indexed'],
])('config of %s %s is read as the same Pods, and no more as a workload', (apiVersion, kind, fields) => {
  const policy = kind === 'Job' ? 'Never' : 'Always';
  const container = '{name: app, image: x, ports: [{containerPort: 80, hostPort: 80}]}';
  const { project, config } = printed(`apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: web}
spec: {${fields}, template: {metadata: {labels: {app: web}}, spec: {restartPolicy: ${policy}, containers: [${container}]}}}
`);
  expect(project.pods[0]?.metadata.ownerReference).toBeDefined();
  const { project: again, diagnostics } = parse(stream(config));
  expect(diagnostics).toEqual([]);
  const { workloads: _none, jobs: _noJobs, ...pods } = project;
  expect(again).toEqual(pods);
});

test('export keeps what only a cluster honours, and leaves out what the cluster has not', () => {
  const { out } = printed(`pods:
  web:
    dependsOn: [db]
    profiles: [default]
    priorityClassName: high
    tolerations: [{operator: Exists}]
    containers: {app: {image: x, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}], volumeMounts: ["share:/s", "data:/d"]}}
    volumes: {share: {nfs: {server: s, path: /}}}
  db: {containers: {a: {build: ./db, onChange: [{paths: [db/src/], action: sync, target: /app/}]}}}
  tool: {profiles: [tools], containers: {a: {image: x}}}
volumes: {data: {}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: in}}
---
{apiVersion: v1, kind: Pod, metadata: {name: away, annotations: {podrun.dev/profiles: tools}}, spec: {containers: [{name: a, image: x}]}}
`);
  expect(out).toMatchObject([
    { kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } },
    { kind: 'Ingress', metadata: { name: 'in' } },
    {
      metadata: { name: 'web', annotations: { 'podrun.dev/depends-on': 'db', 'podrun.dev/profiles': 'default' } },
      spec: {
        priorityClassName: 'high',
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name: 'app', resizePolicy: [{ resourceName: 'cpu' }] }],
        volumes: [
          { name: 'share', nfs: { server: 's' } },
          { name: 'data', persistentVolumeClaim: {} },
        ],
      },
    },
    {
      metadata: {
        name: 'db',
        annotations: {
          'podrun.dev/build': '{"a":{"context":"/home/dev/shop/db","args":{}}}',
          'podrun.dev/on-change': '{"a":[{"paths":["/home/dev/shop/db/src"],"action":"sync","target":"/app"}]}',
        },
      },
      spec: { containers: [{ name: 'a', image: 'shop-db-a' }] },
    },
  ]);
  const text = JSON.stringify(out);
  for (const word of ['"build"', 'dependsOn', '"profiles"', 'onChange', 'envFile']) expect(text).not.toContain(word);
});

test('what a cluster asks for beside a stop signal and an unmasked /proc is in config and export', () => {
  const { project, config, out } = printed(`pods:
  web:
    hostUsers: false
    containers: {app: {image: x, lifecycle: {stopSignal: SIGINT}, securityContext: {procMount: Unmasked}}}
`);
  for (const objects of [config, out]) {
    expect(objects).toMatchObject([{ spec: { os: { name: 'linux' }, hostUsers: false } }]);
    expect(projectOf(stream(objects))).toEqual(project);
  }
});

test('a build of an annotation is held to what a build may be', () => {
  const pod = (build: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {podrun.dev/build: ${JSON.stringify(build)}}}, spec: {containers: [{name: a, image: x}]}}`;
  const messages = (build: string) => parse(pod(build)).diagnostics.map(({ message }) => message);
  expect(projectOf(pod('{"a": "./b"}')).pods[0]).toMatchObject({
    metadata: { annotations: {} },
    spec: { containers: [{ build: { context: '/home/dev/shop/b' } }] },
  });
  expect(messages('no')).toEqual(['Invalid value: must be a map of builds by container, in JSON']);
  expect(messages('{"b": "./b"}')).toEqual(['Not found: "b": the Pod has no container of that name']);
  expect(messages('{"a": {"contxt": "./b"}}')).toEqual(['unknown field "contxt"']);
});
