/** What beside a podrun that supervises would be ignored is said, and what it has anyway is not. */
import { expect, test } from 'vitest';
import { ownOptions } from '../../../src/cli/up/own-options.ts';
import type { UpOptions } from '../../../src/cli/up/up-options.ts';

const fixed = {
  ...{ infraImage: 'mirror/busybox', servicesImage: 'mirror/node', allowSysctl: ['net.core.somaxconn'] },
  finishedBound: 5,
};
const plain = {
  ...{ build: false, takeOver: false, removeOrphans: false, watch: true, scale: [], abortOnFailure: false },
  ...{
    infraImage: 'busybox',
    servicesImage: 'node:22-alpine',
    allowSysctl: [],
    terminatedPodGcThreshold: 100,
    pull: undefined,
  },
} as unknown as UpOptions;

test.each<[string, Partial<UpOptions>, readonly string[], readonly string[]]>([
  ['nothing, whatever that one was told', {}, [], []],
  ['what it has', { infraImage: 'mirror/busybox', terminatedPodGcThreshold: 5 }, [], []],
  ['a sysctl that it allows', { allowSysctl: ['net.core.somaxconn'] }, [], []],
  ['the services image that it has', { servicesImage: 'mirror/node' }, [], []],
  ['another services image', { servicesImage: 'node' }, [], ['--services-image node']],
  ['another infra image', { infraImage: 'alpine' }, [], ['--infra-image alpine']],
  ['another sysctl', { allowSysctl: ['net.core.somaxconn', 'net.*'] }, [], ['--allow-sysctl net.*']],
  ['another bound', { terminatedPodGcThreshold: 7 }, [], ['--terminated-pod-gc-threshold 7']],
  ['--abort-on-failure with a file', { abortOnFailure: true }, [], []],
  ['--abort-on-failure with names', { abortOnFailure: true }, ['web'], ['--abort-on-failure']],
  ['--pull with a file', { pull: 'always' }, [], []],
  ['--pull with names', { pull: 'always' }, ['web'], ['--pull']],
  ['--no-watch', { watch: false }, [], ['--no-watch']],
])('%s', (_, options, names, own) => {
  expect(ownOptions({ ...plain, ...options }, names, fixed)).toEqual(own);
});

test('of another version nothing is known', () => {
  expect(ownOptions({ ...plain, infraImage: 'alpine' }, [], undefined)).toEqual(['--infra-image alpine']);
});
