/** What a Job's controller goes by, with Kubernetes' defaults. */
import { expect, test } from 'vitest';
import { projectOf } from '../parse.ts';

const TEMPLATE = 'template: {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}';

const jobOf = (spec: string) =>
  projectOf(`apiVersion: batch/v1\nkind: Job\nmetadata: {name: work}\nspec: {${spec}}\n`).jobs?.[0];

test('the defaults of a Job', () =>
  expect(jobOf(TEMPLATE)).toEqual({
    ...{ kind: 'Job', name: 'work', namespace: 'default', revision: expect.any(String) as string },
    ...{ completions: 1, parallelism: 1, isIndexed: false, restartPolicy: 'Never', backoffLimit: 6, suspend: false },
    ...{ podReplacementPolicy: 'TerminatingOrFailed', isManagedElsewhere: false },
  }));

test('a work queue has no completions', () => {
  const { completions, parallelism } = jobOf(`parallelism: 3, ${TEMPLATE}`) ?? {};
  expect([completions, parallelism]).toEqual([undefined, 3]);
});

test.each<[string, object]>([
  ['completions: 3', { parallelism: 1, completions: 3 }],
  [
    'completionMode: Indexed, completions: 2, backoffLimitPerIndex: 1',
    { backoffLimit: 2147483647, backoffLimitPerIndex: 1 },
  ],
  ['podFailurePolicy: {rules: []}', { podReplacementPolicy: 'Failed', podFailurePolicy: [] }],
  ['managedBy: kubernetes.io/job-controller', { isManagedElsewhere: false }],
  ['managedBy: example.com/mine', { isManagedElsewhere: true }],
  [
    'podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: a, operator: In, values: [1, 42]}}, {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}',
    {
      podFailurePolicy: [
        { action: 'FailJob', onExitCodes: { containerName: 'a', operator: 'In', values: [1, 42] } },
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      ],
    },
  ],
  [
    'completionMode: Indexed, completions: 3, successPolicy: {rules: [{succeededIndexes: "0-1", succeededCount: 1}]}',
    { successPolicy: [{ succeededIndexes: '0-1', succeededCount: 1 }] },
  ],
  ['activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 9', { activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 9 }],
])('%s', (fields, expected) => expect(jobOf(`${fields}, ${TEMPLATE}`)).toMatchObject(expected));

test('what a cluster does not let one edit makes another Job', () => {
  const revision = (fields: string) => jobOf(`${TEMPLATE}${fields}`)?.revision;
  const plain = revision('');
  for (const same of [
    'parallelism: 4',
    'backoffLimit: 1',
    'activeDeadlineSeconds: 5',
    'suspend: true',
    'ttlSecondsAfterFinished: 1',
  ])
    expect(revision(`, ${same}`)).toBe(plain);
  expect(revision(', completionMode: Indexed, completions: 1')).not.toBe(plain);
  expect(jobOf(TEMPLATE.replace('image: x', 'image: other'))?.revision).not.toBe(plain);
});
