/** Whatever trees follow one another in a synced folder: the container holds the last one, of whatever image it is made. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { watchedKey } from '../../../src/core/state/files.ts';
import type { Files } from '../../../src/core/state/files.ts';
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import type { OnChange } from '../../../src/model/on-change.ts';
import { drive } from '../drive.ts';
import { makeContainer, makePod } from '../make.ts';
import { times } from '../../effort.ts';

const src = '/home/me/shop/src';
const onChange: OnChange[] = [{ paths: [src], action: 'sync', target: '/app' }];

/** By path: a file's text, or `link TO`. No path is above another. */
type Tree = ReadonlyMap<string, string>;

/** A container's files: what stands at each path below /app, folders included. */
class Model {
  readonly #at = new Map<string, string>([['/app', 'folder']]);

  constructor(image: Tree) {
    for (const [path, node] of image) this.#put(`/app/${path}`, node);
  }

  /** As src/engine/volumes/sync-files.ts does it on an engine; throws where that is refused. */
  sync({ remove, folders, put }: Extract<EngineAction, { verb: 'syncFiles' }>, tree: Tree): void {
    // What is reached through no link, and is no folder: `rm -f`. Then its folders, as far as they are empty.
    for (const path of remove) if (this.#isInFolders(path) && this.#at.get(path) !== 'folder') this.#at.delete(path);
    for (const path of remove)
      for (let parent = above(path); parent !== '/app'; parent = above(parent))
        if (this.#at.get(parent) === 'folder' && this.#below(parent).length === 0) this.#at.delete(parent);
    for (const path of folders) this.#makeFolder(path);
    for (const { path, from } of put) this.#put(path, tree.get(from.slice(src.length + 1)) ?? '');
  }

  get tree(): Tree {
    const leaves = [...this.#at].filter(([, node]) => node !== 'folder');
    return new Map(leaves.map(([path, node]) => [path.slice('/app/'.length), node]));
  }

  /** As the engine's unpacking: a link on the way is followed, what stands in the place is removed with all that is in it. */
  #put(path: string, node: string): void {
    const to = this.#resolve(path);
    for (const inside of this.#below(to)) this.#at.delete(inside);
    this.#at.set(to, node);
  }

  #makeFolder(path: string): void {
    const to = this.#resolve(path);
    if (this.#at.get(to) !== 'folder') this.#at.set(to, 'folder');
  }

  /** Where a path leads, its folders made. */
  #resolve(path: string): string {
    if (path === '/app') return path;
    let folder = this.#resolve(above(path));
    for (let hops = 0; this.#at.get(folder)?.startsWith('link ') === true; hops += 1) {
      if (hops > 8) throw new Error('too many levels of symbolic links');
      folder = this.#resolve(`${above(folder)}/${this.#at.get(folder)?.slice('link '.length)}`);
    }
    if ((this.#at.get(folder) ?? 'folder') !== 'folder') throw new Error(`${folder}: not a directory`);
    this.#at.set(folder, 'folder');
    return `${folder}/${path.slice(path.lastIndexOf('/') + 1)}`;
  }

  #isInFolders(path: string): boolean {
    for (let parent = above(path); parent !== '/app'; parent = above(parent))
      if (this.#at.get(parent) !== 'folder') return false;
    return true;
  }

  #below = (path: string): readonly string[] => [...this.#at.keys()].filter((each) => each.startsWith(`${path}/`));
}

const above = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const listing = (tree: Tree): Files => new Map([[watchedKey({ path: src, ignoredBy: src }), tree]]);

const names = fc.constantFrom('a', 'd', 'x');
const { node } = fc.letrec<{ node: Tree; folder: Tree }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('one', 'two', 'link a', 'link d', 'link x').map((text) => new Map([['', text]])),
    tie('folder'),
  ),
  folder: fc
    .uniqueArray(fc.tuple(names, tie('node')), { selector: ([name]) => name, maxLength: 3 })
    .map(
      (entries) =>
        new Map(
          entries.flatMap(([name, inside]) =>
            [...inside].map(([path, text]): [string, string] => [path === '' ? name : `${name}/${path}`, text]),
          ),
        ),
    ),
}));
const trees = node.filter((tree) => !tree.has(''));

type Happening = 'edit' | 'edit that fails' | 'new container' | 'new container of an old image' | 'new podrun';
const happenings = fc.constantFrom<Happening>(
  'edit',
  'edit',
  'edit that fails',
  'new container',
  'new container of an old image',
  'new podrun',
);

test('the container holds what the folder holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(happenings, trees), { minLength: 1, maxLength: 6 }), (steps) => {
      const containers = new Map<string, Model>();
      let image: Tree = new Map();
      let now: Tree = new Map();
      let fails = false;
      const d = drive(makePod('web', { containers: [makeContainer('app', { onChange })] }));
      d.syncing.perform = (action) => {
        const model = containers.get(action.id) ?? new Model(image);
        containers.clear();
        containers.set(action.id, model);
        model.sync(action, now);
        return !fails;
      };
      const edit = (tree: Tree) => d.feed({ kind: 'files', files: listing((now = tree)) });
      edit(now);
      for (const [what, tree] of steps) {
        fails = what === 'edit that fails';
        if (what === 'new container of an old image') image = now;
        if (what === 'new container') image = new Map();
        if (what === 'new podrun') d.restart();
        edit(tree);
        fails = false;
        d.wait(60_000);
        if (what.startsWith('new container')) {
          d.end('app', 1);
          d.wait(600_000);
        }
        const [model] = containers.values();
        expect(model?.tree ?? new Map()).toEqual(now);
      }
    }),
    { numRuns: times(100) },
  );
});

test.each([
  ['a link becomes a folder', { x: 'link d', 'd/in': 'one' }, { 'x/in': 'two', 'd/in': 'one' }],
  ['a folder becomes a link', { 'x/in': 'two', 'd/in': 'one' }, { x: 'link d', 'd/in': 'one' }],
  ['a file becomes a folder', { x: 'one' }, { 'x/y/in': 'two' }],
  ['a folder becomes a file', { 'x/y/in': 'two', 'x/in': 'one' }, { x: 'one' }],
  ['a file becomes a link', { x: 'one', 'd/in': 'one' }, { x: 'link d', 'd/in': 'one' }],
  ['a link becomes a file', { x: 'link d/in', 'd/in': 'one' }, { x: 'two', 'd/in': 'one' }],
  [
    'a link deep inside becomes a folder',
    { 'p/q/x': 'link d', 'p/q/d/in': 'one' },
    { 'p/q/x/in': 'two', 'p/q/d/in': 'one' },
  ],
])('%s', (_title, before, after) => {
  const model = new Model(new Map());
  let now: Tree = new Map();
  const d = drive(makePod('web', { containers: [makeContainer('app', { onChange })] }));
  d.syncing.perform = (action) => {
    model.sync(action, now);
    return true;
  };
  for (const tree of [before, after]) d.feed({ kind: 'files', files: listing((now = new Map(Object.entries(tree)))) });
  expect(model.tree).toEqual(now);
});
