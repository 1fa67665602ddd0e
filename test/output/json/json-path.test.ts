import { describe, expect, test } from 'vitest';
import { findValues, parseJsonPath } from '../../../src/output/json/json-path.ts';

const pod = {
  metadata: { labels: { 'app.io/name': 'web', 'a"b': 1 } },
  status: {
    phase: 'Running',
    ready: false,
    none: null,
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False', count: 2 },
    ],
  },
};

describe('findValues', () => {
  test.each<[string, readonly unknown[]]>([
    ['{.status.phase}', ['Running']],
    ['.status.phase', ['Running']],
    ['status.phase', ['Running']],
    ['{$.status.phase}', ['Running']],
    ['{.status.ready}', [false]],
    ['{.status.none}', []],
    ['{.status.absent.deeper}', []],
    ['{.status.phase.length}', []],
    ['{.status.conditions[0].type}', ['Ready']],
    ['{.status.conditions[-1].type}', ['Other']],
    ['{.status.conditions[7].type}', []],
    ['{.status.conditions[*].type}', ['Ready', 'Other']],
    ['{.status.conditions[?(@.type=="Ready")].status}', ['True']],
    ["{.status.conditions[?(@.type!='Ready')].status}", ['False']],
    ['{.status.conditions[?(@.count==2)].type}', ['Other']],
    ["{.metadata.labels['app.io/name']}", ['web']],
    ['{.metadata.labels.app\\.io/name}', ['web']],
    ["{['metadata'].labels.*}", ['web', 1]],
  ])('%s', (text, expected) => {
    const path = parseJsonPath(text);
    if (typeof path === 'string') throw new Error(path);
    expect(findValues(pod, path)).toEqual(expected);
  });

  test.each(['', '{}', '{.a}{.b}', '{.a', '{range .items[*]}', '{.a[}', '{.a[?(@.b)]}'])(
    '%j is not understood',
    (text) => {
      expect(parseJsonPath(text)).toBeTypeOf('string');
    },
  );
});
