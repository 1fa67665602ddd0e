/** What an edit of files does to a container, by the rules of its `onChange`. */
import { describe, expect, test } from 'vitest';
import { watchedKey } from '../../../src/core/state/files.ts';
import { allWatched, editCause, watchedBy } from '../../../src/core/sync/on-change.ts';
import type { Files } from '../../../src/core/state/files.ts';
import type { OnChange } from '../../../src/model/on-change.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod, makeProject } from '../make.ts';
import { causeOf } from '../../../src/output/reasons/cause.ts';

const src = '/home/me/shop/src';
const sync: OnChange = { paths: [src], action: 'sync', target: '/app' };
const podWith = (...onChange: readonly OnChange[]) =>
  makePod('web', { containers: [makeContainer('app', { onChange }), makeContainer('side')] });

/** The folder holds these, by name. */
const holding = (files: Readonly<Record<string, string>>, path = src): Files =>
  new Map([[watchedKey({ path, ignoredBy: path }), new Map(Object.entries(files))]]);
const edit = (d: Drive, files: Readonly<Record<string, string>>): string[] => {
  d.feed({ kind: 'files', files: holding(files) });
  return d.said();
};

function begun(files: Readonly<Record<string, string>>, ...rules: readonly OnChange[]): Drive {
  const d = drive(podWith(...rules));
  edit(d, files);
  return d;
}

describe('sync', () => {
  test('a container waits for its files, and has them before it starts; the others do not wait', () => {
    const d = drive(podWith(sync));
    expect(d.said()).toEqual(['start side']);
    expect(edit(d, { a: '1', 'lib/b': '1' })).toEqual(['sync +/app/a +/app/lib/b: the container is new', 'start app']);
  });

  test('what is edited, made or deleted, and that alone; nothing when nothing differs', () => {
    const d = begun({ a: '1', b: '1' }, sync);
    expect(edit(d, { a: '2', b: '1' })).toEqual(['sync +/app/a: src/a changed']);
    expect(edit(d, { a: '2', c: '1' })).toEqual(['sync +/app/c -/app/b: src/c is new, and 1 more']);
    expect(edit(d, { a: '2' })).toEqual(['sync -/app/c: src/c was deleted']);
    expect(edit(d, { a: '2' })).toEqual([]);
  });

  test('a new instance has all before it starts, and what is gone goes as soon as it runs', () => {
    const d = begun({ a: '1', b: '1' }, sync);
    edit(d, { a: '1' });
    d.end('app', 1);
    d.wait(60_000);
    expect(d.said()).toEqual(['sync +/app/a: the container is new', 'start app', 'sync -/app/b: src/b was deleted']);
  });

  test('the next podrun knows what is there: it puts what differs', () => {
    const d = begun({ a: '1', b: '1' }, sync);
    d.restart();
    expect(edit(d, { a: '1', b: '1' })).toEqual([]);
    d.restart();
    expect(edit(d, { a: '2' })).toEqual(['sync +/app/a -/app/b: src/a changed, and 1 more']);
  });

  test('an edit of the rules is applied to what runs; what they do not name any more stays', () => {
    const d = begun({ a: '1', b: '1' }, sync);
    d.said();
    d.edit(makeProject(podWith({ ...sync, target: '/srv' })));
    expect(d.said()).toEqual(['sync +/srv/a +/srv/b: src/a is new, and 1 more']);
    d.edit(makeProject(podWith()));
    expect(d.said()).toEqual([]);
  });

  test('nothing is put below a folder of the machine that is mounted', () => {
    const container = makeContainer('app', {
      onChange: [sync],
      volumeMounts: [{ name: 'host', mountPath: '/app/lib', readOnly: false }],
    });
    const volumes = [{ name: 'host', hostPath: { path: '/srv', type: '' } }] as const;
    const d = drive(makePod('web', { containers: [container], volumes }));
    expect(edit(d, { a: '1', 'lib/b': '1', library: '1' })).toEqual([
      'sync +/app/a +/app/library: the container is new',
      'start app',
    ]);
  });
});

describe('what a volume is mounted in, or on', () => {
  const mountedAt = (mountPath: string, source: object) => {
    const container = makeContainer('app', {
      onChange: [sync],
      volumeMounts: [{ name: 'data', mountPath, readOnly: false }],
    });
    return makePod('web', { containers: [container], volumes: [{ name: 'data', ...source }] });
  };

  test.each(['/app/x', '/app/x/cache'])('no file takes its place: %s', (mountPath) => {
    const d = drive(mountedAt(mountPath, { emptyDir: {} }));
    expect(edit(d, { a: '1', x: '1' })).toEqual(['sync +/app/a: the container is new', 'start app']);
    expect(edit(d, { a: '1' })).toEqual([]);
  });

  test('what was put there before a folder of the machine was mounted is not removed from that', () => {
    const volumes = [{ name: 'data', hostPath: { path: '/srv', type: '' } }] as const;
    const before = makePod('web', { containers: [makeContainer('app', { onChange: [sync] })], volumes });
    const d = drive(before);
    edit(d, { a: '1', 'lib/b': '1' });
    d.edit(makeProject(mountedAt('/app/lib', volumes[0])));
    d.wait(60_000);
    expect(d.said()).toEqual(['SIGTERM app', 'sync +/app/a: the container is new', 'start app']);
  });
});

describe('restart', () => {
  test('the container alone, for each edit once', () => {
    const d = begun({ a: '1' }, { paths: [src], action: 'restart' });
    d.said();
    expect(edit(d, { a: '2' })).toEqual(['SIGTERM app', 'start app']);
    expect(edit(d, { a: '2' })).toEqual([]);
    d.wait(60_000);
    expect(d.said()).toEqual([]);
  });

  test('with sync, the new instance has the new files', () => {
    const d = begun({ a: '1' }, sync, { paths: [src], action: 'restart' });
    d.said();
    expect(edit(d, { a: '2' })).toEqual([
      'sync +/app/a: src/a changed',
      'SIGTERM app',
      'sync +/app/a: the container is new',
      'start app',
    ]);
  });
});

test('several edits are told by the first, from the project’s folder', () => {
  const cause = (...paths: readonly string[]) =>
    editCause(
      'app',
      paths.map((path) => ({ path, what: 'changed' }) as const),
      '/home/me/shop',
    ).map((cause) => causeOf(cause).text);
  expect(cause()).toEqual([]);
  expect(cause(`${src}/a`)).toEqual(['src/a changed']);
  expect(cause('/etc/a', `${src}/a`, '/b')).toEqual(['/etc/a changed, and 2 more']);
  expect(cause('/home/me/shop2/a')).toEqual(['/home/me/shop2/a changed']);
});

test('in a build’s context its .dockerignore counts, elsewhere the folder’s own', () => {
  const build = { context: '/home/me/shop', args: {} };
  const rule: OnChange = { paths: [src, '/etc/app'], action: 'restart' };
  const watched = [
    { path: src, ignoredBy: '/home/me/shop' },
    { path: '/etc/app', ignoredBy: '/etc/app' },
  ];
  expect(watchedBy(makeContainer('app', { build }), rule)).toEqual(watched);
  const twice = makeContainer('app', { build, onChange: [rule, rule] });
  expect(allWatched(makeProject(makePod('web', { containers: [twice] })))).toEqual(watched);
});
