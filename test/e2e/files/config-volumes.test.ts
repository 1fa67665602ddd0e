/**
 * ConfigMaps, Secrets and the Pod's own fields as files, and what happens where they are missing
 * (docs/pod-lifecycle.md#config-volumes, docs/pod-lifecycle.md#subpath).
 */
import { describe, expect, test } from 'vitest';
import { files, mounted, objects } from '../support/config-volume-cases.ts';
import { makeProject } from '../support/harness.ts';
import { expectSaid, onceEach, sh, type Once } from '../support/inside.ts';
import { eventually, footprint, idle, listPods, onHost, readPod, shell, startUp } from '../support/look.ts';

test('what the files of each kind hold, their modes and their owners', async () => {
  const project = await makeProject({
    'objects.yaml': objects,
    'pods.yaml': onceEach(files),
  });

  const { code, stdout, stderr } = await project.run('-f', 'pods.yaml', '-f', 'objects.yaml', 'up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, files);
});

test('the short form’s objects: inline, from files as they are, from an env file and from the environment', async () => {
  const all: Readonly<Record<string, Once>> = {
    reader: {
      ...mounted({ c: { configMap: { name: 'cfg' } }, s: { secret: { secretName: 'account' } } }),
      script: 'cd /c; for f in *; do echo "$f=$(cat $f)"; done; cd /s; for f in *; do echo "$f=$(cat $f)"; done',
      says: ['app.conf=level = 1', 'log=debug', 'port=8080', 'API_KEY=k-1', 'pem=---', 'token=from the environment'],
    },
  };
  const project = await makeProject(
    {
      'pods.yaml': onceEach(all, {
        configMaps: { cfg: { data: { log: 'debug', port: 8080 }, files: ['conf/app.conf'] } },
        secrets: { account: { envFile: ['secret.env'], files: { pem: 'conf/key.pem' }, env: { token: 'MY_TOKEN' } } },
      }),
      'conf/app.conf': 'level = 1\n',
      'conf/key.pem': '---\n',
      'secret.env': 'API_KEY=k-1\n',
    },
    { env: { MY_TOKEN: 'from the environment' } },
  );

  const { code, stdout, stderr } = await project.run('up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, all);
});

describe('a source that is missing', () => {
  test('keeps its Pod waiting with FailedMount in Kubernetes’ words, until an edit brings it', async () => {
    const volume = {
      'no-map': { configMap: { name: 'cfg' } },
      'no-key': { configMap: { name: 'other', items: [{ key: 'log', path: 'log' }] } },
      'no-source': { projected: { sources: [{ secret: { name: 'key' } }] } },
    };
    const pods = Object.fromEntries(
      Object.entries(volume).map(([name, source]) => [
        name,
        { volumes: { v: source }, containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) } },
      ]),
    );
    const healthy = { containers: { app: shell(idle) } };
    const file = (more: Readonly<Record<string, unknown>>) => onHost({ ...pods, healthy }, more);
    const project = await makeProject({ 'pods.yaml': file({ configMaps: { other: { data: {} } } }) });
    const up = project.start('up');
    const causes = {
      'no-map': 'configmap "cfg" not found',
      'no-key': 'references non-existent config key: log',
      'no-source': 'secret "key" not found',
    };
    await up.waitFor(/^podrun: 1 of 4 Pods ready/);

    const { stdout } = await project.run('events');
    const statuses = new Map((await listPods(project)).map(({ metadata, status }) => [metadata?.name, status]));
    for (const [pod, cause] of Object.entries(causes)) {
      expect(statuses.get(pod)).toMatchObject({
        phase: 'Pending',
        message: `MountVolume.SetUp failed for volume "v" : ${cause}`,
        containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
      });
      expect(stdout).toMatch(
        new RegExp(`Warning +FailedMount +pod/${pod} +MountVolume.SetUp failed for volume "v" : ${cause}`),
      );
    }
    expect(statuses.get('healthy')?.phase).toBe('Running');

    const secrets = { key: { data: { token: 'x' } } };
    await project.write({
      'pods.yaml': file({ configMaps: { cfg: { data: {} }, other: { data: { log: 'debug' } } }, secrets }),
    });
    await up.waitFor(/^podrun: reloaded: all 4 Pods ready/);
    expect(await sh(project, 'no-key', 'app', 'cat /v/log')).toBe('debug');
    expect(await sh(project, 'no-source', 'app', 'cat /v/token')).toBe('x');
  });

  test('that goes while a Pod runs takes nothing away, and comes back live', async () => {
    const pod = {
      annotations: { 'podrun.dev/on-config-change': 'ignore' },
      volumes: { v: { configMap: { name: 'cfg' } } },
      containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
    };
    const file = (log?: string) =>
      onHost({ web: pod }, log === undefined ? {} : { configMaps: { cfg: { data: { log } } } });
    const project = await makeProject({ 'pods.yaml': file('one') });
    const up = await startUp(project);
    const before = await footprint(project.engine);

    await project.write({ 'pods.yaml': file() });
    await eventually('it is told', async () =>
      (await project.run('events')).stdout.includes('configmap "cfg" not found'),
    );
    expect(await sh(project, 'web', 'app', 'cat /v/log')).toBe('one');
    await project.write({ 'pods.yaml': file('two') });
    await up.waitFor(/^web: writing the volumes of the Pod: volumes\.v\.log: changed$/);

    await eventually('the new one', async () => (await sh(project, 'web', 'app', 'cat /v/log')) === 'two');
    expect(await footprint(project.engine)).toEqual(before);
  });
});

test('a subPathExpr that leads nowhere keeps that container back, until what it is made of is mended', async () => {
  const container = (name: string) =>
    shell(idle, {
      env: [{ name: 'SUB', valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${name}']` } } }],
      volumeMounts: [{ name: 'work', mountPath: '/mine', subPathExpr: '$(SUB)' }, 'work:/all'],
    });
  const file = (annotations: Readonly<Record<string, string>>) =>
    onHost({
      web: {
        annotations,
        volumes: { work: { emptyDir: {} } },
        containers: {
          absolute: container('absolute'),
          up: container('up'),
          empty: container('empty'),
          other: shell(idle),
        },
      },
    });
  const project = await makeProject({ 'pods.yaml': file({ absolute: '/tmp', up: '..' }) });
  const up = project.start('up');
  await up.waitFor(/^podrun: 0 of 1 Pod ready/);

  const held = (name: string, message: string) => ({
    name,
    state: { waiting: { reason: 'CreateContainerConfigError', message } },
  });
  const byName = (await readPod(project, 'web')).status?.containerStatuses?.toSorted((one, two) =>
    one.name.localeCompare(two.name),
  );
  expect(byName).toMatchObject([
    held('absolute', 'error SubPath `/tmp` must not be an absolute path'),
    held('empty', 'missing value for SUB'),
    { name: 'other', ready: true },
    held('up', "unable to provision SubPath `..`: must not contain '..'"),
  ]);
  await project.write({ 'pods.yaml': file({ absolute: 'a', up: 'b/c', empty: 'd' }) });

  await up.waitFor(/^podrun: reloaded: 1 Pod ready/);
  expect(await sh(project, 'web', 'up', 'touch /mine/x; ls /all/b/c')).toBe('x');
});
