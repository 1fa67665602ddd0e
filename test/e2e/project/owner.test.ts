import { existsSync } from 'node:fs';
import { readdir, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import {
  eventually,
  footprint,
  idle,
  killHard,
  listPods,
  onHost,
  onePod,
  shell,
  soonMs,
  startUp,
} from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

describe('the same project from another folder', () => {
  test('is refused with both paths, and taken over only when asked', async () => {
    const first = await makeProject({ 'pods.yaml': onePod() });
    await killHard(await startUp(first));
    const before = await footprint(first.engine);
    const second = await makeProject({ 'pods.yaml': named(first) });

    const refused = await second.run('up');

    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(
      new RegExp(`project ${first.name} belongs to ${first.folder}, this is ${second.folder}: .*--take-over`),
    );
    expect(await footprint(first.engine)).toEqual(before);
    const diff = await second.run('diff');
    expect(diff.code).toBe(4);
    const taker = second.start('up', '--take-over');
    await taker.waitFor(/^podrun: 1 Pod ready/);
    expect(await footprint(first.engine), 'what runs is adopted').toEqual(before);
    await killHard(taker);

    await startUp(second);
    expect((await first.run('up')).stderr).toContain(`belongs to ${second.folder}, this is ${first.folder}`);
  });

  test('ends the first one when it is taken over while that runs', async () => {
    const first = await makeProject({ 'pods.yaml': onePod() });
    const ousted = await startUp(first);
    // Another state folder, as of another machine: no lock is met.
    const second = await makeProject({ 'pods.yaml': named(first, 'edited') });

    const taker = second.start('up', '--take-over');
    await taker.waitFor(/^podrun: 1 Pod ready/);
    const ended = await ousted.waitEnd();

    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain(
      `podrun: project ${first.name} belongs to ${second.folder}, this is ${first.folder}: `,
    );
    expect((await listPods(second))[0]?.status?.phase).toBe('Running');
  });
});

describe('a copy of a folder, as a git worktree is', () => {
  const volumes = { kept: {} };
  const files = (name: string) => ({ 'pods.yaml': JSON.stringify({ name, volumes, pods: { web: keeper } }) });
  const keeper = { containers: { app: shell(`echo precious >/kept/db; ${idle}`, { volumeMounts: ['kept:/kept'] }) } };

  test('cannot take down, restart, delete, mark or reach into what the original runs', async () => {
    const first = await makeProject({ 'notes.txt': '' });
    await first.write(files(first.name));
    const up = await startUp(first);
    const before = await footprint(first.engine);
    const copy = await makeProject(files(first.name));
    // The same user's other folder: the supervisor's socket is met.
    const state = { XDG_STATE_HOME: join(dirname(first.folder), 'state') };
    const beside = await makeProject(files(first.name), { env: state });

    const belongs = (folder: string) => `podrun: project ${first.name} belongs to ${first.folder}, this is ${folder}: `;
    const commands = [
      ['down'],
      ['down', '--volumes'],
      ['restart', 'web'],
      ['delete', 'web'],
      ['delete', '--all', '--force'],
      ['condition', 'web', 'a.b/c=True'],
      ['exec', 'web', '--', 'rm', '/kept/db'],
      ['attach', 'web'],
      ['cp', 'pods.yaml', 'web:/kept'],
      ['port-forward', 'web', ':80'],
    ];
    for (const words of commands) {
      const refused = await beside.run(...words);
      expect([refused.code, refused.stderr], words.join(' ')).toEqual([
        4,
        expect.stringContaining(belongs(beside.folder)),
      ]);
    }
    await killHard(up);
    for (const words of [['down'], ['down', '--volumes']]) {
      const refused = await copy.run(...words);
      expect([refused.code, refused.stderr], words.join(' ')).toEqual([
        4,
        expect.stringContaining(belongs(copy.folder)),
      ]);
    }
    expect(await footprint(first.engine)).toEqual(before);
    expect(await first.engine.volumes()).toContain(`${first.name}_kept`);
  });

  test('cannot remove the volumes that the original keeps while it is down, unless --take-over says so', async () => {
    const first = await makeProject({ 'notes.txt': '' });
    await first.write(files(first.name));
    await startUp(first);
    expect((await first.run('down')).code).toBe(0);
    const copy = await makeProject(files(first.name));
    const volume = `${first.name}_kept`;

    const refused = await copy.run('down', '--volumes');
    expect([refused.code, refused.stderr]).toEqual([
      4,
      `podrun: volume ${volume} belongs to ${first.folder}, this is ${copy.folder}: --take-over removes it all the same\n`,
    ]);
    expect(await first.engine.volumes()).toHaveLength(1);
    const taken = await copy.run('down', '--volumes', '--take-over');
    expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining(`podrun: --volumes removes ${volume}\n`)]);
    expect(await first.engine.volumes()).toEqual([]);
  });
});

describe('a supervisor', () => {
  const shared = shareUp(() => ({ 'pods.yaml': onePod() }), { until: 'started' });
  let before: readonly string[] = [];

  test('that has only just begun answers whoever asks, at every moment', async () => {
    const { project, up } = shared;
    const asked = await Promise.all(Array.from({ length: 6 }, () => project.run('ps')));
    await up.waitFor(/^podrun: 1 Pod ready/);

    expect(asked.map(({ code }) => code)).toEqual(Array(6).fill(0));
    before = await footprint(project.engine);
  });

  test('that is stopped keeps its project: the others say so instead of waiting or taking over', async () => {
    const { project, up } = shared;
    up.signal('SIGSTOP');

    const [again, down, ps] = await Promise.all([project.run('up'), project.run('down'), project.run('ps')]);
    up.signal('SIGCONT');

    expect([again.code, down.code, ps.code]).toEqual([4, 4, 0]);
    for (const { stderr } of [again, down, ps]) expect(stderr).toContain('has its lock and does not answer');
    expect(ps.stdout).toMatch(/^web +1\/1 +Running/m);
    expect(await footprint(project.engine)).toEqual(before);
    expect(await project.run('ps')).toMatchObject({ code: 0, stderr: '' });
  });

  test('by a symlink to the folder is the folder’s, whatever the link’s name', async () => {
    const { project } = shared;
    await killHard(shared.up);
    const link = join(dirname(project.folder), 'another-name');
    await symlink(project.folder, link);

    shared.up = project.start('-f', join(link, 'pods.yaml'), 'up');
    await shared.up.waitFor(/^podrun: 1 Pod ready, nothing to do$/);
    expect(await footprint(project.engine)).toEqual(before);
  });

  test('has a state folder for its user alone, and its lock survives the loss of that', async () => {
    const { project, up } = shared;
    const root = join(dirname(project.folder), 'state', 'podrun');
    const [hash = ''] = await readdir(root);
    const socket = join(root, hash, 'control.sock');
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect([await mode(join(root, hash)), await mode(socket)]).toEqual(['700', '600']);

    await rm(root, { recursive: true });
    // Its end is a reason to look, and each look is a look at the lock.
    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    await eventually('the lock is there again', () => existsSync(socket), soonMs);

    const second = await project.run('up');
    expect([second.code, second.stderr]).toEqual([
      4,
      expect.stringContaining(`podrun pid ${up.pid} in ${project.folder}`),
    ]);
    expect(await project.run('-f', join(dirname(project.folder), 'another-name', 'pods.yaml'), 'down')).toMatchObject({
      code: 0,
    });
    expect(await up.waitEnd()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`podrun: project ${project.name} is down\n`) as string,
    });
  });
});

const named = ({ name }: Project, value = 'as it was'): string =>
  onHost(
    { web: { containers: { app: shell(idle, value === 'as it was' ? {} : { env: { VALUE: value } }) } } },
    { name },
  );
