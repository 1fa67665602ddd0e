import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { CommandError } from '../../../src/cli/exit-code.ts';
import { endRule } from '../../../src/cli/up/end-rules.ts';
import { makeContainer, makePod as makeSpec, makeProject } from '../../core/make.ts';
import { ended, makePod, makeStatus, running } from '../../output/pods.ts';

const containers = [makeContainer('app'), makeContainer('side')];
const project = makeProject(makeSpec('test', { restartPolicy: 'OnFailure', containers }), makeSpec('web'));

const podOf = (phase: string, ...containerStatuses: ContainerStatus[]): Pod =>
  makePod({ phase, containerStatuses }, { name: 'test' });

const from = (exitCodeFrom: string, abortOnFailure = false) => endRule({ abortOnFailure, exitCodeFrom }, project);

test('without either nothing ends it', () => {
  expect(endRule({ abortOnFailure: false }, project)).toBeUndefined();
});

test('a Pod that Failed for good aborts it', () => {
  const rule = endRule({ abortOnFailure: true }, project);
  expect(rule?.([podOf('Running', makeStatus('app', running))], [])).toBeUndefined();
  expect(rule?.([podOf('Succeeded', makeStatus('app', ended(0)))], [])).toBeUndefined();
  expect(rule?.([podOf('Failed', makeStatus('app', ended(3, 'Error')))], [])).toEqual({
    code: 1,
    why: 'pods/test: it has Failed (container app: Error, exit code 3)',
  });
});

test('a Pod of a Job that Failed does not abort it, but the Job does', () => {
  const rule = endRule({ abortOnFailure: true }, project);
  const pod = podOf('Failed', makeStatus('app', ended(3, 'Error')));
  const own = {
    ...pod,
    metadata: { ...pod.metadata, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: '1' }] },
  };
  expect(rule?.([own], [{ name: 'job', end: 'open' }])).toBeUndefined();
  expect(rule?.([own], [{ name: 'job', end: 'Failed', why: 'it has Failed (BackoffLimitExceeded: no)' }])).toEqual({
    code: 1,
    why: 'jobs/job: it has Failed (BackoffLimitExceeded: no)',
  });
});

test('the code of the first container that failed, once the Pod has ended', () => {
  const rule = from('test');
  expect(rule?.([podOf('Running', makeStatus('app', ended(0)), makeStatus('side', running))], [])).toBeUndefined();
  expect(rule?.([podOf('Failed', makeStatus('app', ended(0)), makeStatus('side', ended(5)))], [])?.code).toBe(5);
  expect(rule?.([podOf('Succeeded', makeStatus('app', ended(0)))], [])).toEqual({ code: 0, why: 'test has ended' });
  expect(rule?.([podOf('Failed')], [])?.code).toBe(1);
  expect(rule?.([], [])).toBeUndefined();
});

test('that of one container, as soon as it is not restarted any more', () => {
  const rule = from('pod/test/app');
  expect(rule?.([podOf('Running', makeStatus('app', ended(2)), makeStatus('side', running))], [])).toBeUndefined();
  expect(rule?.([podOf('Running', makeStatus('app', ended(0)), makeStatus('side', running))], [])?.code).toBe(0);
  expect(rule?.([podOf('Failed', makeStatus('app', ended(2)), makeStatus('side', ended(3)))], [])?.code).toBe(2);
});

test('its code goes before an abort', () => {
  expect(from('test', true)?.([podOf('Failed', makeStatus('app', ended(3)))], [])?.code).toBe(3);
});

test.each([
  ['no', 'the file has no Pod no'],
  ['test/no', 'Pod test has no container no; it has app, side'],
  ['web', 'Pod web never ends: give it restartPolicy: Never or OnFailure'],
])('--exit-code-from %s is refused', (word, text) => {
  expect(() => from(word)).toThrow(new CommandError(2, `--exit-code-from ${word}: ${text}`));
});
