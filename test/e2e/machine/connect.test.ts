import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePort, makeProject, type Project } from '../support/harness.ts';
import { eventually, killHard, onePod, readyLine, soonMs } from '../support/look.ts';

const host = (): string => process.env.DOCKER_HOST ?? '';
const socketPath = (): string => host().replace('unix://', '');

describe('no engine', () => {
  test('at DOCKER_HOST is one clear error with exit code 3, within two seconds', async () => {
    const nowhere = `tcp://127.0.0.1:${await findFreePort()}`;
    const project = await makeProject({ 'pods.yaml': onePod() }, { env: { DOCKER_HOST: nowhere } });
    const startMs = await timeOf(() => project.run('--help'));

    for (const command of ['up', 'down', 'ps', 'diff', 'logs']) {
      const beganMs = performance.now();
      const { code, stdout, stderr } = await project.run(command);
      expect(performance.now() - beganMs).toBeLessThan(2_000 + startMs);
      expect([command, code, stdout]).toEqual([command, 3, '']);
      expect(stderr).toBe(
        [
          'podrun: no container engine answers; tried',
          `  ${nowhere} (DOCKER_HOST): connection refused`,
          'start that engine, or name another by -H or DOCKER_HOST',
          '',
        ].join('\n'),
      );
    }
  });

  test('behind a socket that takes the connection and stays silent is given up in time', async () => {
    const server = createServer(() => undefined);
    const port = await listen(server);
    const project = await makeProject({ 'pods.yaml': onePod() }, { env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } });

    const startMs = await timeOf(() => project.run('--help'));
    const beganMs = performance.now();
    const { code, stderr } = await project.run('ps');

    expect(code).toBe(3);
    expect(stderr).toContain(`tcp://127.0.0.1:${port} (DOCKER_HOST): the engine gave no answer`);
    expect(performance.now() - beganMs).toBeLessThan(3_500 + startMs);
  });

  test('of the name that DOCKER_CONTEXT has is said so', async () => {
    const project = await makeProject(
      { 'pods.yaml': onePod() },
      { env: { DOCKER_HOST: '', DOCKER_CONTEXT: 'elsewhere' } },
    );

    const { code, stderr } = await project.run('ps');

    expect([code, stderr]).toEqual([
      3,
      'podrun: docker context "elsewhere" is not there; `docker context ls` shows those that are\n',
    ]);
  });
});

describe('an engine is found', () => {
  test('over tcp, from DOCKER_HOST and from -H', async () => {
    const port = await relayEngine();
    const project = await makeProject({ 'pods.yaml': onePod() }, { env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } });

    await expectWorks(project);
    const other = await makeProject({ 'pods.yaml': onePod() }, { env: { DOCKER_HOST: 'unix:///nowhere' } });
    expect((await other.run('-H', `tcp://127.0.0.1:${port}`, 'ps')).code).toBe(0);
  });

  test('by the current docker context', async () => {
    const project = await makeProject({ 'pods.yaml': onePod() }, { env: { DOCKER_HOST: '' } });
    const meta = { Name: 'tests', Metadata: {}, Endpoints: { docker: { Host: host(), SkipTLSVerify: false } } };
    const docker = join(dirname(project.folder), '.docker');
    const folder = join(docker, 'contexts/meta', createHash('sha256').update('tests').digest('hex'));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
    await writeFile(join(docker, 'config.json'), JSON.stringify({ currentContext: 'tests' }));

    await expectWorks(project);
  });

  test('over ssh, by the user’s own ssh, which does not outlive a killed podrun', async () => {
    const far = 'ssh://me@far:2222';
    const bin = await mkdtemp(join(tmpdir(), 'podrun-e2e-ssh-'));
    onTestFinished(() => rm(bin, { recursive: true }));
    await writeFile(join(bin, 'ssh'), sshStub(bin));
    await chmod(join(bin, 'ssh'), 0o755);
    const env = { DOCKER_HOST: far, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
    const project = await makeProject({ 'pods.yaml': onePod() }, { env });

    await expectWorks(project);

    const pids = (await readFile(join(bin, 'pids'), 'utf8')).trim().split('\n').map(Number);
    expect(pids).toHaveLength(3);
    await eventually('no ssh is left', () => pids.every((pid) => !isAlive(pid)), soonMs);
    await rm(join(bin, 'ssh'));
    const without = await project.run('ps');
    expect([without.code, without.stderr]).toEqual([3, expect.stringContaining(`${far} (DOCKER_HOST): ssh: `)]);
  });
});

/** A whole life over that connection. */
async function expectWorks(project: Project): Promise<void> {
  const up = project.start('up');
  await up.waitFor(readyLine);
  await killHard(up);
  expect((await project.run('ps', '-o', 'name')).stdout).toBe('pod/web\n');
  const down = await project.run('down');
  expect(down.code, down.stderr).toBe(0);
  expect(await project.engine.containers()).toEqual([]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A tcp port of this machine that leads to the engine of the tests. */
async function relayEngine(): Promise<number> {
  return listen(
    createServer((from) => {
      const to = connect(socketPath());
      from.pipe(to).pipe(from);
      from.on('error', () => to.destroy());
      to.on('error', () => from.destroy());
    }),
  );
}

async function listen(server: Server): Promise<number> {
  const open = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => open.add(socket));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** How long a command takes that asks nothing: on a busy machine that is no matter of engines. */
async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await run();
  return performance.now() - beganMs;
}

/** What ssh does for us: a socket here that leads to the engine's, until its standard input ends. */
const sshStub = (folder: string): string => `#!${process.execPath}
const { connect, createServer } = require('node:net');
const args = process.argv.slice(2);
require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'pids'))}, process.pid + '\\n');
const [local] = args[args.indexOf('-L') + 1].split(':');
createServer((from) => {
  const to = connect(${JSON.stringify(socketPath())});
  from.pipe(to).pipe(from);
  from.on('error', () => to.destroy());
  to.on('error', () => from.destroy());
}).listen(local);
process.stdin.on('end', () => process.exit()).resume();
`;
