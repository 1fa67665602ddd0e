import { describe, expect, test } from 'vitest';

import { findingsOf, messagesOf, podOf, projectOf, renderedOf } from '../parse.ts';

const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: x}], ${spec}}\n`;
const container = (fields: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: x, ${fields}}]}\n`;

describe('a value is what a cluster reads', () => {
  test.each(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])('%s is true', (word) => {
    expect(podOf(pod(`shareProcessNamespace: ${word}`)).spec.shareProcessNamespace).toBe(true);
  });

  test.each(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])('%s is false', (word) => {
    expect(messagesOf(pod(`hostPID: ${word}, enableServiceLinks: ${word}`))).toEqual([]);
    expect(podOf(pod(`setHostnameAsFQDN: ${word}`)).spec.setHostnameAsFQDN).not.toBe(true);
  });

  test.each([
    ['0644', 420],
    ['0o644', 420],
    ['0O17', 15],
    ['0x1F', 31],
    ['0b101', 5],
    ['1_000', 1000],
    ['+30', 30],
    ['08', 8],
    ['1e3', 1000],
    ['30.0', 30],
    ['0', 0],
  ])('%s is %i', (written, value) => {
    expect(podOf(pod(`terminationGracePeriodSeconds: ${written}`)).spec.terminationGracePeriodSeconds).toBe(value);
  });

  test.each(['1:30', '2026-01-01', '2026-01-01T10:00:00Z', '1.2.3', '0x', '0b', '0o8', 'Yess', 'oN', '1e999', '_1'])(
    '%s is a text',
    (text) => {
      expect(podOf(container(`args: [${text}]`)).spec.containers[0]?.args).toEqual([text]);
    },
  );

  test.each([
    ['on', 'true'],
    ['no', 'false'],
    ['0644', '420'],
    ['1_000', '1000'],
    ['.5', '0.5'],
  ])('%s is no text, and what to write is told as it stands there', (written, value) => {
    const text = container(`args: [${written}]`);
    expect(messagesOf(text)).toEqual([`spec.containers[0].args[0]: Invalid value: ${value}: must be a text`]);
    expect(podOf(container(`args: ["${written}"]`)).spec.containers[0]?.args).toEqual([written]);
  });

  test.each(['!!str 8080', '! 8080', '"8080"', "'8080'"])('%s is a text', (written) => {
    expect(podOf(container(`args: [${written}]`)).spec.containers[0]?.args).toEqual(['8080']);
  });
});

describe('numbers that no double holds', () => {
  test.each([
    ['terminationGracePeriodSeconds: 9007199254740993', 'spec.terminationGracePeriodSeconds'],
    ['terminationGracePeriodSeconds: 99999999999999999999999', 'spec.terminationGracePeriodSeconds'],
    ['securityContext: {windowsOptions: {any: 9007199254740993}}', undefined],
  ])('%s', (fields, path) => {
    const found = messagesOf(pod(fields)).filter((each) => !each.startsWith('warning'));
    expect(found).toEqual(
      path === undefined ? [] : [expect.stringMatching(`^${path}: Invalid value: .*must be less than or equal to`)],
    );
  });

  test('an amount is refused, and may be a text', () => {
    const memory = (amount: string): string => container(`resources: {limits: {memory: ${amount}}}`);
    expect(messagesOf(memory('9007199254740993'))).toHaveLength(1);
    expect(podOf(memory('"9007199254740993"')).spec.containers[0]?.resources?.limits['memory']).toBe(
      '9007199254740993',
    );
  });

  test.each(['.inf', '-.inf', '.nan'])('%s is no number for any field', (written) => {
    expect(messagesOf(pod(`terminationGracePeriodSeconds: ${written}`))).toHaveLength(1);
  });
});

describe('a key', () => {
  const configMap = (data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {${data}}\n`;

  test('of a Kubernetes object is what a cluster makes of it, with a warning', () => {
    const text = configMap('x: "1", y: "2", 0644: "3", 8080: "4"');
    expect(projectOf(text).objects[0]?.data).toEqual({ x: '1', true: '2', '420': '3', '8080': '4' });
    expect(findingsOf(text)).toEqual([
      'warning 4:16 YAML reads the key y as true, and so does a cluster',
      'warning 4:24 YAML reads the key 0644 as 420, and so does a cluster',
    ]);
  });

  test('of the short form is as written', () => {
    const text =
      'pods: {n: {containers: {on: {image: x, env: {Y: a, 1.10: b}}}}}\nconfigMaps: {a: {data: {y: "1", 0644: "2"}}}\n';
    const { pods, objects } = projectOf(text);
    expect(pods.map(({ metadata }) => metadata.name)).toEqual(['n']);
    expect(pods[0]?.spec.containers[0]).toMatchObject({
      name: 'on',
      env: [
        { name: 'Y', value: 'a' },
        { name: '1.10', value: 'b' },
      ],
    });
    expect(objects[0]?.data).toEqual({ y: '1', '0644': '2' });
    expect(findingsOf(text.replace('image: x', 'imag: x'))).toContain(
      '1:30 pods.n.containers.on.imag: unknown field "imag"',
    );
  });

  test('must be there', () => {
    expect(findingsOf('pods: {: 1}')).toEqual(['1:8 a key must be a plain text']);
  });

  test('and a value of the short form is as written where a text goes', () => {
    const text = 'pods: {a: {containers: {a: {image: no, args: [y], env: {A: on, B: 1_000, C: 0644, D: 1.10}}}}}';
    expect(podOf(text).spec.containers[0]).toMatchObject({ image: 'no', args: ['y'] });
    expect(podOf(text).spec.containers[0]?.env).toEqual([
      { name: 'A', value: 'on' },
      { name: 'B', value: '1_000' },
      { name: 'C', value: '0644' },
      { name: 'D', value: '1.10' },
    ]);
  });
});

describe('what kubectl takes and YAML 1.2 does not', () => {
  const annotated = (value: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    x: ${value}\nspec:\n  containers: [{name: c, image: x}]\n`;

  test.each([
    ['a text in quotes', `'[\n  1\n]'`, '[ 1 ]'],
    ['a text in double quotes, with blank lines', '"{\n\n \t\n}"', '{\n\n}'],
    ['a line break that is escaped', '"a\\\nb"', 'ab'],
    ['an escaped apostrophe', `"it\\'s"`, "it's"],
    ['a comment right behind the quotes', `'x'#comment`, 'x'],
    ['a comment right behind the mark of a block', '|#comment\n      x\n', 'x\n'],
    ['a tag that nobody knows', '!text 8', '8'],
    ['bytes that are a text', '!!binary aGk=', 'hi'],
    ['Windows lines', `'[\r\n  1\r\n]'`, '[ 1 ]'],
    ['what looks like quotes in a block', '|\n      say "\n      [{ "\n', 'say "\n[{ "\n'],
  ])('%s', (_, written, value) => {
    const text = annotated(written);
    expect(findingsOf(text).filter((each) => !each.includes('this tag says nothing'))).toEqual([]);
    expect(podOf(text).metadata.annotations).toEqual({ x: value });
  });

  test.each([
    ['brackets that end where the key stands', '  containers: [\n  {name: c, image: x}\n  ]'],
    ['brackets at the beginning of the line', '  containers: [\n{name: c,\nimage: x\n}\n]'],
    ['tabs within brackets', '  containers: [\n\t{\tname: c,\n\t\timage: x}\n\t]'],
    ['comments within brackets', '  containers: [ # the one\n# there is\n{name: c, image: x}]#end'],
    ['a text within brackets', '  containers: [{name: "c",\n"image": "x"}]'],
    ['a plain text within brackets', '  containers: [{name:\nc, image:\nx}]'],
    ['arguments in quotes', `  containers:\n  - args: ["a\n  b"]\n    name: c\n    image: 'x'`],
  ])('%s', (_, spec) => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n${spec}\n`;
    expect(findingsOf(text)).toEqual([]);
    expect(podOf(text).spec.containers[0]).toMatchObject({ name: 'c', image: 'x' });
  });

  test('every finding stands where it stands in the file', () => {
    const text = `${annotated(`'[\n  1\n]'\n    Bad Key: y`)}  volumes: [\n{name: a,\nemptyDirr: {}}\n]\n`;
    expect(findingsOf(text)).toEqual([
      expect.stringMatching(/^9:5 metadata\.annotations\[Bad Key\]: /),
      '14:1 spec.volumes[0].emptyDirr: unknown field "emptyDirr"',
    ]);
    expect(renderedOf(text)).toContain('  14 | emptyDirr: {}}\n     | ^^^^^^^^^\n');
  });

  test('what is broken is told where it is, whatever else stands in the file', () => {
    const other = annotated(`'[\n]'`).replace('name: a', 'name: b');
    const broken = annotated('"[\n  1').replace('containers: [{name: c, image: x}]', 'hostPID: true');
    expect(findingsOf(`${other}---\n${broken}`)).toEqual(['16:8 this quotation mark is never closed']);
    expect(findingsOf(annotated('[\n1'))).toEqual(['6:8 this [ is not closed before a line that is indented less']);
    expect(findingsOf(`${annotated('x')}  tolerations: [{key: a`)).toEqual(['9:17 this { is never closed']);
    expect(findingsOf(`${annotated('x')}  hostname: 'c''`)).toEqual(['9:13 this quotation mark is never closed']);
  });
});

describe('what YAML 1.2 takes and kubectl does not', () => {
  const within = 'within [ ] and { } kubectl does not take';
  test.each([
    ['args: [/x?y=1]', `warning 4:52 ${within} ? for a part of a text`],
    ['args: [--listen, :8080]', `warning 4:60 ${within} : for a part of a text`],
    ['args: ["/x?y=1", ":8080"]', undefined],
  ])('%s', (fields, finding) => {
    expect(findingsOf(container(fields))).toEqual(finding === undefined ? [] : [finding]);
  });

  test('a tab before what begins on a line', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n\t\ndata: {a: b}\n';
    expect(findingsOf(text)).toEqual(['warning 4:1 kubectl takes no tab where something may begin']);
  });

  test('is nothing in the short form', () => {
    expect(findingsOf('pods: {a: {containers: {a: {image: x, args: [/x?y=1, :8080]}}}}')).toEqual([]);
  });
});
