import { describe, expect, test } from 'vitest';

import type { Container } from '../../../src/model/container.ts';
import { messagesOf, podOf } from '../parse.ts';

const pod = (fields: string): string => `pods: {web: {containers: {app: {image: x, ${fields}}}}}`;
const containerOf = (fields: string): Container | undefined => podOf(pod(fields)).spec.containers[0];

describe('resources', () => {
  test.each([
    ['{}', undefined],
    ['{requests: {}, limits: }', undefined],
    ['{requests: {cpu: 100m, memory: 64Mi}}', { requests: { cpu: '100m', memory: '64Mi' }, limits: {} }],
    [
      '{limits: {cpu: 0.5, memory: 1e9}}',
      { requests: { cpu: '0.5', memory: '1000000000' }, limits: { cpu: '0.5', memory: '1000000000' } },
    ],
    [
      '{requests: {cpu: 1, ephemeral-storage: 1Gi}, limits: {cpu: "1000m", memory: 1Gi}}',
      {
        requests: { cpu: '1', 'ephemeral-storage': '1Gi', memory: '1Gi' },
        limits: { cpu: '1000m', memory: '1Gi' },
      },
    ],
    ['{limits: {cpu: 0}}', { requests: { cpu: '0' }, limits: { cpu: '0' } }],
  ])('%s', (written, resources) => {
    expect(containerOf(`resources: ${written}`)?.resources).toEqual(resources);
  });

  test('of an init container, and in the Kubernetes dialect', () => {
    const spec = podOf(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {initContainers: [{name: i, image: x, resources: {limits: {cpu: 1}}}], containers: [{name: a, image: x}]}\n',
    ).spec;
    expect(spec.initContainers[0]?.resources).toEqual({ requests: { cpu: '1' }, limits: { cpu: '1' } });
    expect(spec.containers[0]).not.toHaveProperty('resources');
  });

  test.each([
    [
      '{requests: {cpu: 1}, limits: {cpu: 500m}}',
      'requests.cpu: Invalid value: "1": must be less than or equal to cpu limit of 500m',
    ],
    [
      '{requests: {memory: 1.5Gi}, limits: {memory: 1Gi}}',
      'requests.memory: Invalid value: "1.5Gi": must be less than or equal to memory limit of 1Gi',
    ],
    ['{limits: {cpu: -1}}', 'limits.cpu: Invalid value: -1: must be greater than or equal to 0'],
    ['{limits: {memory: 1GB}}', 'limits.memory: Invalid value: "1GB": must be a quantity'],
    ['{limits: {memory: [1]}}', 'limits.memory: Invalid value: must be a text or a number'],
    ['{limits: {gpu: 1}}', 'limits.gpu: Invalid value: "gpu": must be a standard resource for containers'],
    ['{limit: {cpu: 1}}', 'limit: unknown field "limit"'],
    ['{limits: 3}', 'limits: Invalid value: 3: must be a map'],
  ])('%s is refused', (written, message) => {
    expect(messagesOf(pod(`resources: ${written}`))).toEqual([`pods.web.containers.app.resources.${message}`]);
  });

  test('what the engine has none of is a warning, and its request is its limit', () => {
    const at = 'pods.web.containers.app.resources';
    expect(messagesOf(pod('resources: {limits: {memory: 1Gi, example.com/gpu: 1, hugepages-2Mi: 4Mi}}'))).toEqual([
      `warning ${at}.limits[example.com/gpu]: the engine gives the container none of it`,
      `warning ${at}.limits.hugepages-2Mi: the engine gives the container none of it`,
    ]);
    const errors = (written: string): readonly string[] =>
      messagesOf(pod(`resources: ${written}`)).filter((message) => !message.startsWith('warning'));
    expect(errors('{requests: {example.com/gpu: 1}}')).toEqual([
      `${at}.requests[example.com/gpu]: Required value: Limit must be set for non overcommitable resources`,
    ]);
    expect(errors('{requests: {example.com/gpu: 1}, limits: {example.com/gpu: 2}}')).toEqual([
      `${at}.requests[example.com/gpu]: Invalid value: "1": must be equal to example.com/gpu limit of 2`,
    ]);
    expect(errors('{limits: {example.com/gpu: 500m}}')).toEqual([
      `${at}.limits[example.com/gpu]: Invalid value: "500m": must be an integer`,
    ]);
    const claims = 'resourceClaims: [{name: gpu, resourceClaimName: gpu}]';
    const claiming = `pods: {web: {${claims}, containers: {app: {image: x, resources: {claims: [{name: gpu}]}}}}}`;
    expect(messagesOf(claiming)).toEqual([
      `warning ${at}.claims: no device is claimed: the engine gives the container none`,
      'warning pods.web.resourceClaims: no device is claimed: the engine gives the containers none',
    ]);
  });
});

describe('standard input, terminal and termination message', () => {
  test.each([
    ['stdin: true, stdinOnce: true, tty: true', { stdin: true, stdinOnce: true, tty: true }],
    ['stdin: false, stdinOnce: false, tty: false', {}],
    ['terminationMessagePath: /tmp/why', { terminationMessagePath: '/tmp/why' }],
    ['terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File', {}],
    [
      'terminationMessagePath: "", terminationMessagePolicy: FallbackToLogsOnError',
      { terminationMessagePolicy: 'FallbackToLogsOnError' },
    ],
  ])('%s', (fields, given) => {
    const bare = containerOf('');
    expect(containerOf(fields)).toEqual({ ...bare, ...given });
  });

  test.each([
    ['stdin: "yes"', 'stdin: Invalid value: "yes": must be true or false'],
    ['terminationMessagePath: why', 'terminationMessagePath: Invalid value: "why": must be an absolute path'],
    [
      'terminationMessagePolicy: file',
      'terminationMessagePolicy: Unsupported value: "file": supported values: "File", "FallbackToLogsOnError"',
    ],
    [
      'resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]',
      'resizePolicy: a change of cpu or memory never restarts the container',
    ],
  ])('%s is told', (fields, message) => {
    const [found, ...more] = messagesOf(pod(fields));
    expect(found?.replace(/^warning /, '')).toBe(`pods.web.containers.app.${message}`);
    expect(more).toEqual([]);
  });
});
