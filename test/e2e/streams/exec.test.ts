import { createHash } from 'node:crypto';
import { beforeAll, expect, onTestFinished, test, afterAll } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import { eventually, idle, shell, shortForm, startUp } from '../support/look.ts';

let project: Project;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const pods = { web: { containers: { app: shell(idle), side: shell(idle) } } };
  project = await makeProject({ 'pods.yaml': shortForm(pods) }, { whenFinished: (done) => cleanUps.push(done) });
  await startUp(project);
});
afterAll(() => Promise.all(cleanUps.map((done) => done())));

const exec = (...args: string[]) => project.run('exec', 'web', '-c', 'app', '--', ...args);
const runs = async (what: string) => (await exec('ps', '-o', 'args')).stdout.includes(what);

test('both streams and the exit code are the command’s', async () => {
  const ended = await project.run('exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7');
  expect(ended).toMatchObject({ code: 7, stdout: 'out\n' });
  expect(ended.stderr).toBe('Defaulted container "app" out of: app, side\nerr\ncommand terminated with exit code 7\n');
});

test('what cannot be run is 127 or 126, as a shell has it', async () => {
  expect(await exec('no-such')).toMatchObject({ code: 127, stdout: '' });
  expect(await exec('/etc/passwd')).toMatchObject({ code: 126, stdout: '' });
});

test('a container that does not run is an error', async () => {
  expect(await project.run('exec', 'gone', '--', 'true')).toMatchObject({ code: 1 });
  expect(await project.run('exec', 'web', '--')).toMatchObject({ code: 2 });
});

test('standard input comes whole and ends; nothing is passed without -i', async () => {
  const input = '0123456789abcdef'.repeat(1_000_000);
  const { code, stdout } = await project.runWith(input, 'exec', '-i', 'web', '-c', 'app', '--', 'md5sum');
  expect([code, stdout]).toEqual([0, `${createHash('md5').update(input).digest('hex')}  -\n`]);
  expect(await project.runWith('x', 'exec', 'web', '-c', 'app', '--', 'wc', '-c')).toMatchObject({ stdout: '0\n' });
});

test('output comes whole', async () => {
  const { stdout } = await exec('sh', '-c', 'yes 0123456789 | head -c 20000000');
  expect(stdout.length).toBe(20_000_000);
});

test('a signal is the command’s', async () => {
  const running = project.start(
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
  const terminal = project.startOnTerminal('exec', '-it', 'web', '-c', 'app', '--', 'sh');
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
  const ended = await project.runWith('', 'exec', '-it', 'web', '-c', 'app', '--', 'echo', 'well');
  expect(ended).toMatchObject({ code: 0, stdout: 'well\n' });
  expect(ended.stderr).toBe('Unable to use a TTY - input is not a terminal or the right kind of file\n');
});
