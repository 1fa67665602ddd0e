/** The command as npm puts it on the PATH: a symlink to the built file. */
import { spawnSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mainFile } from '../support/cli.ts';
import { makeProject } from '../support/harness.ts';

async function install(files: Readonly<Record<string, string>>) {
  const { folder } = await makeProject(files);
  const bin = join(folder, 'podrun');
  await symlink(mainFile, bin);
  return (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(bin, args, { cwd: folder, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };
}

const pods = 'pods: {web: {containers: {app: {image: "${IMAGE}"}}}}';

test.each([
  { args: ['--env-file=gone.env', 'config'] },
  { args: ['--env-file', 'gone.env', 'config'] },
  { args: ['config', '--env-file=gone.env'] },
])('an --env-file that is not there is podrun’s own error, not Node’s: $args', async ({ args }) => {
  const podrun = await install({ 'pods.yaml': pods });
  const { code, stderr } = podrun(...args);
  expect([code, stderr]).toEqual([2, 'gone.env:1:1: error: there is no such file\npodrun: 1 error\n']);
});

test('NODE_OPTIONS in an --env-file is a variable like others, and not for podrun’s own Node', async () => {
  const podrun = await install({
    'pods.yaml': pods,
    'dev.env': 'NODE_OPTIONS=--require ./nothing.cjs --no-such-option\nIMAGE=shop/web\n',
  });
  const { code, stdout, stderr } = podrun('--env-file', 'dev.env', 'config', '-o', 'json');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('"image": "shop/web"');
});

test('what stands on the command line arrives as it is', async () => {
  const podrun = await install({ 'notes.txt': '' });
  const odd = 'a "b"  $HOME * `c`';
  expect(podrun('-f', odd, 'config')).toMatchObject({ code: 2, stderr: expect.stringContaining(odd) as string });
});
