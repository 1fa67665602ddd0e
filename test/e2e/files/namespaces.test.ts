/** The machine's namespaces, and the Pod's names: hosts, resolver, hostname (docs/pod-lifecycle.md#names-and-hosts). */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { fetchText, findFreePort, makeProject } from '../support/harness.ts';
import { expectSaid, onceEach, sh, type Once } from '../support/inside.ts';
import { podsWhen } from '../support/pod-watch.ts';
import { eventually, idle, idleAfter, readPod, shell, shortForm, startUp } from '../support/look.ts';

/** `own` where the namespace is not the machine's. */
const namespaceOf = (kind: string) =>
  `[ "$(readlink /proc/self/ns/${kind})" = "${readlinkSync(`/proc/self/ns/${kind}`)}" ] && echo the machine’s ${kind} || echo own ${kind}`;
const namespaces = ['net', 'pid', 'ipc'].map(namespaceOf).join('; ');
const cases: Readonly<Record<string, Once>> = {
  // A hostname is cut at 63 characters, and does not end with a hyphen.
  [`${'a'.repeat(62)}-${'b'.repeat(7)}`]: {
    pod: {},
    script: `${namespaces}; hostname`,
    says: ['own net', 'own pid', 'own ipc', 'a'.repeat(62)],
  },
  'host-network': {
    pod: { hostNetwork: true },
    script: `${namespaces}; hostname; cat /etc/hosts`,
    says: [
      'the machine’s net',
      'own pid',
      'own ipc',
      hostname(),
      ...readFileSync('/etc/hosts', 'utf8').trim().split('\n'),
    ],
  },
  'all-of-the-host': {
    pod: { hostNetwork: true, hostPID: true, hostIPC: true },
    script: `${namespaces}; cat /proc/1/comm`,
    says: ['the machine’s net', 'the machine’s pid', 'the machine’s ipc', readFileSync('/proc/1/comm', 'utf8').trim()],
  },
  'shared-pid': {
    pod: { shareProcessNamespace: true },
    script: `${namespaceOf('pid')}; [ $$ != 1 ] && grep -l sleep /proc/[0-9]*/comm | wc -l`,
    says: ['own pid', '1'],
  },
  'own-names': {
    pod: {
      hostname: 'busybox-1',
      subdomain: 'sub',
      hostAliases: [
        { ip: '127.0.0.9', hostnames: ['foo', 'foo.remote'] },
        { ip: '127.0.0.8', hostnames: ['bar'] },
      ],
      dnsConfig: { searches: ['ns1.svc.example'], options: [{ name: 'ndots', value: '3' }] },
    },
    script:
      'for name in foo foo.remote bar localhost busybox-1; do ' +
      'ping -c 1 -W 1 $name | sed -n "s/^PING [^ ]* (\\([^)]*\\).*/\\1/p" | sed "s/^10[.].*/its own/"; done; ' +
      'grep "^127.0.0.[89]" /etc/hosts; ' +
      "hostname; sed -n 's/^10[^\\t]*\\t/its own /p' /etc/hosts; cat /proc/sys/kernel/hostname; " +
      'grep -c "^nameserver 127.0.0.11" /etc/resolv.conf; grep ^search /etc/resolv.conf; grep -o "ndots:3" /etc/resolv.conf',
    says: [
      ...['127.0.0.9', '127.0.0.9', '127.0.0.8', '127.0.0.1', 'its own'],
      ...['127.0.0.9\tfoo\tfoo.remote', '127.0.0.8\tbar'],
      ...['busybox-1', 'its own busybox-1.sub.default.svc.cluster.local busybox-1', 'busybox-1'],
      ...['1', 'search default.svc.cluster.local svc.cluster.local cluster.local ns1.svc.example', 'ndots:3'],
    ],
  },
  'dns-none': {
    pod: {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['192.0.2.1', '192.0.2.2'],
        searches: ['ns1.svc.example', 'example'],
        options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
      },
    },
    script: 'cat /etc/resolv.conf',
    says: ['nameserver 192.0.2.1', 'nameserver 192.0.2.2', 'search ns1.svc.example example', 'options ndots:2 edns0'],
  },
  'hostname-as-fqdn': {
    pod: { subdomain: 'sub', setHostnameAsFQDN: true },
    script: 'hostname; cat /proc/sys/kernel/hostname',
    says: Array.from({ length: 2 }, () => 'hostname-as-fqdn.sub.default.svc.cluster.local'),
  },
  'hostname-override': {
    pod: { hostname: 'other', subdomain: 'sub', hostnameOverride: 'db.example.com' },
    script: 'hostname; ping -c 1 -W 1 other.sub.default.svc.cluster.local >/dev/null && echo found',
    says: ['db.example.com', 'found'],
  },
};

test('what a Pod shares with the machine, and what its names are', async () => {
  const project = await makeProject({ 'pods.yaml': onceEach(cases, {}, shortForm) });

  const { code, stdout, stderr } = await project.run('up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, cases);
});

test('a server in the machine’s network is reached and probed there, and its Pod has the machine’s address', async () => {
  const port = await findFreePort();
  const app = shell(
    idleAfter('mkdir /site', 'echo of the machine > /site/index.html', `httpd -p 127.0.0.1:${port} -h /site`),
    {
      ports: [{ containerPort: port }],
      readinessProbe: { httpGet: { host: '127.0.0.1', port, path: '/' }, periodSeconds: 1 },
      livenessProbe: { tcpSocket: { host: '127.0.0.1', port }, periodSeconds: 1 },
    },
  );
  const project = await makeProject({ 'pods.yaml': shortForm({ web: { hostNetwork: true, containers: { app } } }) });
  await startUp(project);

  expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe('of the machine\n');
  const { status } = await readPod(project, 'web');
  expect(status?.podIP).toBe(status?.hostIP);
  expect(status?.podIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
});

test('a name without its namespace means the asker’s own, with a subdomain too', async () => {
  const app = { name: 'app', ...shell(idle, { imagePullPolicy: 'IfNotPresent' }) };
  const pod = (namespace: string, name: string, spec: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } },
    spec: { terminationGracePeriodSeconds: 0, containers: [app], ...spec },
  });
  const box = { hostname: 'box', subdomain: 'sub' };
  const set = {
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's' } },
    spec: {
      ...{ serviceName: 's', selector: { matchLabels: { app: 's' } } },
      template: { metadata: { labels: { app: 's' } }, spec: { containers: [app] } },
    },
  };
  const objects = [
    ...['default', 'team'].flatMap((namespace) => [pod(namespace, 'web', box), pod(namespace, 'asker')]),
    set,
  ];
  const project = await makeProject({ 'pods.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n') });
  await startUp(project);

  const pods = await podsWhen(project, (all) => all.length === 5 && all.every(({ status }) => status?.podIP));
  const addressOf = (namespace: string, name: string) =>
    pods.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name)?.status?.podIP;
  const askers = (await project.engine.containers()).filter(
    ({ Labels: labels }) => labels['io.kubernetes.pod.name'] === 'asker' && labels['io.kubernetes.container.name'],
  );
  const asked = async (namespace: string, names: readonly string[]) => {
    const { Id = '' } = askers.find(({ Labels }) => Labels['io.kubernetes.pod.namespace'] === namespace) ?? {};
    const look = (name: string) => `ping -c 1 -W 1 ${name} | sed -n 's/^PING [^ ]* (\\([^)]*\\).*/\\1/p'`;
    const { output } = await project.engine.exec(Id, 'sh', '-c', names.map(look).join('; '));
    return [...new Set(output.trim().split(/\s+/))];
  };
  const forms = (name: string, namespace: string) =>
    ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map((rest) => name + rest);
  for (const namespace of ['default', 'team']) {
    const web = addressOf(namespace, 'web');
    expect(await asked(namespace, [...forms('web', namespace), ...forms('box.sub', namespace)])).toEqual([web]);
  }
  expect(await asked('default', forms('s-0.s', 'default'))).toEqual([addressOf('default', 's-0')]);
  expect(await asked('team', ['web.default', 'box.sub.default'])).toEqual([addressOf('default', 'web')]);
});

test('a Pod is found by its subdomain, its containers are of one hosts file, and an own one stays as it is', async () => {
  const project = await makeProject({ hosts: '127.0.0.7 mine\n' });
  const mounts = { volumeMounts: [{ name: 'hosts', mountPath: '/etc/hosts' }] };
  const served = shell(idleAfter('mkdir /site', 'echo served > /site/index.html', 'httpd -p 8080 -h /site'));
  await project.write({
    'pods.yaml': shortForm({
      web: {
        hostname: 'one',
        subdomain: 'sub',
        hostAliases: [{ ip: '127.0.0.9', hostnames: ['foo'] }],
        volumes: { hosts: { hostPath: { path: './hosts', type: 'File' } } },
        containers: { server: served, app: shell(idle), own: shell(idle, mounts) },
      },
      asker: { containers: { app: shell(idle) } },
    }),
  });
  await startUp(project);

  const ask = 'timeout 2 wget -q -O - http://one.sub.default.svc.cluster.local:8080/';
  await eventually('the page', async () => (await sh(project, 'asker', 'app', ask)) === 'served');
  expect(await sh(project, 'web', 'own', 'cat /etc/hosts')).toBe('127.0.0.7 mine');
  expect(await sh(project, 'web', 'app', 'grep -w foo /etc/hosts')).toMatch(/^127\.0\.0\.9\s+foo$/);
  expect(await sh(project, 'web', 'server', 'cat /etc/hosts')).toBe(await sh(project, 'web', 'app', 'cat /etc/hosts'));
});
