/** What reaches into containers that run: exec, attach, cp and top, on one project. */
import { createHash } from 'node:crypto';
import { chmod, lstat, readFile, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, idle, onHost, shell } from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

const ending = { terminationGracePeriodSeconds: 0 };
const pods = {
  web: { ...ending, containers: { app: shell(idle), side: shell(idle) } },
  talk: {
    ...ending,
    containers: {
      screen: shell('while read line; do echo "got $line"; done; exec sleep 1000', { stdin: true, tty: true }),
      clock: shell('while :; do echo tick; sleep 0.2; done'),
    },
  },
  job: {
    ...ending,
    restartPolicy: 'Never',
    containers: { once: shell('read line; echo "got $line"; cat', { stdin: true, stdinOnce: true }) },
  },
  load: {
    ...ending,
    containers: {
      // It leaves the machine to the others.
      busy: shell('while :; do :; done', { resources: { limits: { cpu: '200m' } } }),
      calm: shell(idle),
    },
  },
};

const shared = shareUp(() => ({ 'pods.yaml': onHost(pods), 'site/page': 'well\n', 'site/sub/x': '' }));

test('top tells what the containers use', async () => {
  const { project } = shared;
  const all = await project.run('top', 'load', '--containers', '--sort-by', 'cpu');
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(
    /^POD +NAME +CPU\(cores\) +MEMORY\(bytes\)\nload +busy +[1-9]\d+m +\d+Mi\nload +calm +\dm +\d+Mi\n$/,
  );
  expect((await project.run('top', 'pod', 'load', '--no-headers')).stdout).toMatch(/^load +\d+m +\d+Mi\n$/);
  expect(await project.run('top', 'nope')).toMatchObject({ code: 1, stderr: 'podrun: pods "nope" not found\n' });
  const watch = project.start('top', 'load', '-w', '--no-headers');
  await watch.waitFor(/^load +\d+m +\d+Mi\n/);
  await watch.waitFor(/^load +\d+m +\d+Mi\n/);
  watch.signal('SIGINT');
  expect(await watch.waitEnd()).toMatchObject({ code: 130, stderr: '' });
});

const exec = (...args: string[]) => shared.project.run('exec', 'web', '-c', 'app', '--', ...args);
const runs = async (what: string) => (await exec('ps', '-o', 'args')).stdout.includes(what);

test('both streams and the exit code are the command’s', async () => {
  const ended = await shared.project.run('exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7');
  expect(ended).toMatchObject({ code: 7, stdout: 'out\n' });
  expect(ended.stderr).toBe('Defaulted container "app" out of: app, side\nerr\ncommand terminated with exit code 7\n');
});

test('what cannot be run is 127 or 126, as a shell has it', async () => {
  expect(await exec('no-such')).toMatchObject({ code: 127, stdout: '' });
  expect(await exec('/etc/passwd')).toMatchObject({ code: 126, stdout: '' });
});

test('a container that does not run is an error', async () => {
  expect(await shared.project.run('exec', 'gone', '--', 'true')).toMatchObject({ code: 1 });
  expect(await shared.project.run('exec', 'web', '--')).toMatchObject({ code: 2 });
});

test('standard input comes whole and ends; nothing is passed without -i', async () => {
  const input = '0123456789abcdef'.repeat(1_000_000);
  const { code, stdout } = await shared.project.runWith(input, 'exec', '-i', 'web', '-c', 'app', '--', 'md5sum');
  expect([code, stdout]).toEqual([0, `${createHash('md5').update(input).digest('hex')}  -\n`]);
  expect(await shared.project.runWith('x', 'exec', 'web', '-c', 'app', '--', 'wc', '-c')).toMatchObject({
    stdout: '0\n',
  });
});

test('output comes whole', async () => {
  const { stdout } = await exec('sh', '-c', 'yes 0123456789 | head -c 20000000');
  expect(stdout.length).toBe(20_000_000);
});

test('a signal is the command’s', async () => {
  const running = shared.project.start(
    'exec',
    'web',
    '-c',
    'app',
    '--',
    'sh',
    '-c',
    'trap "echo ended; exit 9" TERM; echo begun; sleep 4711 & wait $!',
  );
  await running.waitFor(/begun/);
  running.signal('SIGTERM');
  expect(await running.waitEnd()).toMatchObject({ code: 9, stdout: 'begun\nended\n' });
  await eventually('nothing of it is left', async () => !(await runs('sleep 4711')));
});

test('-it gives a terminal, whose keys are the command’s, and gives podrun’s back', async () => {
  const terminal = shared.project.startOnTerminal('exec', '-it', 'web', '-c', 'app', '--', 'sh');
  onTestFinished(() => terminal.signal('SIGKILL'));
  await terminal.waitFor(/# /);
  terminal.type('tty; sleep 4712\n');
  await terminal.waitFor(/\/dev\/pts\/\d+/);
  await eventually('it sleeps', () => runs('sleep 4712'));
  terminal.type('\u0003');
  await terminal.waitFor(/# /);
  terminal.type('exit 5\n');
  expect(await terminal.waitEnd()).toMatchObject({ code: 5 });
});

test('-t without a terminal says so and goes on', async () => {
  const ended = await shared.project.runWith('', 'exec', '-it', 'web', '-c', 'app', '--', 'echo', 'well');
  expect(ended).toMatchObject({ code: 0, stdout: 'well\n' });
  expect(ended.stderr).toBe('Unable to use a TTY - input is not a terminal or the right kind of file\n');
});

test('attach takes part in a process, with its terminal where it has one, and leaves it running', async () => {
  const { project } = shared;
  const screen = project.startOnTerminal('attach', '-it', 'talk', '-c', 'screen');
  await screen.waitFor(/try pressing enter/);
  screen.type('one\n');
  await screen.waitFor(/got one/);
  screen.type('\u0010\u0011');
  const left = await screen.waitEnd();
  expect(left.code).toBe(0);
  expect(left.stdout).toContain('Session ended, resume using');

  const clock = project.start('attach', 'talk', '-c', 'clock', '-q');
  await clock.waitFor(/tick/);
  clock.signal('SIGINT');
  expect(await clock.waitEnd()).toMatchObject({ code: 130, stderr: '' });

  // Its end is the container's: cat ends.
  const piped = await project.runWith('two\nthree\n', 'attach', '-i', 'job', '-q');
  expect(piped).toMatchObject({ code: 0, stdout: 'got two\nthree\n', stderr: '' });

  expect(await project.run('attach', '-i', 'talk', '-c', 'clock')).toMatchObject({
    code: 1,
    stderr: 'podrun: container clock has no standard input: give it stdin: true\n',
  });
  expect((await project.run('ps')).stdout).toMatch(/^talk +2\/2 +Running +0 /m);
});

test('cp takes folders both ways, with modes, times and symlinks, and nothing out of the target', async () => {
  const { project } = shared;
  await chmod(join(project.folder, 'site/page'), 0o640);
  await utimes(join(project.folder, 'site/page'), 1_000_000_000, 1_000_000_000);
  await symlink('../page', join(project.folder, 'site/sub/link'));
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
