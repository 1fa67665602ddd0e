import { expect, test } from 'vitest';
import { label } from '../../../src/core/runtime/labels.ts';
import type { Kind } from '../../../src/core/runtime/labels.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { newsOf } from '../../../src/run/report/news.ts';

const volume = (kind: Kind): Planned => ({
  action: { verb: 'createVolume', target: 'v', name: 'shop_data', labels: { [label.kind]: kind } },
  because: [],
});

test.each<[Kind, string | undefined]>([
  ['claim', 'creating volume shop_data'],
  // Book-keeping.
  ['own', undefined],
  ['hold', undefined],
  ['object', undefined],
])('a new volume of kind %s is told as %s', (kind, text) => {
  expect(newsOf(volume(kind))?.text).toBe(text);
});
