import { expect, test } from 'vitest';

import { interpolate } from '../../../src/manifest/variables/interpolate.ts';
import { findingsOf, podOf, projectOf, renderedOf } from '../parse.ts';

const env = { A: 'a', EMPTY: '', REF: '${A}', N: '8080' };

test.each([
  ['plain', 'plain'],
  ['${A}', 'a'],
  ['x${A}y${A}z', 'xayaz'],
  ['${EMPTY}', ''],
  ['${NO:-d}', 'd'],
  ['${EMPTY:-d}', 'd'],
  ['${EMPTY-d}', ''],
  ['${NO-d}', 'd'],
  ['${NO:-}', ''],
  ['${NO:-a:-b}', 'a:-b'],
  ['${A:+o}', 'o'],
  ['${EMPTY:+o}', ''],
  ['${EMPTY+o}', 'o'],
  ['${NO+o}', ''],
  ['${A:?m}', 'a'],
  ['${EMPTY?m}', ''],
  ['${NO:-${A}}', 'a'],
  ['${NO:-${ALSO_NO:-x}y}', 'xy'],
  ['${NO:-${REF}$$}', '${A}$'],
  ['${NO:-${NO:+x}${A}}', 'a'],
  ['$$', '$'],
  ['$${A}', '${A}'],
  ['$$$${A}', '$${A}'],
  ['$(A) $A $', '$(A) $A $'],
  ['${REF}', '${A}'],
  ['${NO:-two\nlines}', 'two\nlines'],
])('%j becomes %j', (text, result) => {
  expect(interpolate(text, env)).toEqual({ text: result, problems: [] });
});

test.each([
  ['${NO}', 0, '${NO}', 'variable NO is not set'],
  ['x ${NO} y', 2, '${NO}', 'variable NO is not set'],
  ['${NO:?give me}', 0, '${NO:?give me}', 'variable NO is not set: give me'],
  ['${EMPTY:?}', 0, '${EMPTY:?}', 'variable EMPTY is empty'],
  ['${}', 0, '${}', 'not a variable reference'],
  ['${1A}', 0, '${1A}', 'not a variable reference'],
  ['${A B}', 0, '${A B}', 'not a variable reference'],
  ['${A=x}', 0, '${A=x}', 'not a variable reference'],
  ['a${A', 1, '${A', 'this ${ has no closing }'],
  ['${NO:-${ALSO}}', 6, '${ALSO}', 'variable ALSO is not set'],
  ['x${NO:-a${A:+${ALSO:?why}}}', 13, '${ALSO:?why}', 'variable ALSO is not set: why'],
  ['${toString}', 0, '${toString}', 'variable toString is not set'],
])('%j is refused', (text, offset, reference, message) => {
  expect(interpolate(text, env).problems).toMatchObject([{ offset, reference, message }]);
});

test('defaults nested without end are refused', () => {
  const text = '${X:-'.repeat(1_000) + '}'.repeat(1_000);
  expect(interpolate(text, {}).problems).toMatchObject([{ message: 'variable references are nested too deeply' }]);
});

test('variables fill values of the short form, and numbers where it wants numbers', () => {
  const pod = podOf(
    'pods: {web: {hostname: "${H}", terminationGracePeriodSeconds: "${N}", shareProcessNamespace: "${T}",\n' +
      ' containers: {app: {image: "a:${N}", env: {N: "${N}", K: $(N)}, livenessProbe: {tcpSocket: {port: "${N}"}}}}}}',
    { env: { H: '7', N: '80', T: 'true' } },
  );
  expect(pod.spec).toMatchObject({ hostname: '7', terminationGracePeriodSeconds: 80, shareProcessNamespace: true });
  expect(pod.spec.containers[0]).toMatchObject({
    image: 'a:80',
    env: [
      { name: 'N', value: '80' },
      { name: 'K', value: '$(N)' },
    ],
    livenessProbe: { tcpSocket: { port: 80 } },
  });
});

test('--interpolate puts variables into Kubernetes objects, too, and numbers where they want numbers', () => {
  const text =
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {k: "${N}"}}\n' +
    '- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: x, args: [$(N), "$$N"], ports: [{containerPort: "${N}"}]}]}}';
  const { pods, objects } = projectOf(text, { interpolate: true, env: { N: '80' } });
  expect(pods[0]?.spec.containers[0]).toMatchObject({ args: ['$(N)', '$N'], ports: [{ containerPort: 80 }] });
  expect(objects[0]?.data).toEqual({ k: '80' });
});

test('a Kubernetes object keeps its dollar signs', () => {
  const pod = podOf(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n' +
      'spec: {containers: [{name: a, image: x, args: ["${A}", "$$", "$(A)"]}]}',
  );
  expect(pod.spec.containers[0]?.args).toEqual(['${A}', '$$', '$(A)']);
});

test('keys are not filled', () => {
  expect(findingsOf('pods: {"${A}": {containers: {a: {image: x}}}}', { env: { A: 'web' } })[0]).toContain(
    'Invalid value: "${A}"',
  );
});

test('an unset variable is pointed at, and what it leaves behind is not', () => {
  const text =
    'pods:\n  web:\n    containers:\n      app:\n        image: shop/api:${TAG}\n        ports: ["${PORT}:80"]\n';
  expect(renderedOf(text)).toBe(`pods.yaml:5:25: error: variable TAG is not set
  5 |         image: shop/api:\${TAG}
    |                         ^^^^^^
  hint: set it in the environment or in .env, or give a default: \${TAG:-value}

pods.yaml:6:18: error: variable PORT is not set
  6 |         ports: ["\${PORT}:80"]
    |                  ^^^^^^^
  hint: set it in the environment or in .env, or give a default: \${PORT:-value}
`);
});

test.each([
  ['plain', 'x ${NO} y', '1:11'],
  ['in single quotes, after one that is escaped', "'it''s $${NO} ${NO}'", '1:23'],
  ['in double quotes with escapes', '"\\t\\u0041 ${NO}"', '1:19'],
  ['inside another one', '"${NO:-a ${ALSO:-${NO}}}"', '1:26'],
  ['in a folded text', '>\n  one\n  two ${NO}\n', '3:7'],
  ['in a literal text with a comment of its own', '| # ${A}\n  $${NO}\n  b${NO:?give\n  it}\n', '3:4'],
  ['on the second line of a quoted text', '"one\n  two ${NO}"', '2:7'],
  ['whose dollar sign is an escape', '"a \\x24{NO}"', '1:9'],
])('an unset variable is pointed at: %s', (_, value, place) => {
  const [finding] = findingsOf(`x-text: ${value}\npods: {a: {containers: {a: {image: x}}}}`);
  expect(finding).toMatch(new RegExp(`^${place} variable NO is not set`));
});
