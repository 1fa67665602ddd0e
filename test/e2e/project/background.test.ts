/** `up -d` and `--wait`: a podrun that outlives who began it, is handed edits, is missed when it dies, and ends by `down`. */
import { readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import type { Project } from '../support/harness.ts';
import { eventually, footprint, idle, onHost, readPod, shell } from '../support/look.ts';

const always = { exec: { command: ['true'] }, timeoutSeconds: 10 };

const web = (env: Readonly<Record<string, unknown>> = {}) =>
  onHost({ web: { containers: { app: { ...shell(idle, env), readinessProbe: always } } } });

/** The one in the background, as `podrun ls` knows it. */
async function background(project: Project): Promise<number> {
  const { stdout } = await project.run('ls', '-o', 'json');
  const all = JSON.parse(stdout) as { name: string; supervisor?: { pid?: number } }[];
  return all.find(({ name }) => name === project.name)?.supervisor?.pid ?? 0;
}

/** Field 6 of /proc/PID/stat: its session (proc_pid_stat(5)). */
const sessionOf = (pid: number): number =>
  Number(
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[3],
  );

test('a podrun in the background, from its start to the end of one that died', async () => {
  const project = await makeProject({ 'pods.yaml': web() });
  // Of two that begin at once one supervises, and is handed the file of the other.
  for (const up of await Promise.all([project.run('up', '--wait'), project.run('up', '--wait')]))
    expect(up, up.stderr).toMatchObject({ code: 0, stdout: '' });
  expect((await readPod(project, 'web')).status?.conditions).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'True' }),
  );
  const pid = await background(project);
  expect(sessionOf(pid)).toBe(pid);
  process.kill(pid, 'SIGHUP');
  process.kill(pid, 'SIGINT');

  const before = (await readPod(project, 'web')).metadata?.uid;
  await project.write({ 'pods.yaml': web({ env: { EDITED: '${WORD:-none}' } }) });
  const edited = await project.startWith({ WORD: 'yes' }, 'up', '-d', '--wait').waitEnd(90_000);
  expect(edited, edited.stderr).toMatchObject({ code: 0 });
  const pod = await readPod(project, 'web');
  expect(pod.metadata?.uid).toBe(before);
  expect(pod.spec?.containers[0]?.env).toEqual([{ name: 'EDITED', value: 'yes' }]);
  expect(await background(project), 'the same goes on').toBe(pid);
  expect((await project.run('up')).stderr).toContain(`is supervised already: podrun pid ${pid}`);
  const refused = await project.run('up', '-d', '--infra-image', 'alpine');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`(pid ${pid})`) as string });
  const [folder = ''] = await readdir(join(project.folder, '../state/podrun'));
  const log = join(project.folder, '../state/podrun', folder, 'supervisor.log');
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  expect((await project.run('logs', '--supervisor', '--tail', '1')).stdout).toMatch(/^\S+Z .*\n$/);

  process.kill(pid, 'SIGKILL');
  await eventually('ps tells who died', async () => {
    const { stderr } = await project.run('ps');
    return stderr.includes(`(pid ${pid}, in ${project.folder}`) && stderr.includes('has died');
  });
  const next = await project.run('up', '-d');
  expect(next, next.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('has died') as string });
  expect((await readPod(project, 'web')).metadata?.uid).toBe(before);
  expect((await project.run('ps')).stderr).toBe('');
  const down = await project.run('down');
  expect(down, down.stderr).toMatchObject({ code: 0 });
  expect(await footprint(project.engine)).toEqual([]);
});

test('a start that fails says why, in the terminal, in a bundle and for GitHub; the code of a Pod that ends', async () => {
  const job = { restartPolicy: 'Never', containers: { app: shell('echo FATAL: it broke >&2; exit 7') } };
  const project = await makeProject({ 'pods.yaml': onHost({ job, after: { ...job, dependsOn: ['job'] } }) });
  const summary = join(project.folder, 'summary.md');
  const github = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };

  const failed = await project
    .startWith(github, 'up', '--wait', '--abort-on-failure', '--bundle', 'bundle')
    .waitEnd(90_000);

  expect(failed, failed.stderr).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain('pods/job: it has Failed (container app: Error, exit code 7)');
  expect(failed.stderr).toMatch(/^::group::job is Error, 0\/1 ready\n::stop-commands::[^]*FATAL: it broke\n/m);
  expect(await readFile(summary, 'utf8')).toContain('FATAL: it broke');
  expect(await readFile(join(project.folder, 'bundle/logs/job/app.0.log'), 'utf8')).toContain('FATAL: it broke');
  expect(await footprint(project.engine), 'all of it is down').toEqual([]);

  const coded = await project.run('up', '--exit-code-from', 'job');
  expect(coded, coded.stderr).toMatchObject({ code: 7 });
  expect(coded.stderr).toContain('it ended with exit code 7');
  expect(await footprint(project.engine)).toEqual([]);
});
