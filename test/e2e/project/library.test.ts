import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type * as Podrun from '../../../src/index.ts';
import { fetchText, findFreePort, makeProject } from '../support/harness.ts';
import { shell, shortForm } from '../support/look.ts';

const dist = join(import.meta.dirname, '../../../dist');

/** Brings an instance up in a process of its own, and says its name. */
const owner = `
const { up } = require(process.argv[1]);
up({ file: process.argv[2] }).then(({ name }) => console.log(name));
setInterval(() => {}, 2 ** 30);`;

/** Two whole lives, one after the other on a machine that does little at once. */
const timeoutMs = 300_000;

test(
  'an instance answers, is changed and goes; what a killed process leaves goes with the next; a failed start says why',
  async () => {
    const { up } = createRequire(import.meta.url)(join(dist, 'index.cjs')) as typeof Podrun;
    const app = shell('echo begun; mkdir /www; echo well >/www/index.html; exec httpd -f -p 8080 -h /www', {
      ports: [`${await findFreePort()}:8080`],
      readinessProbe: { httpGet: { path: '/', port: 8080 } },
    });
    const web = { terminationGracePeriodSeconds: 0, containers: { app } };
    const migrate = shell('echo no such table; exit 3');
    const broken = { restartPolicy: 'Never', initContainers: { migrate }, containers: { app: shell('sleep 3600') } };
    const more = { endpoints: { URL: 'http://{web:8080}/' } };
    const project = await makeProject({
      'pods.yaml': shortForm({ web }, more),
      'broken.yaml': shortForm({ broken }),
    });
    const home = join(project.folder, '..');
    const env = { HOME: home, XDG_STATE_HOME: join(home, 'state') };
    onTestFinished(async () => {
      await project.run('gc');
    });

    const failing = up({ file: 'broken.yaml', cwd: project.folder, env }).catch((error: unknown) => error);
    const words = ['-e', owner, join(dist, 'index.cjs'), join(project.folder, 'pods.yaml')];
    const killed = spawn(process.execPath, words, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void killed.kill('SIGKILL'));
    const [left] = await new Promise<string[]>((resolve) =>
      createInterface(killed.stdout).once('line', (line) => resolve([line])),
    );
    const gone = new Promise((resolve) => killed.once('exit', resolve));
    killed.kill('SIGKILL');
    await gone;

    const told: string[] = [];
    const shop = await up({ cwd: project.folder, env, onProgress: (line) => told.push(line) });
    onTestFinished(() => shop.down());
    expect(shop.name).toMatch(new RegExp(`^${project.name}-[a-z0-9]{5}$`));
    expect(shop.name).not.toBe(left);
    const { address } = shop.endpoint('web', 8080);
    expect(shop.env).toMatchObject({ URL: `http://${address}/`, PODRUN_PROJECT: shop.name });
    expect(await fetchText(`http://${address}/`)).toBe('well\n');
    const pod = shop.pod('web');
    expect(await pod.exec(['sh', '-c', 'cat; echo worse >&2; exit 3'], { input: 'in' })).toEqual({
      ...{ exitCode: 3, stdout: 'in', stderr: 'worse\n' },
    });
    expect(await pod.logs({ tail: 1 })).toBe('begun\n');
    await expect(pod.exec(['true'], { container: 'other' })).rejects.toMatchObject({
      ...{ code: 'NotFound', message: 'pod web has no container other; it has app' },
    });
    expect(() => shop.pod('wep').get()).toThrow('pods "wep" not found');

    await pod.restart({ timeoutMs: 0 });
    expect(pod.get().status.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 1 });
    expect(await pod.logs({ previous: true })).toBe('begun\n');
    const { uid } = pod.get().metadata;
    await pod.delete({ timeoutMs: 0 });
    await pod.ready({ timeoutMs: 0 });
    expect(pod.get().metadata.uid).not.toBe(uid);
    expect((await shop.events()).map(({ reason }) => reason)).toContain('Killing');

    expect(await failing).toMatchObject({
      name: 'PodrunError',
      code: 'StartFailed',
      message: expect.stringMatching(/^the start failed: pods\/broken: .*exit code 3[^]* {4}no such table$/m) as string,
      diagnosis: [{ pod: 'broken', containers: [{ name: 'migrate', exitCode: 3, log: ['no such table'] }] }],
    });

    await Promise.all([shop.down(), shop.down()]);
    expect(told).toContainEqual(expect.stringMatching(`^podrun: removed project ${left}, left by podrun run of `));
    expect(told).toContain(`podrun: project ${shop.name} is down`);
    expect(() => shop.pod('web').get()).toThrow(`project ${shop.name} was taken down`);
    const names = (await project.run('ls', '-o', 'name')).stdout.split('\n');
    expect(names.filter((name) => name.startsWith(project.name))).toEqual([]);
  },
  timeoutMs,
);
