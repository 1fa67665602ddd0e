import { describe, expect, test } from 'vitest';

import type { OnChange } from '../../../src/model/on-change.ts';
import { findingsOf, messagesOf, podOf } from '../parse.ts';

const file = (rules: string, rest = ''): string =>
  `pods: {web: {containers: {app: {image: x${rest}, onChange: ${rules}}}}}`;
const rulesOf = (text: string): readonly OnChange[] | undefined => podOf(text).spec.containers[0]?.onChange;

describe('a rule', () => {
  test.each<[string, readonly OnChange[] | undefined]>([
    ['[]', undefined],
    [
      '[{paths: [src/], action: sync, target: /app}]',
      [{ paths: ['/home/dev/shop/src'], action: 'sync', target: '/app' }],
    ],
    [
      '[{paths: [../a.txt, ~/b, /c//d/./], action: sync, target: //srv/./app//}]',
      [{ paths: ['/home/dev/a.txt', '/home/dev/b', '/c/d'], action: 'sync', target: '/srv/app' }],
    ],
    ['[{paths: [.], action: sync, target: /}]', [{ paths: ['/home/dev/shop'], action: 'sync', target: '/' }]],
    [
      '[{paths: [a], action: restart}, {paths: [b], action: restart}]',
      [
        { paths: ['/home/dev/shop/a'], action: 'restart' },
        { paths: ['/home/dev/shop/b'], action: 'restart' },
      ],
    ],
  ])('%s', (text, rules) => {
    expect(rulesOf(file(text))).toEqual(rules);
  });

  test('rebuilds what is built', () => {
    const text = 'pods: {web: {containers: {app: {build: ., onChange: [{paths: [a], action: rebuild}]}}}}';
    expect(rulesOf(text)).toEqual([{ paths: ['/home/dev/shop/a'], action: 'rebuild' }]);
  });

  const at = 'pods.web.containers.app.onChange';
  test.each([
    ['./src', `${at}: Invalid value: "./src": must be a list`],
    ['{paths: [a], action: restart}', `${at}: Invalid value: must be a list`],
    ['[src]', `${at}[0]: Invalid value: "src": must be a map`],
    ['[{}]', `${at}[0].paths: Required value`, `${at}[0].action: Required value`],
    ['[{paths: [], action: restart}]', `${at}[0].paths: Required value`],
    ['[{paths: [""], action: restart}]', `${at}[0].paths[0]: Required value`],
    ['[{paths: a, action: restart}]', `${at}[0].paths: Invalid value: "a": must be a list`],
    [
      '[{paths: [~you/a], action: restart}]',
      `${at}[0].paths[0]: Invalid value: "~you/a": the home of another user is not known`,
    ],
    [
      '[{paths: [a], action: exec}]',
      `${at}[0].action: Unsupported value: "exec": supported values: "sync", "restart", "rebuild"`,
    ],
    ['[{paths: [a], action: sync}]', `${at}[0].target: Required value`],
    ['[{paths: [a], action: sync, target: app}]', `${at}[0].target: Invalid value: "app": must be an absolute path`],
    [
      '[{paths: [a], action: sync, target: /a/../b}]',
      `${at}[0].target: Invalid value: "/a/../b": must not contain '..'`,
    ],
    ['[{paths: [a], action: restart, target: /app}]', `${at}[0].target: Forbidden: only sync has a target`],
    ['[{paths: [a], action: rebuild}]', `${at}[0].action: Invalid value: "rebuild": the container has no build`],
    ['[{paths: [a], action: restart, ignore: [b]}]', `${at}[0].ignore: unknown field "ignore"`],
  ])('%s is wrong', (text, ...messages) => {
    expect(messagesOf(file(text))).toEqual(messages);
  });

  test.each([
    ['./src:/app', '/app', '/app'],
    ['./src:/app', '/app/lib', '/app'],
    ['./src:/app/lib', '/app', undefined],
    ['cache:/app', '/app', undefined],
    ['./src:/ap', '/app', undefined],
  ])('with a mount of %s and a target of %s', (mount, target, refused) => {
    const rest = `, volumeMounts: ["${mount}"]`;
    const text = file(`[{paths: [src], action: sync, target: ${target}}]`, rest) + '\nvolumes: {cache: {}}';
    const message = `${at}[0].target: Invalid value: "${target}": a folder of the machine is mounted at ${refused}`;
    expect(messagesOf(text)).toEqual(refused === undefined ? [] : [message]);
  });

  test('is pointed at where it stands', () => {
    const text = `pods:
  web:
    containers:
      app:
        image: x
        onChange:
          - {paths: [a], action: restart}
          - {paths: [a, ~you/b], action: rebuild}
`;
    expect(findingsOf(text)).toEqual([
      '8:25 pods.web.containers.app.onChange[1].paths[1]: Invalid value: "~you/b": the home of another user is not known',
      '8:42 pods.web.containers.app.onChange[1].action: Invalid value: "rebuild": the container has no build',
    ]);
  });
});

test('a sidecar may have rules, an init container that runs to its end may not', () => {
  const pod = (rest: string) =>
    `pods: {web: {initContainers: {a: {image: x, onChange: [{paths: [a], action: restart}]${rest}}}, containers: {b: {image: x}}}}`;
  expect(messagesOf(pod(', restartPolicy: Always'))).toEqual([]);
  expect(messagesOf(pod(''))).toEqual([
    'pods.web.initContainers.a.onChange: Forbidden: may not be set for init containers without restartPolicy=Always',
  ]);
});

describe('the annotation', () => {
  const pod = (rules: string, spec = 'containers: [{name: a, image: x}]') =>
    `{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {podrun.dev/on-change: ${JSON.stringify(rules)}}}, spec: {${spec}}}`;
  const at = 'metadata.annotations[podrun.dev/on-change]';

  test('gives a container its rules, and is no annotation of what runs', () => {
    const { metadata, spec } = podOf(pod('{"a": [{"paths": ["b"], "action": "restart"}]}'));
    expect(metadata.annotations).toEqual({});
    expect(spec.containers[0]?.onChange).toEqual([{ paths: ['/home/dev/shop/b'], action: 'restart' }]);
  });

  test.each([
    ['no', `${at}: Invalid value: "no": must be a map of lists of rules by container, in JSON`],
    ['{"b": []}', `${at}: Not found: "b": the Pod has no container of that name`],
    ['{"a": "./b"}', `${at}.a: Invalid value: must be a list of rules`],
    ['{"a": [{"path": ["b"], "action": "restart"}]}', `${at}.a[0].path: unknown field "path"`],
    [
      '{"a": [{"paths": ["b"], "action": "rebuild"}]}',
      `${at}.a[0].action: Invalid value: "rebuild": the container has no build`,
    ],
  ])('%s is wrong', (rules, ...messages) => {
    expect(messagesOf(pod(rules))).toEqual(messages);
  });

  test('is nothing for an init container that runs to its end; the field is nothing for a Kubernetes object', () => {
    const init = 'initContainers: [{name: i, image: x}], containers: [{name: a, image: x, onChange: []}]';
    expect(messagesOf(pod('{"i": [{"paths": ["b"], "action": "restart"}]}', init))).toEqual([
      'spec.containers[0].onChange: unknown field "onChange"',
      `${at}.i: Forbidden: may not be set for init containers without restartPolicy=Always`,
    ]);
  });
});
