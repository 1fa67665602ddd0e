import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, idleAfter, onePod, readPod, shell, shortForm, startUp } from '../support/look.ts';

/** Serves one word on a port, is ready once it does, and ends on TERM. */
const serving = (word: string, port: number) =>
  shell(
    `trap 'exit 0' TERM; mkdir -p /tmp/www; echo ${word} > /tmp/www/index.html; httpd -f -p ${port} -h /tmp/www & wait $!`,
    { readinessProbe: { tcpSocket: { port }, periodSeconds: 1, timeoutSeconds: 5 } },
  );

// A machine without a name server takes its time to say that it does not know a name.
const ask = (url: string) => ['timeout', '30', 'wget', '-q', '-O', '-', url];

describe('the Pod on the engine', () => {
  test('its containers share network, IPC and hostname, and keep their processes to themselves', async () => {
    const containers = { server: serving('hello', 8080), other: shell(idle) };
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { hostname: 'front', containers } }) });
    await startUp(project);
    const server = await project.engine.container('web', 'server');
    const other = await project.engine.container('web', 'other');

    await project.engine.exec(server.Id, 'sh', '-c', 'echo shared > /dev/shm/note');

    expect(await project.engine.exec(other.Id, ...ask('http://localhost:8080/'))).toEqual({
      code: 0,
      output: 'hello\n',
    });
    expect((await project.engine.exec(other.Id, 'cat', '/dev/shm/note')).output).toBe('shared\n');
    expect((await project.engine.exec(other.Id, 'hostname')).output).toBe('front\n');
    expect((await project.engine.exec(other.Id, 'ps')).output).not.toContain('httpd');
  });

  test('with shareProcessNamespace its containers see each other', async () => {
    const containers = { server: serving('hello', 8080), other: shell(idle) };
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { shareProcessNamespace: true, containers } }) });
    await startUp(project);

    const { output } = await project.engine.exec((await project.engine.container('web', 'other')).Id, 'ps');

    expect(output).toContain('httpd');
    expect(output.split('\n')[1]).not.toContain('sh -c trap');
  });

  test('Pods resolve by their names in their project, and not in another one', async () => {
    const file = (word: string) => `pods:
  web: {containers: {server: ${JSON.stringify(serving(word, 8080))}}}
  asker: {containers: {app: ${JSON.stringify(shell(idle))}}}
`;
    const [one, two] = [
      await makeProject({ 'pods.yaml': file('one') }),
      await makeProject({ 'pods.yaml': shortForm({ asker: { containers: { app: shell(idle) } } }) }),
    ];
    await Promise.all([startUp(one), startUp(two)]);
    const [asker, stranger] = [
      (await one.engine.container('asker', 'app')).Id,
      (await two.engine.container('asker', 'app')).Id,
    ];

    for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local'])
      expect([name, await one.engine.exec(asker, ...ask(`http://${name}:8080/`))]).toEqual([
        name,
        { code: 0, output: 'one\n' },
      ]);
    const fromOutside = await two.engine.exec(stranger, 'timeout', '2', 'nslookup', 'web');
    expect(fromOutside.code).not.toBe(0);
    const address = (await readPod(one, 'web')).status?.podIP ?? '';
    expect(
      (await two.engine.exec(stranger, 'timeout', '1', 'wget', '-q', '-O', '-', `http://${address}:8080/`)).code,
    ).not.toBe(0);
  });

  test('in another namespace a short name means the own namespace', async () => {
    const pod = (namespace: string, name: string, container: object) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace },
        spec: { containers: [{ name: 'app', imagePullPolicy: 'IfNotPresent', ...container }] },
      });
    const pods = [
      pod('default', 'web', serving('default', 8080)),
      pod('shop', 'web', serving('shop', 8080)),
      pod('shop', 'asker', shell(idle)),
    ];
    const project = await makeProject({ 'pods.yaml': pods.join('\n---\n') });
    await startUp(project);
    const { Id } = await project.engine.container('asker', 'app');

    expect((await project.engine.exec(Id, ...ask('http://web:8080/'))).output).toBe('shop\n');
    expect((await project.engine.exec(Id, ...ask('http://web.default:8080/'))).output).toBe('default\n');
  });

  test('command, args, workingDir and env with $(VAR) are as in Kubernetes', async () => {
    const container = {
      image: 'busybox',
      // In the short form `$$` is one `$`, and `$$(` is Kubernetes' own way to say `$(`.
      command: ['sh', '-c'],
      args: [idleAfter('echo "$0 $1 $MESSAGE $(pwd)"'), '$(GREETING)', '$$$$(GREETING) $(ABSENT)'],
      workingDir: '/var/www',
      env: [
        { name: 'GREETING', value: 'hello' },
        { name: 'MESSAGE', value: '$(GREETING) world' },
      ],
    };
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers: { app: container } } }) });

    await startUp(project);

    expect((await project.run('logs', 'web')).stdout).toBe('hello $(GREETING) $(ABSENT) hello world /var/www\n');
  });

  test('what it makes carries its labels, and Docker never restarts it', async () => {
    const project = await makeProject({
      'pods.yaml': onePod({ volumeMounts: ['data:/data'] }, { volumes: { data: {} } }),
    });
    await startUp(project);

    const pod = await readPod(project, 'web');
    const all = await Promise.all((await project.engine.containers()).map(({ Id }) => project.engine.inspect(Id)));

    expect(all).toHaveLength(2);
    for (const { Config, HostConfig, Name } of all) {
      expect(HostConfig.RestartPolicy).toMatchObject({ Name: 'no' });
      expect(Config.Labels).toMatchObject({
        'dev.podrun.project': project.name,
        'dev.podrun.name': Name.slice(1),
        'io.kubernetes.pod.name': 'web',
        'io.kubernetes.pod.namespace': 'default',
        'io.kubernetes.pod.uid': pod.metadata?.uid,
      });
      expect(Object.keys(Config.Labels)).not.toContain('io.kubernetes.docker.type');
      expect(Name).toContain(`.${pod.metadata?.uid?.slice(0, 8)}.0`);
    }
    expect(all.map(({ Config }) => Config.Labels['io.kubernetes.container.name']).toSorted()).toEqual([
      'app',
      undefined,
    ]);
    const volumes = (await project.engine.volumes()).map((name) => name.replace(/^.*?\.web\.(.*)\.[0-9a-f]{8}$/, '$1'));
    expect(volumes.toSorted()).toEqual(['_own', 'data']);
    expect(await project.engine.networks()).toHaveLength(1);
  });
});
