import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, idleAfter, readPod, shell, shortForm, startUp } from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

/** Serves one word on a port, is ready once it does, and ends on TERM. */
const serving = (word: string, port: number) =>
  shell(
    `trap 'exit 0' TERM; mkdir -p /tmp/www; echo ${word} > /tmp/www/index.html; httpd -f -p ${port} -h /tmp/www & wait $!`,
    { readinessProbe: { tcpSocket: { port }, periodSeconds: 1, timeoutSeconds: 5 } },
  );

// A machine without a name server takes its time to say that it does not know a name.
const ask = (url: string) => ['timeout', '30', 'wget', '-q', '-O', '-', url];

/** The arguments in the short form: `$$` is one `$`, and `$$(` is Kubernetes' own way to say `$(`. */
const told = {
  image: 'busybox',
  command: ['sh', '-c'],
  args: [idleAfter('echo "$0 $1 $MESSAGE $(pwd)"'), '$(GREETING)', '$$$$(GREETING) $(ABSENT)'],
  workingDir: '/var/www',
  env: [
    { name: 'GREETING', value: 'hello' },
    { name: 'MESSAGE', value: '$(GREETING) world' },
  ],
};

describe('the Pod on the engine', () => {
  const shared = shareUp(() => ({
    'pods.yaml': shortForm({
      web: { containers: { server: serving('hello', 8080), other: shell(idle) } },
      sharing: {
        hostname: 'front',
        shareProcessNamespace: true,
        containers: { server: serving('hello', 8080), other: shell(idle) },
      },
      asker: {
        volumes: { data: {} },
        containers: { app: shell(idle, { volumeMounts: ['data:/data'] }), told },
      },
    }),
  }));
  const idOf = async (pod: string, container: string) => (await shared.project.engine.container(pod, container)).Id;

  test('its containers share network, IPC and hostname, and keep their processes to themselves', async () => {
    const { engine } = shared.project;
    const [server, other] = [await idOf('web', 'server'), await idOf('web', 'other')];

    await engine.exec(server, 'sh', '-c', 'echo shared > /dev/shm/note');

    expect(await engine.exec(other, ...ask('http://localhost:8080/'))).toEqual({ code: 0, output: 'hello\n' });
    expect((await engine.exec(other, 'cat', '/dev/shm/note')).output).toBe('shared\n');
    expect((await engine.exec(other, 'hostname')).output).toBe('web\n');
    expect((await engine.exec(other, 'ps')).output).not.toContain('httpd');
  });

  test('with shareProcessNamespace its containers see each other; its hostname is what it says', async () => {
    const { engine } = shared.project;
    const other = await idOf('sharing', 'other');

    const { output } = await engine.exec(other, 'ps');

    expect(output).toContain('httpd');
    expect(output.split('\n')[1]).not.toContain('sh -c trap');
    expect((await engine.exec(other, 'hostname')).output).toBe('front\n');
  });

  test('Pods resolve by their names in their project, and not in another one', async () => {
    const [one, two] = [
      shared.project,
      await makeProject({ 'pods.yaml': shortForm({ asker: { containers: { app: shell(idle) } } }) }),
    ];
    await startUp(two);
    const [asker, stranger] = [await idOf('asker', 'app'), (await two.engine.container('asker', 'app')).Id];

    for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local'])
      expect([name, await one.engine.exec(asker, ...ask(`http://${name}:8080/`))]).toEqual([
        name,
        { code: 0, output: 'hello\n' },
      ]);
    const fromOutside = await two.engine.exec(stranger, 'timeout', '2', 'nslookup', 'web');
    expect(fromOutside.code).not.toBe(0);
    const address = (await readPod(one, 'web')).status?.podIP ?? '';
    expect(
      (await two.engine.exec(stranger, 'timeout', '1', 'wget', '-q', '-O', '-', `http://${address}:8080/`)).code,
    ).not.toBe(0);
  });

  test('command, args, workingDir and env with $(VAR) are as in Kubernetes', async () => {
    expect((await shared.project.run('logs', 'asker', 'told')).stdout).toBe(
      'hello $(GREETING) $(ABSENT) hello world /var/www\n',
    );
  });

  test('what it makes carries its labels, and Docker never restarts it', async () => {
    const { project } = shared;
    const pod = await readPod(project, 'asker');
    const own = (await project.engine.containers()).filter(
      ({ Labels }) => Labels['io.kubernetes.pod.name'] === 'asker',
    );
    const all = await Promise.all(own.map(({ Id }) => project.engine.inspect(Id)));

    expect(all).toHaveLength(3);
    for (const { Config, HostConfig, Name } of all) {
      expect(HostConfig['RestartPolicy']).toMatchObject({ Name: 'no' });
      expect(Config.Labels).toMatchObject({
        'dev.podrun.project': project.name,
        'dev.podrun.name': Name.slice(1),
        'io.kubernetes.pod.name': 'asker',
        'io.kubernetes.pod.namespace': 'default',
        'io.kubernetes.pod.uid': pod.metadata?.uid,
      });
      expect(Object.keys(Config.Labels)).not.toContain('io.kubernetes.docker.type');
      expect(Name).toContain(`.${pod.metadata?.uid?.slice(0, 8)}.0`);
    }
    expect(all.map(({ Config }) => Config.Labels['io.kubernetes.container.name']).toSorted()).toEqual([
      'app',
      'told',
      undefined,
    ]);
    const volumes = (await project.engine.volumes()).flatMap(
      (name) => /\.asker\.(.*)\.[0-9a-f]{8}$/.exec(name)?.[1] ?? [],
    );
    expect(volumes.toSorted()).toEqual(['_own', 'data']);
    expect(await project.engine.networks()).toHaveLength(1);
  });
});
