import { describe, expect, test } from 'vitest';

import type { Build } from '../../../src/model/build.ts';
import { findingsOf, messagesOf, podOf, projectOf } from '../parse.ts';

const file = (build: string, rest = ''): string => `pods: {web: {containers: {app: {build: ${build}${rest}}}}}`;
const buildOf = (build: string): Build | undefined => podOf(file(build)).spec.containers[0]?.build;
const context = '/home/dev/shop/app';
const agents = [{ id: 'default' }, { id: 'mine', path: '/home/dev/agent' }];

describe('a build', () => {
  test.each<[string, Build]>([
    ['./app', { context, args: {} }],
    ['/srv/../app', { context: '/app', args: {} }],
    ['~/app', { context: '/home/dev/app', args: {} }],
    ['{}', { context: '/home/dev/shop', args: {} }],
    ['{context: app}', { context, args: {} }],
    ['{context: app, dockerfile: deploy/Dockerfile}', { context, dockerfile: 'deploy/Dockerfile', args: {} }],
    ['{context: app, target: prod}', { context, target: 'prod', args: {} }],
    ['{context: app, args: {A: x, V: 1.10, ON: true}}', { context, args: { A: 'x', V: '1.10', ON: 'true' } }],
    ['{network: none}', { context: '/home/dev/shop', args: {}, network: 'none' }],
    ['{ssh: [default, mine=~/agent]}', { context: '/home/dev/shop', args: {}, ssh: agents }],
    ['{ssh: {mine: ~/agent}}', { context: '/home/dev/shop', args: {}, ssh: agents.slice(1) }],
    [
      '{cache_from: [shop/web, "type=registry,ref=shop/web:cache"], cache_to: [type=inline], platforms: [linux/arm64]}',
      {
        context: '/home/dev/shop',
        args: {},
        cacheFrom: ['shop/web', 'shop/web:cache'],
        inlineCache: true,
        platforms: ['linux/arm64'],
      },
    ],
    ['{context: app, args: ["A=x", "B=1=2", "A="]}', { context, args: { A: '', B: '1=2' } }],
  ])('%s', (text, build) => {
    expect(buildOf(text)).toEqual(build);
  });

  test.each([
    ['""', 'pods.web.containers.app.build: Required value'],
    ['7', 'pods.web.containers.app.build: Invalid value: 7: must be a text or a map'],
    ['~other/app', 'pods.web.containers.app.build: Invalid value: "~other/app": the home of another user is not known'],
    [
      '{dockerfile: ../Dockerfile}',
      `pods.web.containers.app.build.dockerfile: Invalid value: "../Dockerfile": must not contain '..'`,
    ],
    [
      '{dockerfile: /etc/Dockerfile}',
      'pods.web.containers.app.build.dockerfile: Invalid value: "/etc/Dockerfile": must be a relative path',
    ],
    ['{contxt: app}', 'pods.web.containers.app.build.contxt: unknown field "contxt"'],
    ['{args: [A]}', 'pods.web.containers.app.build.args[0]: Invalid value: "A": must be NAME=value'],
    [
      '{network: shop}',
      'pods.web.containers.app.build.network: Unsupported value: "shop": supported values: "default", "host", "none"',
    ],
    ['{ssh: [mine]}', 'pods.web.containers.app.build.ssh[0]: Invalid value: "mine": must have the path of a socket'],
    [
      '{platforms: [windows]}',
      'pods.web.containers.app.build.platforms[0]: Invalid value: "windows": must be linux/ARCHITECTURE',
    ],
    [
      '{secrets: [none]}',
      'pods.web.containers.app.build.secrets[0]: Not found: "none": there is no such Secret in the namespace default',
    ],
    [
      '{args: {A: [x]}}',
      'pods.web.containers.app.build.args.A: Invalid value: must be a text or a number or true or false',
    ],
  ])('%s is wrong', (text, message) => {
    expect(messagesOf(file(text))).toEqual([message]);
  });

  test('is nothing for a Kubernetes object', () => {
    const pod = '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: x, build: .}]}}';
    expect(messagesOf(pod)).toEqual(['spec.containers[0].build: unknown field "build"']);
  });
});

describe('secrets', () => {
  const secrets = 'secrets: {npm: {data: {token: hunter2}}, two: {data: {a: hunter3, b: hunter4}}}';
  const withSecrets = (list: string) => `${file(`{secrets: ${list}}`)}\n${secrets}\n`;

  test.each([
    ['[npm]', { id: 'npm', source: 'npm', key: 'token' }],
    ['[{source: npm, target: npmrc}]', { id: 'npmrc', source: 'npm', key: 'token' }],
    ['[{source: two, key: b}]', { id: 'two', source: 'two', key: 'b' }],
    ['[{source: two, target: a}]', { id: 'a', source: 'two', key: 'a' }],
  ])('%s: by name and key, and no value', (list, secret) => {
    const [app] = podOf(withSecrets(list)).spec.containers;
    expect(app?.build?.secrets).toEqual([{ ...secret, namespace: 'default' }]);
    expect(JSON.stringify(app)).not.toContain('hunter');
  });

  test.each([
    ['[two]', 'Required value: key'],
    ['[{source: two, key: c}]', 'Not found: "c": the Secret two has no such key'],
  ])('%s is wrong', (list, message) => {
    expect(messagesOf(withSecrets(list))).toEqual([`pods.web.containers.app.build.secrets[0]: ${message}`]);
  });
});

test('what the builder of an engine cannot do is a warning at its place', () => {
  const text = `pods:
  web:
    annotations: {podrun.dev/platform: linux/s390x}
    containers:
      app:
        build:
          cache_from: ["type=local,src=cache"]
          cache_to: ["type=registry,ref=x", "type=inline"]
          platforms: [linux/amd64, linux/arm64]
`;
  expect(findingsOf(text)).toEqual([
    'warning 9:11 pods.web.containers.app.build.platforms: one image is built',
    "warning 7:24 pods.web.containers.app.build.cache_from[0]: the engine's builder takes layers from images alone: this cache is left out",
    "warning 8:22 pods.web.containers.app.build.cache_to[0]: the engine's builder writes no cache but into the image: this one is left out",
    '9:11 pods.web.containers.app.build.platforms: the Pod is for linux/s390x, which is none of these',
  ]);
});

describe('the image', () => {
  test.each([
    ['names the result', file('.', ', image: shop/api:dev'), 'shop/api:dev'],
    ['is named by project, Pod and container', file('.'), 'shop-web-app'],
    ['and by a namespace', 'pods: {web: {namespace: front, containers: {app: {build: .}}}}', 'shop-front-web-app'],
    ['and by the file’s own name', `name: store\n${file('.')}`, 'store-web-app'],
  ])('%s', (_, text, image) => {
    expect(podOf(text).spec.containers[0]).toMatchObject({ image, imagePullPolicy: 'IfNotPresent' });
  });

  test('is needed where nothing is built', () => {
    expect(messagesOf('pods: {web: {containers: {app: {}}}}')).toEqual([
      'pods.web.containers.app.image: Required value',
    ]);
  });

  test('is built for every container that names it', () => {
    const { pods } = projectOf(`pods:
  web: {initContainers: {migrate: {image: api}}, containers: {app: {image: api, build: ./app}, other: {image: x}}}
  job: {containers: {app: {image: api}}}
`);
    const builds = pods.flatMap(({ metadata, spec }) =>
      [...spec.initContainers, ...spec.containers].map(
        ({ name, build }) => `${metadata.name}/${name} ${build?.context ?? 'none'}`,
      ),
    );
    expect(builds).toEqual([`web/migrate ${context}`, `web/app ${context}`, 'web/other none', `job/app ${context}`]);
  });

  test('cannot be built in two ways, and by no digest', () => {
    const text = `pods:
  web:
    containers:
      one: {image: api, build: ./app}
      two: {image: api, build: ./other}
      three: {image: "api@sha256:12", build: ./app}
`;
    expect(findingsOf(text)).toEqual([
      '5:7 pods.web.containers.two: Invalid value: "api": another container builds this image in another way',
      '6:7 pods.web.containers.three: Invalid value: "api@sha256:12": a digest cannot name what is built',
    ]);
  });
});
