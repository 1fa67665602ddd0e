/** What reaches a Pod: published ports by address and protocol, and UDP between Pods (docs/pod-lifecycle.md#scheduling). */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { fetchText, findFreePort, makeProject, type Project } from '../support/harness.ts';
import { idleAfter, readPod, shell, shortForm, startUp } from '../support/look.ts';

const serve = (word: string) => idleAfter('mkdir /site', `echo ${word} > /site/index.html`, 'httpd -p 8080 -h /site');

/** An address of this machine that others reach it by. */
function outerAddress(): string {
  const found = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return found.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
}

const udpServer = `
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (text, { port, address }) => socket.send('got ' + text, port, address));
socket.bind(8081, () => console.log('listening'));`;

/** A datagram may be lost: it is sent until one comes back. */
const udpClient = (address: string, port: number) => `
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (text) => { console.log(String(text)); process.exit(); });
setInterval(() => socket.send('it', ${port}, '${address}'), 100);`;

/** The image has no program that speaks UDP: this machine's is run in the network of a Pod. */
async function inNetworkOf({ engine }: Project, pod: string, script: string): Promise<readonly [string, ...string[]]> {
  const { State } = await engine.container(pod);
  return ['nsenter', '--net', '--target', String(State.Pid), process.execPath, '-e', script];
}

/** What a client hears. */
function hear([command, ...args]: readonly [string, ...string[]]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return stdout || stderr || 'nothing within 10 s';
}

test('one host port is several Pods’, by address and protocol; without hostIP it is 127.0.0.1’s alone', async () => {
  const [port, open] = [await findFreePort(), await findFreePort()];
  const web = [`${port}:8080`, { containerPort: 8080, hostPort: open, hostIP: '0.0.0.0' }];
  const other = [`127.0.0.2:${port}:8080`, `${port}:8081/udp`];
  const project = await makeProject({
    'pods.yaml': shortForm({
      web: { containers: { server: shell(serve('web'), { ports: web }) } },
      other: { containers: { server: shell(serve('other'), { ports: other }) } },
    }),
  });
  await startUp(project);
  const outer = outerAddress();

  expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe('web\n');
  expect(await fetchText(`http://127.0.0.2:${port}/`)).toBe('other\n');
  for (const address of ['127.0.0.1', outer]) expect(await fetchText(`http://${address}:${open}/`)).toBe('web\n');
  await expect(fetchText(`http://${outer}:${port}/`)).rejects.toThrow();

  const [command, ...args] = await inNetworkOf(project, 'other', udpServer);
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill());
  await once(server.stdout, 'data');
  const address = (await readPod(project, 'other')).status?.podIP ?? '';
  expect({
    published: hear([process.execPath, '-e', udpClient('127.0.0.1', port)]),
    'from the machine': hear([process.execPath, '-e', udpClient(address, 8081)]),
    'from another Pod': hear(await inNetworkOf(project, 'web', udpClient(address, 8081))),
  }).toEqual({ published: 'got it\n', 'from the machine': 'got it\n', 'from another Pod': 'got it\n' });
});
