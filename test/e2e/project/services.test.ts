/** Services on a real engine: two Pods that are behind them and ask them, and what serves them. */
import { expect, test } from 'vitest';
import { askEngine } from '../../engine/api.mjs';
import { ensureNodeImage } from '../../engine/node-image.mjs';
import { makeProject, type Project } from '../support/harness.ts';
import { sh } from '../support/inside.ts';
import { eventually, footprint, idle, killHard, readyLine, shell, startUp } from '../support/look.ts';

const page = 'mkdir /www; hostname >/www/index.html; touch /ready; httpd -p 8080 -h /www';
/** From when it is told to go to when it is told to stop it asks all the time. */
const asking = [
  'until [ -e /go ]; do sleep 1; done',
  'while [ ! -e /stop ]; do timeout 20 wget -qO- http://web/ || echo failed; done >/log 2>&1',
  'touch /stopped',
].join('; ');
const readinessProbe = { exec: { command: ['test', '-e', '/ready'] }, periodSeconds: 1, timeoutSeconds: 10 };
const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'back' } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        ...shell(`${page}; ${asking}; ${idle}`, { name: 'app', imagePullPolicy: 'IfNotPresent', readinessProbe }),
        ports: [{ name: 'http', containerPort: 8080 }],
      },
    ],
  },
});
const service = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'back' }, ...spec },
});
const web = service('web', { ports: [{ port: 80, targetPort: 'http' }] });
const all = service('all', { clusterIP: 'None' });
const fileOf = (...objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join('\n---\n');

const ask = (name: string, times = 1) =>
  `for i in $(seq ${times}); do timeout 20 wget -qO- http://${name}/ || echo failed; done | sort -u`;

test('a Service leads to its ready Pods, whatever becomes of podrun, and is gone with the project', async () => {
  const host = process.env.DOCKER_HOST ?? '';
  await ensureNodeImage(host);
  const project = await makeProject({ 'pods.yaml': fileOf(pod('a'), pod('b'), web, all) });
  const up = await startUp(project);
  const inA = (script: string) => sh(project, 'a', 'app', script);
  expect(await inA(ask('web', 4))).toBe('a\nb');
  expect(await inA(ask('web.default.svc.cluster.local:80'))).toMatch(/^[ab]$/);
  expect(await addressesOf(project, 'all')).toEqual(await podAddresses(project));
  const address = await inA('echo $WEB_SERVICE_HOST');
  expect(await addressesOf(project, 'web')).toEqual([address]);
  const places = (await podAddresses(project)).map((each) => `${each}:8080`).join();
  expect((await project.run('get', 'svc', 'web')).stdout).toMatch(
    new RegExp(`^web +ClusterIP +${address} +<none> +80/TCP`, 'm'),
  );
  expect((await project.run('get', 'ep', 'web')).stdout).toMatch(new RegExp(`^web +${places} `, 'm'));
  expect(await inA('nslookup nobody.default.svc.cluster.local 2>&1')).toContain('NXDOMAIN');

  await sh(project, 'b', 'app', 'rm /ready');
  await eventually('an unready Pod takes nothing', async () => (await inA(ask('web', 4))) === 'a');
  await sh(project, 'b', 'app', 'touch /ready');
  await eventually('both take connections again', async () => (await inA(ask('web', 4))) === 'a\nb');

  // From here on somebody asks all the time.
  await inA('touch /go');
  await eventually('it asks', async () => (await inA('wc -l </log')) !== '0');
  const before = await footprint(project.engine);
  await killHard(up);
  expect(await inA(ask('web', 4))).toBe('a\nb');
  const extra = service('extra', { ports: [{ port: 8081, targetPort: 8080 }] });
  await project.write({ 'pods.yaml': fileOf(pod('a'), pod('b'), web, extra) });
  const again = project.start('up');
  await again.waitFor(readyLine);
  await eventually('the new Service is served', async () => (await inA(ask('extra:8081', 4))) === 'a\nb');
  expect(await addressesOf(project, 'all')).toEqual([]);
  expect(await addressesOf(project, 'web')).toEqual([address]);
  expect(await footprint(project.engine)).toEqual(before);
  await inA('touch /stop');
  await eventually('it has stopped', async () => (await inA('[ -e /stopped ] && echo yes')) === 'yes');
  expect(await inA('sort -u /log')).toBe('a\nb');

  await askEngine(host, 'POST', `/containers/${project.name}.services/kill`);
  // Nobody answers meanwhile: one question may take as long as its bound.
  await eventually('it is served again', async () => /^[ab]$/.test(await inA(ask('web'))), 90_000);
  expect(await project.run('down')).toMatchObject({ code: 0 });
  await again.waitEnd();
  expect(await project.engine.containers()).toEqual([]);
  const networks = (await askEngine(host, 'GET', '/networks')).json as { Name: string }[];
  expect(networks.filter(({ Name }) => Name.includes(project.name))).toEqual([]);
}, 240_000);

/** What a name means to a Pod, sorted. */
async function addressesOf(project: Project, name: string): Promise<readonly string[]> {
  const told = await sh(project, 'a', 'app', `nslookup ${name}.default.svc.cluster.local 2>&1`);
  return [...told.matchAll(/^Address: (\d+\.\d+\.\d+\.\d+)$/gm)].map(([, address]) => address ?? '').toSorted();
}

async function podAddresses(project: Project): Promise<readonly string[]> {
  const asked = ['a', 'b'].map((name) => sh(project, name, 'app', 'hostname -i'));
  return (await Promise.all(asked)).toSorted();
}
