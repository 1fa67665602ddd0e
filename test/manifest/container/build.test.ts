import { describe, expect, test } from 'vitest';

import type { Build } from '../../../src/model/build.ts';
import { findingsOf, messagesOf, podOf, projectOf } from '../parse.ts';

const file = (build: string, rest = ''): string => `pods: {web: {containers: {app: {build: ${build}${rest}}}}}`;
const buildOf = (build: string): Build | undefined => podOf(file(build)).spec.containers[0]?.build;
const context = '/home/dev/shop/app';

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
