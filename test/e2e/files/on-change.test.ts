/** `onChange`: what an edit of files does to a running container. */
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtLabel, makeBuiltProject } from '../support/built.ts';
import { makeProject } from '../support/harness.ts';
import type { Project } from '../support/harness.ts';
import { sh } from '../support/inside.ts';
import {
  footprint,
  idle,
  killHard,
  onHost,
  readPod,
  readyLine,
  reloadedLine,
  shell,
  startUp,
} from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

const sync = { paths: ['src/'], action: 'sync', target: '/app' };

/** A container that says at its start what it finds, and one beside it. */
const web = (rules: readonly object[], app: Readonly<Record<string, unknown>> = {}): string =>
  onHost({
    web: {
      containers: {
        app: { ...shell(`echo began with $(cat /app/a); ${idle}`.replaceAll('$', '$$$$'), app), onChange: rules },
        side: shell(idle),
      },
      volumes: { data: {} },
    },
  });

const restartsOf = async (project: Project) =>
  (await readPod(project, 'web')).status?.containerStatuses?.map(({ restartCount }) => restartCount);
const list = 'cd /app; find . ! -type d | sort; ls -1';

describe('sync', () => {
  const shared = shareUp(
    () => ({
      'pods.yaml': web([sync]),
      'src/a': 'one\n',
      'src/lib/b': 'b\n',
      'src/.dockerignore': 'logs\n',
      'src/logs/today': 'not to be put\n',
      secret: 'outside\n',
    }),
    {
      prepare: async ({ folder }) => {
        await chmod(join(folder, 'src/a'), 0o750);
        await symlink('../secret', join(folder, 'src/link'));
      },
    },
  );

  test('puts what is edited, made, moved or deleted into the running container; a link stays a link', async () => {
    const { project, up } = shared;
    const before = await footprint(project.engine);
    expect(await sh(project, 'web', 'app', 'cat /app/a; stat -c "%a %u" /app/a; readlink /app/link')).toBe(
      'one\n750 0\n../secret',
    );

    await project.write({ 'src/a': 'two\n' });
    await up.waitFor(/^web\/app: synced 1 file to \/app: src\/a changed$/);
    expect(await sh(project, 'web', 'app', 'cat /app/a')).toBe('two');

    await rename(join(project.folder, 'src/lib'), join(project.folder, 'src/moved'));
    await up.waitFor(/^web\/app: synced 2 files to \/app: src\/moved\/b is new, and 1 more$/);
    expect(await sh(project, 'web', 'app', list)).toBe('./.dockerignore\n./a\n./link\n./moved/b\na\nlink\nmoved');

    await rm(join(project.folder, 'src/a'));
    await up.waitFor(/^web\/app: synced 1 file to \/app: src\/a was deleted$/);
    expect(await sh(project, 'web', 'app', 'ls -1 /app')).toBe('link\nmoved');
    expect(await footprint(project.engine)).toEqual(before);
    expect((await project.run('events')).stdout).toMatch(
      /Normal +Synced +pod\/web +Synced 1 file to \/app: .*src\/a changed/,
    );
  });

  test('a path that changes its kind, as between the branches of a repository, and what a link led to stays', async () => {
    const { project, up } = shared;
    await rm(join(project.folder, 'src'), { recursive: true });
    await project.write({ 'src/a': 'one', 'src/d/in': 'in d' });
    await symlink('d', join(project.folder, 'src/x'));
    const branches: readonly Readonly<Record<string, string>>[] = [
      { 'x/in': 'in x', 'x/deep/in': 'deeper' },
      { x: 'a file' },
      { 'x/y/in': 'deep' },
      { 'x/y': 'link ../d' },
      { 'x/y/in': 'deep' },
      { x: 'link d' },
      { x: 'a file' },
      { x: 'link d' },
      { 'x/in': 'in x' },
    ];
    const found = 'cd /app; find . ! -type d | sort | while read f; do echo "$f $(readlink $f || cat $f)"; done';
    for (const branch of branches) {
      const next = Object.entries({ ...branch, a: 'one', 'd/in': 'in d' });
      await mkdir(join(project.folder, 'next'));
      for (const [path, text] of next) {
        const at = join(project.folder, 'next', path);
        await mkdir(dirname(at), { recursive: true });
        await (text.startsWith('link ') ? symlink(text.slice('link '.length), at) : writeFile(at, text));
      }
      await rm(join(project.folder, 'src/x'), { recursive: true });
      await rename(join(project.folder, 'next/x'), join(project.folder, 'src/x'));
      await rm(join(project.folder, 'next'), { recursive: true });

      const wanted = next.map(([path, text]) => `./${path} ${text.replace(/^link /, '')}`).toSorted();
      await expect.poll(() => sh(project, 'web', 'app', found), { timeout: 20_000 }).toBe(wanted.join('\n'));
    }
    expect(up.output).not.toMatch(/failed/);
  });

  test('an edit of the rules alone restarts nothing; what they no longer name stays in the container', async () => {
    const { project, up } = shared;
    const before = await footprint(project.engine);
    await project.write({ 'pods.yaml': web([{ ...sync, target: '/srv' }]) });
    await up.waitFor(reloadedLine);
    expect(await sh(project, 'web', 'app', 'cat /srv/a; echo; cat /app/a')).toBe('one\none');
    await project.write({ 'pods.yaml': web([]) });
    await up.waitFor(/^podrun: reloaded: 1 Pod ready, nothing to do$/);
    expect(await footprint(project.engine)).toEqual(before);
  });

  test('each new instance has the files before it starts, whoever supervises then; nothing is put twice', async () => {
    const project = await makeProject({ 'pods.yaml': web([sync]), 'src/a': 'one\n', 'src/gone': 'x\n' });
    const first = await startUp(project);
    await project.write({ 'src/a': 'two\n' });
    await first.waitFor(/synced 1 file/);
    expect(await project.run('restart', 'web', '-c', 'app')).toMatchObject({ code: 0 });
    await first.waitFor(/began with two/);
    await killHard(first);

    const idleUp = project.start('up');
    await idleUp.waitFor(/^podrun: 1 Pod ready, nothing to do$/);
    await killHard(idleUp);
    const before = await footprint(project.engine);
    await project.write({ 'src/a': 'three\n' });
    await rm(join(project.folder, 'src/gone'));
    const planned = await project.run('diff');
    expect(planned).toMatchObject({ code: 1 });
    expect(planned.stdout).toContain(
      '~ sync 2 files to /app in container app\n      containers.app.onChange: src/a changed',
    );
    const again = await startUp(project);
    expect(await sh(project, 'web', 'app', 'cat /app/*')).toBe('three');
    expect(await footprint(project.engine)).toEqual(before);
    expect(again.output).not.toMatch(/stopping/);
  });

  test('reaches a volume of a container whose root is read only', async () => {
    const rest = { securityContext: { readOnlyRootFilesystem: true }, volumeMounts: ['data:/app'] };
    const project = await makeProject({ 'pods.yaml': web([sync], rest), 'src/a': 'one\n' });
    const up = await startUp(project);
    expect((await project.run('logs', 'web', 'app')).stdout).toBe('began with one\n');
    await project.write({ 'src/a': 'two\n' });
    await up.waitFor(/synced 1 file/);
    expect(await sh(project, 'web', 'app', 'cat /app/a')).toBe('two');
  });

  test('a folder that cannot be written to is told, and the container waits', async () => {
    const rest = { securityContext: { readOnlyRootFilesystem: true } };
    const project = await makeProject({ 'pods.yaml': web([sync], rest), 'src/a': 'one\n' });
    const up = project.start('up');
    await up.waitFor(/^web\/app: syncing 1 file to \/app failed: .*read-only.*; trying again in 1s$/);
    const { status } = await readPod(project, 'web');
    const waiting = status?.containerStatuses?.find(({ name }) => name === 'app')?.state?.waiting;
    expect(waiting).toMatchObject({ reason: 'RunContainerError' });
  });
});

test('restart: the container alone restarts, for the file that was edited', async () => {
  const project = await makeProject({
    'pods.yaml': web([sync, { paths: ['src/a', 'none'], action: 'restart' }]),
    'src/a': 'one\n',
    'src/b': 'one\n',
  });
  const up = await startUp(project);
  expect(up.output).toMatch(/^podrun: onChange: \S+\/none: there is no such file or folder: it is left out$/m);

  await project.write({ 'src/b': 'two\n' });
  await up.waitFor(/^web\/app: synced 1 file to \/app: src\/b changed$/);
  await project.write({ 'src/a': 'two\n' });
  await up.waitFor(/^web: stopping container app \(SIGTERM\): containers\.app\.onChange: src\/a changed$/);
  await up.waitFor(/began with two/);
  await project.write({ none: 'there now\n' });
  await up.waitFor(/^web: stopping container app \(SIGTERM\): containers\.app\.onChange: none is new$/);
  await up.waitFor(/began with two/);
  expect(await restartsOf(project)).toEqual([2, 0]);
});

describe('rebuild', () => {
  const dockerfile = ({ name }: Project, ...lines: readonly string[]) =>
    ['FROM busybox', builtLabel({ name }), 'COPY a old /app/', ...lines, ''].join('\n');

  test('replaces the container by what its context holds now; a build that fails leaves it running', async () => {
    const project = await makeBuiltProject();
    const build = { image: `built/${project.name}`, build: 'ctx' };
    const rules = [{ paths: ['ctx/a', 'ctx/Dockerfile'], action: 'rebuild' }];
    await project.write({
      'pods.yaml': web(rules, build),
      'ctx/Dockerfile': dockerfile(project),
      'ctx/a': 'one\n',
      'ctx/old': 'x\n',
    });
    const up = await startUp(project);
    const before = await footprint(project.engine);

    await project.write({ 'ctx/Dockerfile': dockerfile(project, 'RUN exit 7') });
    await up.waitFor(/^web: building image built\/\S+: containers\.app\.onChange: ctx\/Dockerfile changed$/);
    await up.waitFor(/^web\/app: building image \S+ failed: .*: 7/);
    expect(await footprint(project.engine)).toEqual(before);

    await project.write({ 'ctx/Dockerfile': dockerfile(project), 'ctx/a': 'two\n' });
    await up.waitFor(
      /^web: stopping container app \(SIGTERM\): containers\.app\.onChange: ctx\/\w+ changed.*; containers\.app\.build: \w{8} -> \w{8}$/,
    );
    await up.waitFor(/began with two/);
    expect(await restartsOf(project)).toEqual([1, 0]);
  });

  test('with sync: the new image’s container has the folder’s files, and what was deleted is not there again', async () => {
    const project = await makeBuiltProject();
    const build = { image: `built/${project.name}`, build: 'ctx' };
    const rules = [
      { paths: ['ctx'], action: 'sync', target: '/app' },
      { paths: ['ctx/Dockerfile'], action: 'restart' },
    ];
    const files = { 'ctx/Dockerfile': dockerfile(project), 'ctx/a': 'one\n', 'ctx/old': 'x\n' };
    await project.write({ 'pods.yaml': web(rules, build), ...files });
    const up = await startUp(project);
    await rm(join(project.folder, 'ctx/old'));
    await up.waitFor(/synced 1 file to \/app: ctx\/old was deleted/);
    expect(await project.run('restart', 'web', '-c', 'app')).toMatchObject({ code: 0 });
    await up.waitFor(/synced 1 file to \/app: ctx\/old was deleted/);
    expect(await sh(project, 'web', 'app', 'ls -1 /app')).toBe('Dockerfile\na');
  });

  test('of an image without rm: what was deleted stays, and that is said once', async () => {
    const project = await makeBuiltProject();
    const build = { image: `built/${project.name}`, build: 'ctx' };
    await mkdir(join(project.folder, 'src'), { recursive: true });
    await project.write({
      'pods.yaml': web([sync], build),
      'ctx/Dockerfile': dockerfile(project, 'RUN rm /bin/rm'),
      'ctx/a': 'one\n',
      'ctx/old': 'x\n',
      'src/b': 'b\n',
    });
    const up = await startUp(project);
    await rm(join(project.folder, 'src/b'));
    await up.waitFor(/^web\/app: the image has no rm: \/app\/b stays in this container$/);
    await project.write({ 'src/c': 'c\n' });
    await up.waitFor(/^web\/app: synced 1 file to \/app: src\/c is new$/);
    expect(await sh(project, 'web', 'app', 'ls -1 /app')).toBe('a\nb\nc\nold');
  });
});

test('with --no-watch the files are put at each start, and no edit is followed', async () => {
  const project = await makeProject({ 'pods.yaml': web([sync]), 'src/a': 'one\n' });
  const up = project.start('up', '--no-watch');
  await up.waitFor(readyLine);
  expect(await sh(project, 'web', 'app', 'cat /app/a')).toBe('one');
});
