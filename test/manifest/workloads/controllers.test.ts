import { describe, expect, test } from 'vitest';

import { namesWithSuffix, templateHash } from '../../../src/model/made-name.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { findingsOf, messagesOf, parse, projectOf } from '../parse.ts';

const API = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
} as const;
type Kind = keyof typeof API;

const TEMPLATE = 'template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: x}]}}';
const SELECTOR = 'selector: {matchLabels: {app: web}}';
const JOB = 'template: {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}';

const object = (kind: Kind, spec: string, meta = 'name: web'): string =>
  `apiVersion: ${API[kind]}\nkind: ${kind}\nmetadata: {${meta}}\nspec: {${spec}}\n`;
const plain = (kind: Kind, more = ''): string => {
  const selector = kind === 'ReplicationController' ? 'selector: {app: web}' : SELECTOR;
  return object(kind, `${kind === 'Job' ? JOB : `${selector}, ${TEMPLATE}`}${more}`);
};
const podsOf = (text: string): readonly Pod[] => projectOf(text).pods;
const namesOf = (text: string): readonly string[] => podsOf(text).map(({ metadata }) => metadata.name);
/** The errors alone: every controller also has its one warning. */
const errorsOf = (text: string): readonly string[] => messagesOf(text).filter((each) => !each.startsWith('warning'));

const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

const SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]{5}';

describe('the Pods of', () => {
  test.each([
    ['ReplicaSet', 'apps/v1'],
    ['ReplicationController', 'v1'],
  ] as const)('a %s', (kind, apiVersion) => {
    const [pod] = podsOf(plain(kind));
    expect(pod?.metadata).toEqual({
      name: matching(new RegExp(`^web-${SUFFIX}$`)),
      namespace: 'default',
      labels: { app: 'web' },
      annotations: {},
      ownerReference: { apiVersion, kind, name: 'web' },
    });
    expect(pod?.spec).toEqual(
      podsOf('apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: a, image: x}]}')[0]?.spec,
    );
  });

  test('a DaemonSet tell their template, and have other names when that is another', () => {
    const [pod] = podsOf(plain('DaemonSet'));
    const revision = pod?.metadata.labels['controller-revision-hash'];
    expect(revision).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(pod?.metadata).toMatchObject({
      name: matching(new RegExp(`^web-${SUFFIX}$`)),
      labels: { app: 'web', 'controller-revision-hash': revision },
      ownerReference: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' },
    });
    const [edited] = podsOf(plain('DaemonSet').replace('image: x', 'image: other'));
    expect(edited?.metadata.name).not.toBe(pod?.metadata.name);
  });

  test('a Deployment belong to the ReplicaSet of its template', () => {
    const [pod] = podsOf(plain('Deployment'));
    const hash = pod?.metadata.labels['pod-template-hash'] ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(pod?.metadata).toMatchObject({
      name: matching(new RegExp(`^web-${hash}-${SUFFIX}$`)),
      labels: { app: 'web', 'pod-template-hash': hash },
      ownerReference: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}` },
    });
  });

  test('a Deployment are the same for the same template, and others after an edit of it', () => {
    const named = (image: string, more = ''): readonly string[] =>
      namesOf(plain('Deployment', `, replicas: 3${more}`).replace('image: x', `image: ${image}`));
    expect(named('x')).toEqual(named('x', ', revisionHistoryLimit: 3'));
    expect(named('x')).toEqual(
      namesOf(plain('Deployment', ', replicas: 3').replace('name: a, image: x', 'image: x, name: a')),
    );
    expect(named('z').filter((name) => named('x').includes(name))).toEqual([]);
  });

  test('a scaled one are the former ones and more', () => {
    const few = namesOf(plain('ReplicaSet', ', replicas: 3'));
    const many = namesOf(plain('ReplicaSet', ', replicas: 5'));
    expect(new Set(many).size).toBe(5);
    expect(few.every((name) => many.includes(name))).toBe(true);
  });

  test('a StatefulSet have numbers, hosts and claims of their own', () => {
    const spec = `${SELECTOR}, serviceName: db, replicas: 2, ordinals: {start: 3},
      template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: x, volumeMounts: [
        {name: data, mountPath: /d}, {name: tmp, mountPath: /t}]}], volumes: [{name: tmp, emptyDir: {}}]}},
      volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]`;
    const { pods, claims } = projectOf(object('StatefulSet', spec, 'name: web, namespace: shop'));
    expect(pods).toMatchObject(
      [3, 4].map((ordinal) => ({
        metadata: {
          name: `web-${ordinal}`,
          namespace: 'shop',
          labels: {
            app: 'web',
            'statefulset.kubernetes.io/pod-name': `web-${ordinal}`,
            'apps.kubernetes.io/pod-index': String(ordinal),
          },
          ownerReference: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' },
        },
        spec: {
          hostname: `web-${ordinal}`,
          subdomain: 'db',
          volumes: [
            { name: 'tmp', emptyDir: { medium: '' } },
            { name: 'data', persistentVolumeClaim: { claimName: `data-web-${ordinal}`, readOnly: false } },
          ],
        },
      })),
    );
    expect(claims).toEqual(['data-web-3', 'data-web-4'].map((name) => ({ name, namespace: 'shop' })));
  });

  test('a StatefulSet have the claim in the place of a volume of the same name', () => {
    const spec = `${SELECTOR}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: x}],
      volumes: [{name: data, emptyDir: {}}]}}, volumeClaimTemplates: [{metadata: {name: data}}]`;
    expect(podsOf(object('StatefulSet', spec))[0]?.spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0', readOnly: false } },
    ]);
  });

  test.each([
    ['', 1],
    [', parallelism: 3', 3],
    [', completions: 3', 1],
    [', completions: 3, parallelism: 2', 2],
    [', completions: 2, parallelism: 5', 2],
    [', completions: 3, parallelism: 0', 0],
    [', completions: 0', 0],
    [', completions: 3, suspend: true', 0],
    [', managedBy: example.com/mine', 0],
  ])('a Job%s are %d to begin with', (more, count) => {
    const pods = podsOf(plain('Job', more));
    expect(pods).toHaveLength(count);
    for (const { metadata, spec } of pods) {
      expect(metadata).toMatchObject({
        name: matching(new RegExp(`^web-${SUFFIX}$`)),
        labels: { 'batch.kubernetes.io/job-name': 'web', 'job-name': 'web' },
        ownerReference: { apiVersion: 'batch/v1', kind: 'Job', name: 'web' },
      });
      expect(spec.restartPolicy).toBe('Never');
    }
  });

  test('an Indexed Job know their number', () => {
    const fieldPath = "metadata.labels['batch.kubernetes.io/job-completion-index']";
    const pods = podsOf(plain('Job', ', completions: 2, parallelism: 2, completionMode: Indexed'));
    expect(pods).toMatchObject(
      ['0', '1'].map((index) => ({
        metadata: {
          name: matching(new RegExp(`^web-${index}-${SUFFIX}$`)),
          labels: { 'batch.kubernetes.io/job-completion-index': index, 'job-name': 'web' },
          annotations: { 'batch.kubernetes.io/job-completion-index': index },
        },
        spec: {
          hostname: `web-${index}`,
          containers: [{ env: [{ name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath } } }] }],
        },
      })),
    );
  });

  test('a Deployment whose rolling update would wait for a host port for ever is warned of', () => {
    const text = plain('Deployment').replace('image: x', 'image: x, ports: [{containerPort: 80, hostPort: 8080}]');
    expect(findingsOf(text)).toContainEqual(
      matching(/^warning .* spec\.strategy: an edit cannot roll out: its new Pod waits for host port 8080, /),
    );
    for (const strategy of ['{type: Recreate}', '{rollingUpdate: {maxUnavailable: 1}}'])
      expect(findingsOf(text.replace('spec: {', `spec: {strategy: ${strategy}, `))).toEqual([]);
  });

  test.each(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'] as const)(
    'a %s are as many as it says',
    (kind) => {
      expect([podsOf(plain(kind)).length, podsOf(plain(kind, ', replicas: 0')).length]).toEqual([1, 0]);
      expect(new Set(namesOf(plain(kind, ', replicas: 40'))).size).toBe(40);
    },
  );

  test('too large a one are what one machine can have, of all controllers together', () => {
    const text = `${plain('ReplicaSet', ', replicas: 4999')}---\n${plain('Deployment', ', replicas: 2000000000')}`;
    expect(podsOf(text)).toHaveLength(5000);
    expect(messagesOf(text)[0]).toBe(
      'warning spec.replicas: one machine has no room for more than 5000 Pods: 1999999999 of these are left out',
    );
  });

  test('several controllers of the same name differ', () => {
    const text = [plain('ReplicaSet'), plain('DaemonSet'), plain('Job')].join('---\n');
    expect(new Set(namesOf(text)).size).toBe(3);
  });
});

test.each(['StatefulSet', 'DaemonSet'] as const)('a %s is one warning, at its kind', (kind) => {
  const found = findingsOf(plain(kind));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(`warning 2:7 kind: ${kind} web: `);
});

test('what podrun has no use for is taken without a word', () => {
  const rest: Readonly<Record<Exclude<Kind, 'CronJob'>, string>> = {
    Deployment:
      'strategy: {type: Recreate}, minReadySeconds: 5, revisionHistoryLimit: 3, paused: false, progressDeadlineSeconds: 60',
    ReplicaSet: 'minReadySeconds: 5',
    ReplicationController: 'minReadySeconds: 5',
    StatefulSet:
      'podManagementPolicy: Parallel, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}, minReadySeconds: 1, revisionHistoryLimit: 2',
    DaemonSet: 'updateStrategy: {type: OnDelete}, minReadySeconds: 1, revisionHistoryLimit: 2',
    Job: 'activeDeadlineSeconds: 60, backoffLimit: 2, podFailurePolicy: {rules: []}, ttlSecondsAfterFinished: 9, podReplacementPolicy: Failed',
  };
  for (const [kind, fields] of Object.entries(rest) as [Exclude<Kind, 'CronJob'>, string][])
    expect(messagesOf(plain(kind, `, ${fields}`))).toHaveLength(kind === 'StatefulSet' || kind === 'DaemonSet' ? 1 : 0);
  const cron =
    'timeZone: Etc/UTC, concurrencyPolicy: Forbid, startingDeadlineSeconds: 9, suspend: true, successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1';
  expect(
    messagesOf(
      object('CronJob', `schedule: "0 * * * *", ${cron}, jobTemplate: {metadata: {labels: {a: b}}, spec: {${JOB}}}`),
    ),
  ).toHaveLength(1);
});

describe('refused', () => {
  test.each<[Kind, string, string]>([
    ['Deployment', TEMPLATE, 'spec.selector: Required value'],
    ['DaemonSet', SELECTOR, 'spec.template: Required value'],
    [
      'Deployment',
      `selector: {}, ${TEMPLATE}`,
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      'StatefulSet',
      `selector: {matchLabels: {app: db}}, ${TEMPLATE}`,
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'ReplicationController',
      `selector: {app: db}, ${TEMPLATE}`,
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    ['ReplicationController', 'template: {spec: {containers: [{name: a, image: x}]}}', 'spec.selector: Required value'],
    [
      'ReplicaSet',
      `selector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}, ${TEMPLATE}`,
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'ReplicaSet',
      `selector: {matchExpressions: [{key: db, operator: NotIn}]}, ${TEMPLATE}`,
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
    [
      'ReplicaSet',
      `selector: {matchExpressions: [{key: app, operator: Exists, values: [web]}]}, ${TEMPLATE}`,
      "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
    [
      'Deployment',
      `replicas: -1, ${SELECTOR}, ${TEMPLATE}`,
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    ...(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'] as const).map((kind): [Kind, string, string] => [
      kind,
      `${SELECTOR}, ${TEMPLATE.replace('spec: {', 'spec: {restartPolicy: OnFailure, ')}`,
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ]),
    [
      'Deployment',
      `${SELECTOR}, ${TEMPLATE.replace('spec: {', 'spec: {activeDeadlineSeconds: 5, ')}`,
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
    ],
    ['Job', TEMPLATE, 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    [
      'Job',
      JOB.replace('Never', 'Always'),
      'spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"',
    ],
    ['Job', `${JOB}, completionMode: Indexed`, 'spec.completions: Required value: when completion mode is Indexed'],
    ['CronJob', `jobTemplate: {spec: {${JOB}}}`, 'spec.schedule: Required value'],
    [
      'CronJob',
      `schedule: "@daily", jobTemplate: {spec: {${TEMPLATE}}}`,
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'Deployment',
      `${SELECTOR}, ${TEMPLATE.replace('image: x', 'image: x, volumeMounts: [{name: v, mountPath: /v}]')}`,
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'Deployment',
      `${SELECTOR}, ${TEMPLATE.replace('image: x', 'imge: x')}`,
      'spec.template.spec.containers[0].imge: unknown field "imge"',
    ],
    ['Deployment', `${SELECTOR}, ${TEMPLATE}, containers: []`, 'spec.containers: unknown field "containers"'],
  ])('%s {%s}', (kind, spec, message) => {
    expect(errorsOf(object(kind, spec))).toEqual([message]);
  });

  test('an old version, with the right one', () => {
    const [found] = parse(plain('Deployment').replace('apps/v1', 'extensions/v1beta1')).diagnostics;
    expect(found).toMatchObject({
      line: 1,
      message: 'no matches for kind "Deployment" in version "extensions/v1beta1"',
      hint: 'write apiVersion: apps/v1',
    });
  });

  test('the same one twice, once for it and its Pods', () => {
    expect(errorsOf(`${plain('StatefulSet')}---\n${plain('StatefulSet')}`)).toEqual([
      'metadata.name: Duplicate value: StatefulSet default/web is already at pods.yaml:3 (metadata.name)',
    ]);
  });

  test('a Pod with the name of a StatefulSet’s', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web-0}\nspec: {containers: [{name: a, image: x}]}\n';
    expect(errorsOf(`${plain('StatefulSet')}---\n${pod}`)).toEqual([
      'metadata.name: Duplicate value: Pod default/web-0 is already at pods.yaml:3 (metadata.name)',
    ]);
  });
});

describe('a published port', () => {
  const publishing = (kind: Kind): string =>
    plain(kind, ', replicas: 2').replace('image: x', 'image: x, ports: [{containerPort: 80, hostPort: 80}]');

  test('of replicas is for the first that starts', () => {
    expect(errorsOf(publishing('ReplicaSet'))).toEqual([]);
  });

  test('of two controllers is one error', () => {
    expect(errorsOf(`${publishing('ReplicaSet')}---\n${publishing('ReplicationController')}`)).toHaveLength(1);
  });
});

describe('a made name', () => {
  test('is Kubernetes’ hash of FNV-1a', () => {
    // FNV-1a of `"a"` in 32 bits is 1637994474, whose digits are written in Kubernetes' letters.
    expect(templateHash('a')).toBe('5b7cff88c8');
    expect(templateHash({ b: 1, a: [2] })).toBe(templateHash({ a: [2], b: 1 }));
  });

  test('is cut before its suffix to 63 characters', () => {
    const [name] = namesWithSuffix('x', [`${'w'.repeat(80)}-`]);
    expect(name).toMatch(new RegExp(`^w{58}${SUFFIX}$`));
  });

  test('is never another’s', () => {
    const bases = Array.from({ length: 20_000 }, () => 'web-');
    expect(new Set(namesWithSuffix('ReplicaSet/default/web', bases)).size).toBe(20_000);
  });
});
