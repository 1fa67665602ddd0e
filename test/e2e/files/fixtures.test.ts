/** The examples with tests of their own: each is installed as its users have it, and its tests run. */
import { spawn } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';
import { ensureRedisImage } from '../../engine/busybox-image.mjs';
import { makeProject } from '../support/harness.ts';

const root = join(import.meta.dirname, '../../..');

/** Debian's packages may have to come first. */
beforeAll(() => ensureRedisImage(process.env.DOCKER_HOST ?? ''), 300_000);

test.each([
  ['fixtures-vitest', /Tests +3 passed/],
  ['fixtures-node-test', /^# pass 2$|^ℹ pass 2$/m],
  ['fixtures-shell', /^(visits|rooms): passed\n(visits|rooms): passed$/m],
])(
  '%s: its tests pass, and nothing of it is left',
  async (name, passed) => {
    const project = await makeProject({});
    await cp(join(root, 'examples', name), project.folder, { recursive: true });
    await installInto(join(project.folder, 'node_modules'));
    const state = join(project.folder, '../state');
    const own = { DOCKER_HOST: process.env.DOCKER_HOST, XDG_STATE_HOME: state, HOME: join(project.folder, '..') };
    const kept = Object.entries(process.env).filter(
      ([each]) => !/^(PODRUN_|VITEST|NODE_OPTIONS$|NODE_TEST_)/.test(each),
    );

    const npm = spawn('npm', ['test'], {
      ...{ cwd: project.folder, env: { ...Object.fromEntries(kept), ...own, NO_COLOR: '1' } },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said, complained, code] = await Promise.all([
      text(npm.stdout),
      text(npm.stderr),
      new Promise((resolve) => npm.once('close', resolve)),
    ]);

    expect({ code, said, complained }).toMatchObject({ code: 0, said: expect.stringMatching(passed) as string });
    expect((await project.run('ls', '-o', 'name')).stdout).not.toContain(name);
  },
  300_000,
);

/** podrun as its package has it, and Vitest. */
async function installInto(folder: string): Promise<void> {
  await mkdir(join(folder, '.bin'), { recursive: true });
  for (const part of ['package.json', 'dist'])
    await cp(join(root, part), join(folder, 'podrun', part), { recursive: true });
  await symlink('../podrun/dist/main.js', join(folder, '.bin/podrun'));
  await symlink(join(root, 'node_modules/vitest'), join(folder, 'vitest'));
  await symlink('../vitest/vitest.mjs', join(folder, '.bin/vitest'));
}
