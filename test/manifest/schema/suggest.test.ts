import { expect, test } from 'vitest';

import { editDistance, suggest } from '../../../src/manifest/schema/suggest.ts';

const FIELDS = [
  'image',
  'imagePullPolicy',
  'livenessProbe',
  'readinessProbe',
  'volumeMounts',
  'env',
  'envFile',
  'command',
  'dependsOn',
];

test.each([
  ['imgae', 'image'],
  ['Image', 'image'],
  ['livenesProbe', 'livenessProbe'],
  ['liveness_probe', 'livenessProbe'],
  ['depends_on', 'dependsOn'],
  ['env_file', 'envFile'],
  ['environment', 'env'],
  ['volumes', 'volumeMounts'],
  ['healthcheck', 'readinessProbe'],
  ['evn', 'env'],
  ['replicas', undefined],
  ['x', undefined],
  ['constructor', undefined],
  ['i'.repeat(100_000), undefined],
])('%s means %s', (word, field) => {
  expect(suggest(word, FIELDS)).toBe(field);
});

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
])('%s and %s are %i apart', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
  expect(editDistance(to, from)).toBe(distance);
});
