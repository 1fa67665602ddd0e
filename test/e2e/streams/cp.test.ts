import { chmod, lstat, readFile, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, shell, shortForm, startUp } from '../support/look.ts';

test('cp takes folders both ways, with modes, times and symlinks, and nothing out of the target', async () => {
  const pods = { web: { terminationGracePeriodSeconds: 0, containers: { app: shell(idle), side: shell(idle) } } };
  const project = await makeProject({ 'pods.yaml': shortForm(pods), 'site/page': 'well\n', 'site/sub/x': '' });
  await chmod(join(project.folder, 'site/page'), 0o640);
  await utimes(join(project.folder, 'site/page'), 1_000_000_000, 1_000_000_000);
  await symlink('../page', join(project.folder, 'site/sub/link'));
  await startUp(project);
  const run = (...args: string[]) => project.run(...args, '-c', 'app');

  expect(await run('cp', 'site', 'web:/tmp')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const list = await project.run(
    'exec',
    'web',
    '-c',
    'app',
    '--',
    'stat',
    '-c',
    '%a %Y %N',
    '/tmp/site/page',
    '/tmp/site/sub/link',
  );
  expect(list.stdout).toMatch(/^640 1000000000 .*\n777 \d+ '?\/tmp\/site\/sub\/link'? -> '?\.\.\/page'?\n$/);

  await project.run('exec', 'web', '-c', 'app', '--', 'ln', '-s', '/etc/passwd', '/tmp/site/out');
  const back = await run('cp', 'web:/tmp/site', 'back');
  expect(back).toMatchObject({ code: 0, stderr: 'podrun: warning: skipping out: the symlink leads to /etc/passwd\n' });
  const page = await lstat(join(project.folder, 'back/page'));
  expect([page.mode & 0o777, page.mtimeMs]).toEqual([0o640, 1_000_000_000_000]);
  expect(await readlink(join(project.folder, 'back/sub/link'))).toBe('../page');

  expect(await run('cp', 'site/page', 'web:/tmp/other')).toMatchObject({ code: 0 });
  expect(await run('cp', 'web:/tmp/other', '.')).toMatchObject({ code: 0 });
  expect(await readFile(join(project.folder, 'other'), 'utf8')).toBe('well\n');
  expect(await run('cp', 'web:/nope', 'x')).toMatchObject({ code: 1 });
  expect(await run('cp', 'nope', 'web:/x')).toMatchObject({ code: 1 });
  expect(await run('cp', 'a', 'b')).toMatchObject({ code: 2 });
});
