/** README's table of what is honoured, and the schema that editors and podrun read, say the same of each field. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import kubernetes from '../../schema/kubernetes.schema.json' with { type: 'json' };
import pods from '../../schema/pods.schema.json' with { type: 'json' };
import { fieldsOf } from '../../src/manifest/yaml/read.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const table = /## What of a Pod is honoured\n+([^]*?)\n\n/.exec(readme)?.[1] ?? '';

/** The words in code that a column names, over all rows. */
function wordsOf(column: number): ReadonlySet<string> {
  const cells = table.split('\n').map((row) => row.split(/(?<!\\)\|/)[column] ?? '');
  const spans = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
  return new Set(spans.flatMap((code) => code.split(/[^A-Za-z]+/)));
}

const columns = { honoured: wordsOf(2), instead: wordsOf(3), later: wordsOf(4) };

/** A driver of a cloud or a network; the table names them all together. */
const isDriver = (definition: string, schema: unknown) =>
  definition === 'Volume' && fieldsOf(schema)['x-podrun'] === 'instead';

/** Fields by the mark that podrun has for them, as `Definition.field`; a name and what a cluster sets are left out. */
function fieldsBy(mark: keyof typeof columns): readonly (readonly [string, string])[] {
  const all = { ...kubernetes.$defs, ...pods.$defs };
  return definitions.flatMap((definition) =>
    Object.entries(fieldsOf(fieldsOf(all[definition]).properties))
      .filter(([name, schema]) => name !== 'name' && !isDriver(definition, schema))
      .filter(([, schema]) => (fieldsOf(schema)['x-podrun'] ?? 'honoured') === mark)
      .map(([name]) => [`${definition}.${name}`, name] as const),
  );
}

const definitions = [
  'PodSpec',
  'Container',
  'Volume',
  'VolumeMount',
  'SecurityContext',
  'PodSecurityContext',
  'EnvVarSource',
  'Lifecycle',
] as const;

describe('each field of the schema is in the table of README', () => {
  test.each(fieldsBy('honoured'))('%s, as honoured or approximated', (_, name) => {
    expect([...columns.honoured, ...columns.instead, ...columns.later]).toContain(name);
  });
  test.each(fieldsBy('instead'))('%s, as approximated', (_, name) => {
    expect([...columns.instead]).toContain(name);
  });
  test.each(fieldsBy('later'))('%s, as refused', (_, name) => {
    expect([...columns.later]).toContain(name);
  });
});
