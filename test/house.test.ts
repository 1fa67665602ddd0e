import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { findCircles } from './house-circles.ts';
import { findDeadCitations } from './house-citations.ts';
import { findNodes, parseSource, readSources, readUse, type Import, type Source } from './house-sources.ts';

/** What a room may import beside itself. `types` takes types alone, `port` nothing but the room's port.ts. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  cli: ['run', 'core', 'engine', 'probe', 'state', 'output', 'manifest', 'model', 'platform', 'types of world.ts'],
  lib: ['run', 'core', 'engine', 'state', 'output', 'model', 'platform'],
  run: ['core', 'engine', 'probe', 'state', 'output', 'manifest', 'model', 'platform'],
  output: ['core', 'controllers', 'manifest', 'model'],
  engine: ['core', 'model'],
  probe: ['core', 'model', 'port of engine'],
  state: ['core', 'platform'],
  core: ['controllers', 'model'],
  controllers: ['model'],
  manifest: ['model', 'schema'],
  gateway: ['model'],
  model: [],
  platform: [],
};

const packagesOfOneRoom: Readonly<Record<string, string>> = {
  dockerode: 'engine',
  'docker-modem': 'engine',
  chokidar: 'platform',
  croner: 'core',
  'dns-packet': 'gateway',
};

const pureRooms = ['core', 'controllers', 'manifest', 'model'];
const worldly = [
  'Date',
  'process',
  'performance',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
];
const entrances = ['main', 'world', 'index', 'library', 'vitest', 'jest', 'playwright', 'gateway/main'].map(
  (name) => `src/${name}.ts`,
);
const maxLines = 400;
const maxFiles = 20;
const maxCircle = 3;

const sources = readSources();

describe('the house', () => {
  test('the arrows between the rooms never turn back', () => {
    expect(sources.flatMap(findWrongArrows)).toEqual([]);
  });

  test('a package of one room is imported by that room alone', () => {
    expect(sources.flatMap(findForeignPackages)).toEqual([]);
  });

  test('the pure rooms are synchronous and know no world', () => {
    expect(sources.filter(isPure).flatMap(findImpurities)).toEqual([]);
  });

  test('only the entrances say process', () => {
    const others = sources.filter((source) => !entrances.includes(source.path));
    expect(
      others.flatMap((source) => findNodes(source, (node) => (readUse(node) === 'process' ? 'process' : undefined))),
    ).toEqual([]);
  });

  test(`no file is over ${maxLines} lines`, () => {
    const long = sources.filter((source) => source.lineCount > maxLines);
    expect(long.map((source) => `${source.path}:${maxLines + 1} has ${source.lineCount} lines`)).toEqual([]);
  });

  test(`no folder has over ${maxFiles} files of its own`, () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > maxFiles)).toEqual([]);
  });

  test(`no more than ${maxCircle} files import each other in a circle`, () => {
    expect(findCircles(sources).filter((circle) => circle.length > maxCircle)).toEqual([]);
  });

  test('there are no barrels', () => {
    expect(sources.flatMap(findBarrels)).toEqual([]);
  });

  test('comments and test titles cite only pages and headings of this repository', () => {
    expect([...sources, ...readSources('test')].flatMap((source) => findDeadCitations(source))).toEqual([]);
  });
});

describe('the rules see', () => {
  const check = (path: string, text: string, find: (source: Source) => string[]) => find(parseSource(path, text));

  test.each([
    ['src/core/a.ts', `import { run } from '../run/loop.ts';`],
    ['src/core/a.ts', `import { parse } from '../manifest/parse.ts';`],
    ['src/probe/a.ts', `import { connect } from '../engine/connect.ts';`],
    ['src/engine/a.ts', `const load = await import('../manifest/load.ts');`],
    ['src/platform/a.ts', `export { x } from '../core/x.ts';`],
    ['src/cli/a.ts', `import { makeWorld } from '../world.ts';`],
  ])('a wrong arrow in %s: %s', (path, text) => {
    expect(check(path, text, findWrongArrows)).toHaveLength(1);
  });

  test('right arrows', () => {
    const text = `import type { Pod } from '../model/pod.ts'; import { parseQuantity } from '../model/quantity.ts'; import './b.ts';`;
    expect(check('src/core/a.ts', text, findWrongArrows)).toEqual([]);
    expect(check('src/world.ts', `import './cli/up.ts';`, findWrongArrows)).toEqual([]);
  });

  test('what is impure, and neither comments nor strings', () => {
    const text = [
      'const now = Date.now() + Math.random();',
      'async function f() { await g(); }',
      '// await process.exit',
      "const text = 'await Date process';",
      'const facts = { process: 1 }; facts.process;',
      "import { join } from 'node:path';",
      'setTimeout(f, 1);',
    ].join('\n');
    expect(check('src/core/a.ts', text, findImpurities)).toEqual([
      'src/core/a.ts:6 imports node:path',
      'src/core/a.ts:1 Date',
      'src/core/a.ts:1 Math.random',
      'src/core/a.ts:2 async',
      'src/core/a.ts:2 await',
      'src/core/a.ts:7 setTimeout',
    ]);
  });

  test('a circle, and how many are in it', () => {
    const files = { a: 'b', b: 'c', c: 'a', d: 'a' };
    const parsed = Object.entries(files).map(([name, target]) =>
      parseSource(`src/core/${name}.ts`, `import type { T } from './${target}.ts';`),
    );
    expect(findCircles(parsed)).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/c.ts']]);
  });

  test('a citation that leads nowhere, in comments and test titles alone', () => {
    const text = [
      '/**',
      ' * As there (docs/here.md), under docs/here.md#a-heading, and not docs/here.md#another.',
      ' */',
      'function f(): void { // docs/gone.md',
      '  const names = ["docs/gone.md section 4", `docs/gone.md ${1}`, /section 4/];',
      '  // By section 4.2 of it.',
      '}',
      "test.each([1])('a title (recipe 16.1)', f);",
      '// NOTES 1.2, a list (3.4, 5) and another (3.4, 5.6), by YAML 1.2.',
    ].join('\n');
    const anchorsOf = (path: string) => (path === 'docs/here.md' ? new Set(['a-heading']) : undefined);
    expect(check('test/a.ts', text, (source) => findDeadCitations(source, anchorsOf))).toEqual([
      'test/a.ts:2 docs/here.md#another',
      'test/a.ts:4 docs/gone.md',
      'test/a.ts:6 section 4.2',
      'test/a.ts:8 recipe 16.1',
      'test/a.ts:9 NOTES 1.2',
      'test/a.ts:9 (3.4, 5.6)',
    ]);
  });

  test('barrels and foreign packages', () => {
    expect(check('src/core/a.ts', `export * from './b.ts';`, findBarrels)).toHaveLength(1);
    expect(check('src/run/a.ts', `import Docker from 'dockerode';`, findForeignPackages)).toHaveLength(1);
  });
});

function findWrongArrows(source: Source): string[] {
  if (entrances.includes(source.path)) return [];
  return source.imports
    .filter((found) => found.target.includes('/') && /^(src|schema)\//.test(found.target))
    .filter((found) => !isAllowed(source.room, found))
    .map((found) => `${source.path}:${found.line} imports ${found.target}`);
}

function isAllowed(room: string, found: Import): boolean {
  const target = found.target.startsWith('schema/') ? 'schema' : (found.target.split('/')[1] ?? '');
  if (target === room) return true;
  const allowed = arrows[room] ?? [];
  return (
    allowed.includes(target) ||
    allowed.includes(found.target) ||
    (found.typesOnly && allowed.includes(`types of ${target}`)) ||
    (found.target === `src/${target}/port.ts` && allowed.includes(`port of ${target}`))
  );
}

function findForeignPackages(source: Source): string[] {
  return source.imports
    .filter((found) => (packagesOfOneRoom[found.target] ?? source.room) !== source.room)
    .map((found) => `${source.path}:${found.line} imports ${found.target}`);
}

function isPure(source: Source): boolean {
  return pureRooms.includes(source.room);
}

function findImpurities(source: Source): string[] {
  const imports = source.imports
    .filter((found) => found.target.startsWith('node:'))
    .map((found) => `${source.path}:${found.line} imports ${found.target}`);
  return [...imports, ...findNodes(source, readImpurity)];
}

function readImpurity(node: ts.Node): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') return 'Math.random';
  const use = readUse(node);
  return use !== undefined && worldly.includes(use) ? use : undefined;
}

/** A file that only passes on what others export; readers and bundlers then load all of it for one name. */
function findBarrels(source: Source): string[] {
  return findNodes(source, (node) =>
    ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined ? 're-exports another file' : undefined,
  );
}
