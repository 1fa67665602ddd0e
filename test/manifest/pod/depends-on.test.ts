/** What a Pod waits for, and which Pods run at all. */
import { describe, expect, test } from 'vitest';

import { parse, projectOf } from '../parse.ts';

const own = 'containers: {a: {image: x}}';
const short = (pods: string): string => `pods:\n${pods.replaceAll(/^/gm, '  ')}\n`;
const object = (name: string, annotations: string, rest = '') =>
  `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}, annotations: {${annotations}}}, spec: {${rest}containers: [{name: a, image: x}]}}\n`;

const errorsOf = (text: string, rest: Parameters<typeof parse>[1] = {}): readonly string[] =>
  parse(text, rest).diagnostics.map(
    ({ line, col, message, hint }) => `${line}:${col} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );

describe('dependsOn', () => {
  test('is a list or a map, and the annotation of a Kubernetes object means the same', () => {
    const { pods } = projectOf(
      `${short(`web: {${own}, dependsOn: [db]}\njob: {${own}, dependsOn: {db: , mig: {condition: Succeeded}, web: {condition: Started}}}\nmig: {${own}, restartPolicy: Never}\ndb: {${own}}`)}` +
        object('extra', 'podrun.dev/depends-on: "db , mig:Succeeded,web:Started"'),
    );
    const asked = [
      { name: 'db', namespace: 'default', condition: 'Ready' },
      { name: 'mig', namespace: 'default', condition: 'Succeeded' },
      { name: 'web', namespace: 'default', condition: 'Started' },
    ];
    const annotations = { 'podrun.dev/depends-on': 'db, mig:Succeeded, web:Started' };
    expect(pods.filter(({ metadata }) => ['extra', 'job'].includes(metadata.name))).toMatchObject([
      { dependsOn: asked, metadata: { annotations } },
      { dependsOn: asked, metadata: { annotations } },
    ]);
    expect(pods.find(({ metadata }) => metadata.name === 'db')).not.toHaveProperty('dependsOn');
  });

  test('names a Pod of its own namespace, or one with its namespace, or all Pods of a controller', () => {
    const { pods } = projectOf(
      short(`a: {${own}, namespace: far, dependsOn: [b, b.default]}\nc: {${own}, dependsOn: [front]}\nb: {${own}}`) +
        object('b', '').replace('name: b,', 'name: b, namespace: far,') +
        '---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: front}, spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: x}]}}}}\n',
    );
    const of = (name: string) => pods.find(({ metadata }) => metadata.name === name)?.dependsOn ?? [];
    expect(of('a').map(({ name, namespace }) => `${name}.${namespace}`)).toEqual(['b.far', 'b.default']);
    expect(of('c').map(({ name }) => name.replace(/-.*/, ''))).toEqual(['front', 'front']);
  });

  test.each([
    [
      'what is not there',
      `web: {${own}, dependsOn: [bd]}\ndb: {${own}}`,
      ['2:50 Not found: "bd": no Pod of the project has that name (did you mean db?)'],
    ],
    [
      'itself',
      `web: {${own}, dependsOn: [web]}`,
      ['2:50 a circle: web -> web: none of them would ever start (take one of them out)'],
    ],
    [
      'a circle',
      `a: {${own}, dependsOn: [b]}\nb: {${own}, dependsOn: [c]}\nc: {${own}, dependsOn: {a: {condition: Started}}}\nd: {${own}, dependsOn: [a]}`,
      ['4:48 a circle: a -> b -> c -> a: none of them would ever start (take one of them out)'],
    ],
    [
      'the success of what never ends',
      `web: {${own}, dependsOn: {db: {condition: Succeeded}}}\ndb: {${own}}`,
      ['2:50 db never succeeds: its restartPolicy is Always (give db restartPolicy: OnFailure or Never)'],
    ],
    [
      'a condition that there is not',
      `web: {${own}, dependsOn: {db: {condition: ready}}}\ndb: {${own}}`,
      ['2:66 Unsupported value: "ready": supported values: "Ready", "Started", "Succeeded" (did you mean Ready?)'],
    ],
  ])('on %s is refused at its place', (_, pods, errors) => {
    expect(errorsOf(short(pods))).toEqual(errors);
  });

  test('an annotation that says nothing is refused', () => {
    expect(errorsOf(object('a', 'podrun.dev/depends-on: "b:Redy"') + object('b', ''))).toEqual([
      '2:86 Invalid value: "b:Redy": must be a Pod, or a Pod with one of Ready, Started, Succeeded (for example podrun.dev/depends-on: "db, migrate:Succeeded")',
    ]);
  });
});

describe('profiles', () => {
  const text =
    short(`always: {${own}}\ndebug: {${own}, profiles: [debug, tools]}\nusual: {${own}, profiles: [default]}`) +
    object('extra', 'podrun.dev/profiles: "debug,other"');
  const running = (rest: Parameters<typeof parse>[1]) =>
    projectOf(text, rest).pods.map(({ metadata }) => metadata.name);

  test.each([
    [{}, ['always', 'usual']],
    [{ profiles: ['debug'] }, ['always', 'debug', 'extra']],
    [{ profiles: ['tools', 'other'] }, ['always', 'debug', 'extra']],
    [{ profiles: ['*'] }, ['always', 'debug', 'usual', 'extra']],
    [{ named: ['debug'] }, ['always', 'debug', 'usual']],
  ])('%j: %j', (rest, names) => {
    expect(running(rest)).toEqual(names);
  });

  test('two Pods of different profiles may publish one port, and one that does not run is read all the same', () => {
    const port = (profile: string) => `{containers: {a: {image: x, ports: ["80:80"]}}, profiles: [${profile}]}`;
    const both = short(`a: ${port('one')}\nb: ${port('two')}`);
    expect(errorsOf(both, { profiles: ['one'] })).toEqual([]);
    expect(errorsOf(both, { profiles: ['*'] })).toHaveLength(1);
    expect(errorsOf(short(`a: {${own}}\nb: {containers: {}, profiles: [one]}`))).toHaveLength(1);
  });

  test('a dependency on a Pod that is not selected says which profile selects it', () => {
    const pods = short(`web: {${own}, dependsOn: [db]}\ndb: {${own}, profiles: [data, all]}`);
    expect(errorsOf(pods)).toEqual([
      '2:50 db runs only with one of its profiles: data, all (select it with --profile data, or take db out of dependsOn)',
    ]);
    expect(errorsOf(pods, { profiles: ['all'] })).toEqual([]);
  });

  test('a profile that no Pod has is told, and a file of which nothing runs is refused', () => {
    expect(errorsOf(text, { profiles: ['debg'] })).toEqual([
      '1:1 --profile: no Pod has the profile debg (did you mean debug?)',
    ]);
    expect(errorsOf(short(`a: {${own}, profiles: [b]}`))).toEqual([
      '1:1 no Pod is selected: each has profiles (b) (select one with --profile b)',
    ]);
  });
});
