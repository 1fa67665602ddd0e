/** Ports of this machine that lead into a Pod, published or forwarded: one Pod, one Service, both ways to reach it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ensureNodeImage } from '../../engine/node-image.mjs';
import { fetchText, findFreePort, makeProject, requireEngine, type Project } from '../support/harness.ts';
import { idle, shell, startUp } from '../support/look.ts';
import type { Podrun } from '../support/cli.ts';

const script = [
  'mkdir /www; echo well >/www/index.html; httpd -p 8080 -h /www; httpd -p 127.0.0.1:8081 -h /www',
  "nc -ll -p 8082 -e sh -c 'md5sum; echo bye' &",
  idle,
];
const isUp = {
  exec: { command: ['sh', '-c', 'netstat -ltn | grep -q ":8082 "'] },
  periodSeconds: 1,
  timeoutSeconds: 10,
};
const published = await findFreePort();
const app = {
  ...shell(script.join('\n'), { name: 'app', imagePullPolicy: 'IfNotPresent', readinessProbe: isUp }),
  ports: [{ name: 'http', containerPort: 8080, hostIP: '127.0.0.1', hostPort: published }],
};
const objects = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { terminationGracePeriodSeconds: 0, containers: [app] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'front' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'site', port: 8080, targetPort: 'http' }] },
  },
];
const file = objects.map((object) => JSON.stringify(object)).join('\n---\n');

async function expectPublished(project: Project): Promise<void> {
  const address = `127.0.0.1:${published}`;
  expect(await project.run('port', 'web')).toMatchObject({ code: 0, stdout: `8080/tcp -> ${address}\n` });
  for (const port of ['8080', '8080/tcp', 'http'])
    expect((await project.run('port', 'web', port)).stdout).toBe(`${address}\n`);
  expect(await fetchText(`http://${address}/`)).toBe('well\n');
  expect(await project.run('port', 'web', '8080/udp')).toMatchObject({
    code: 1,
    stderr: 'podrun: port 8080/udp of pod web is not published; published are 8080/tcp\n',
  });
  expect((await project.run('ps')).stdout).toMatch(new RegExp(` +127\\.0\\.0\\.1:${published}->8080/tcp\n$`));
  expect((await project.run('get', 'pods')).stdout).not.toContain('->');
}

test('port tells where a port is published, and ps shows it; ports of this machine lead into the Pod, by its address and by its infra, until it goes', async () => {
  await ensureNodeImage(await requireEngine());
  const project = await makeProject({ 'pods.yaml': file });
  await startUp(project);
  await expectPublished(project);
  const direct = await forward(project, ['web', ':http', ':8081', ':8082', ':9']);
  const [byName = 0, loopback = 0, digest = 0, nobody = 0] = direct.ports;
  expect(await fetchText(`http://127.0.0.1:${byName}/`, 30_000)).toBe('well\n');
  expect(await fetchText(`http://127.0.0.1:${loopback}/`, 30_000)).toBe('well\n');
  expect(await ask(digest, 'hello\n')).toBe('b1946ac92492d2347c6235b4d2611184  -\nbye\n');
  expect(await ask(nobody, '')).toBe('');
  await direct.podrun.waitFor(/^Handling connection for \d+$/);
  direct.podrun.signal('SIGINT');
  const ended = await direct.podrun.waitEnd();
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(
    new RegExp(
      `^podrun: an error occurred forwarding ${nobody} -> 9: error forwarding port 9 to pod web, uid .*: dial tcp (.*):9: connect: connection refused\n$`,
    ),
  );

  const inside = await forward(project, ['svc/front', ':site'], { PODRUN_PROBE_DIAL: 'infra' });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => fetchText(`http://127.0.0.1:${inside.ports[0]}/`, 30_000)),
  );
  expect(answers).toEqual(Array(8).fill('well\n'));
  expect(await project.run('delete', 'web')).toMatchObject({ code: 0 });
  const lost = await inside.podrun.waitEnd();
  expect([lost.code, lost.stderr]).toEqual([1, 'podrun: lost connection to pod\n']);
});

/** Starts it, and waits until it listens. */
async function forward(
  project: Project,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ podrun: Podrun; ports: readonly number[] }> {
  const podrun = project.startWith(env, 'port-forward', ...words);
  const ports: number[] = [];
  while (ports.length < words.length - 1) {
    const [, port] = await podrun.waitFor(/^Forwarding from 127\.0\.0\.1:(\d+) -> \d+$/);
    ports.push(Number(port));
  }
  return { podrun, ports };
}

/** Sends the text and the end of it, and gives the whole answer. */
async function ask(port: number, sent: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return text(socket.end(sent));
}
