import { stat } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Podrun } from '../support/cli.ts';
import { fetchText, findFreePort, makeProject } from '../support/harness.ts';
import { shell, shortForm } from '../support/look.ts';

/** Tells all that it was given and then waits for a signal, which it answers in its own way. */
const command = `trap 'echo got TERM; exit 3' TERM
echo "began $$ $PODRUN_PROJECT $URL $PODRUN_ENDPOINTS"; cat "$PODRUN_ENDPOINTS"
while :; do sleep 3600 >/dev/null 2>&1 & wait $!; done`;

interface Began {
  readonly pid: number;
  readonly name: string;
  readonly url: string;
  readonly file: string;
}

async function begun(run: Podrun): Promise<Began> {
  const [, pid = '', name = '', url = '', file = ''] = await run.waitFor(/^began (\d+) (\S+) (\S+) (\S+)$/, 180_000);
  return { pid: Number(pid), name, url, file };
}

/** Two whole lives, one after the other on a machine that does little at once. */
const timeoutMs = 300_000;

test(
  'two runs of one file never meet; what a killed one leaves is collected, and a living one is not touched',
  async () => {
    const fixed = await findFreePort();
    const app = shell('mkdir /www; echo well >/www/index.html; exec httpd -f -p 8080 -h /www', {
      ports: [`${fixed}:8080`],
      volumeMounts: ['data:/data'],
      readinessProbe: { httpGet: { path: '/', port: 8080 } },
    });
    const pods = { web: { terminationGracePeriodSeconds: 0, containers: { app } } };
    const more = { volumes: { data: {} }, endpoints: { URL: 'http://{web:8080}/' } };
    const project = await makeProject({ 'pods.yaml': shortForm(pods, more) });
    const runs = [1, 2].map(() => project.start('run', '--', 'sh', '-c', command));
    const [one, two] = runs as [Podrun, Podrun];
    onTestFinished(async () => {
      for (const run of runs) run.signal('SIGKILL');
      await project.run('gc');
    });

    const [first, second] = await Promise.all([begun(one), begun(two)]);
    expect(first.name).toMatch(new RegExp(`^${project.name}-[a-z0-9]{5}$`));
    expect(second.name).not.toBe(first.name);
    expect(second.url).not.toBe(first.url);
    expect([first.url, second.url].join()).not.toContain(`:${fixed}/`);
    for (const { url } of [first, second]) await fetchText(url);
    expect((await stat(first.file)).mode & 0o777).toBe(0o600);
    const told = JSON.parse((await one.waitFor(/^\{.*\}$/))[0]) as object;
    expect(told).toMatchObject({
      project: first.name,
      endpoints: {},
      pods: { web: { '8080/tcp': { host: '127.0.0.1', address: first.url.replace(/^http:\/\/|\/$/g, '') } } },
    });
    const endpoints = await project.run('-p', first.name, 'endpoints', '-o', 'dotenv');
    expect(endpoints).toMatchObject({ code: 0, stdout: `URL=${first.url}\n` });

    two.signal('SIGKILL');

    // Its command has its output, and lives on.
    process.kill(second.pid, 'SIGKILL');
    await two.ended;
    expect((await project.run('ls')).stdout).toMatch(
      new RegExp(`^${second.name} .* left by run, pid ${two.pid} `, 'm'),
    );
    const dry = await project.run('gc', '--dry-run');
    expect(dry.stdout).toMatch(
      new RegExp(`^would remove project ${second.name}, left by podrun run of .*has ended$`, 'm'),
    );
    expect(dry.stdout).toMatch(new RegExp(`^project ${first.name} is in use: .* pid ${one.pid}$`, 'm'));
    const gc = await project.run('gc');
    expect(gc).toMatchObject({ code: 0 });
    expect(gc.stdout).toMatch(new RegExp(`^removed project ${second.name}, `, 'm'));
    await fetchText(first.url);

    one.signal('SIGTERM');
    const ended = await one.waitEnd(60_000);
    expect(ended.stdout).toMatch(/^got TERM$/m);
    expect(ended.code).toBe(3);
    const left = (await project.run('ls', '-o', 'name')).stdout;
    expect(left.split('\n').filter((name) => name.startsWith(project.name))).toEqual([]);
  },
  timeoutMs,
);
