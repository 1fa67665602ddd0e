import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { sh } from '../support/inside.ts';
import {
  eventually,
  idle,
  killHard,
  listPods,
  onHost,
  readPod,
  reloadedLine,
  shell,
  shortForm,
  startUp,
} from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { isReady } from '../support/status.ts';

/** A folder on this machine, which is the engine's as well. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podrun-host-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const appWith = (
  volumes: Readonly<Record<string, unknown>>,
  volumeMounts: readonly unknown[],
  pod: Readonly<Record<string, unknown>> = {},
) => onHost({ web: { ...pod, volumes, containers: { app: shell(idle, { volumeMounts }) } } });

describe('emptyDir', () => {
  test('is open to all, shared, outlives a container, and goes with its Pod', async () => {
    const volumeMounts = ['scratch:/scratch'];
    const containers = { app: shell(idle, { volumeMounts }), other: shell(idle, { volumeMounts }) };
    const file = (hostname: string) =>
      shortForm({ web: { hostname, volumes: { scratch: { emptyDir: {} } }, containers } });
    const project = await makeProject({ 'pods.yaml': file('one') });
    const up = await startUp(project);
    expect(await sh(project, 'web', 'app', 'stat -c %a /scratch; echo kept > /scratch/note')).toBe('777');
    const killed = await project.engine.container('web', 'app');

    await project.engine.kill(killed.Id);
    await up.waitFor(/^web: creating container app: it ended with exit code 137$/);
    await podWhen(project, 'web', (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1);

    expect(await sh(project, 'web', 'app', 'cat /scratch/note')).toBe('kept');
    expect(await sh(project, 'web', 'other', 'cat /scratch/note')).toBe('kept');
    const [before] = await project.engine.volumes();
    await project.write({ 'pods.yaml': file('two') });
    await up.waitFor(/^podrun: reloaded: 1 Pod ready/);
    expect(await sh(project, 'web', 'app', 'ls /scratch')).toBe('');
    expect(await project.engine.volumes()).not.toContain(before);
  });

  test('in Memory is a tmpfs of that size, shared by the containers', async () => {
    const volumeMounts = ['cache:/cache'];
    const containers = { app: shell(idle, { volumeMounts }), other: shell(idle, { volumeMounts }) };
    const volumes = { cache: { emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } } };
    const project = await makeProject({ 'pods.yaml': onHost({ web: { volumes, containers } }) });
    await startUp(project);

    const tooMuch = await sh(
      project,
      'web',
      'app',
      'grep " /cache " /proc/mounts; dd if=/dev/zero of=/cache/big bs=1M count=8 2>&1',
    );

    expect(tooMuch).toMatch(/^tmpfs \/cache tmpfs .*size=4096k/);
    expect(tooMuch).toContain('No space left on device');
    expect(await sh(project, 'web', 'other', 'stat -c %s /cache/big')).toBe(String(4 * 1024 * 1024));
  });
});

describe('a persistent volume', () => {
  test('is kept by down, given to the fsGroup of the next Pod, and removed by down --volumes', async () => {
    const file = (securityContext: object) =>
      onHost(
        { web: { securityContext, containers: { app: shell(idle, { volumeMounts: ['data:/data'] }) } } },
        { volumes: { data: {} } },
      );
    const project = await makeProject({ 'pods.yaml': file({}) });
    await startUp(project);
    await sh(project, 'web', 'app', 'echo kept > /data/note');

    expect((await project.run('down')).code).toBe(0);
    expect([await project.engine.containers(), await project.engine.volumes()]).toEqual([[], [`${project.name}_data`]]);
    await project.write({ 'pods.yaml': file({ runAsUser: 1000, fsGroup: 2001 }) });
    expect((await project.run('diff')).stdout).toContain(`~ give volume ${project.name}_data to group 2001`);
    await startUp(project);
    expect(await sh(project, 'web', 'app', 'echo and written >> /data/note; cat /data/note; touch /data/new')).toBe(
      'kept\nand written',
    );
    expect(await sh(project, 'web', 'app', 'stat -c "%u:%g %a" /data /data/note /data/new')).toBe(
      '0:2001 2775\n0:2001 664\n1000:2001 644',
    );

    expect((await project.run('down', '--volumes')).code).toBe(0);
    expect(await project.engine.volumes()).toEqual([]);
  });
});

describe('hostPath', () => {
  test('of every type is there, or made where the type says so', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, 'dir'));
    await writeFile(join(folder, 'file'), 'from the host');
    const server = createServer().listen(join(folder, 'socket'));
    onTestFinished(() => void server.close());
    // Nothing has to stand behind the numbers of a device that is not opened.
    spawnSync('mknod', [join(folder, 'disk'), 'b', '7', '99']);
    const types = {
      any: '',
      dir: 'Directory',
      newDir: 'DirectoryOrCreate',
      file: 'File',
      newFile: 'FileOrCreate',
      socket: 'Socket',
      null: 'CharDevice',
      disk: 'BlockDevice',
    };
    const pathOf = (name: string) => (name === 'null' ? '/dev/null' : join(folder, name));
    const volumes = Object.fromEntries(
      Object.entries(types).map(([name, type]) => [name.toLowerCase(), { hostPath: { path: pathOf(name), type } }]),
    );
    const mounts = Object.keys(volumes).map((name) => `${name}:/host/${name}`);
    const project = await makeProject({ 'pods.yaml': appWith(volumes, mounts) });

    await startUp(project);

    expect(await sh(project, 'web', 'app', 'cat /host/file; echo; stat -c "%n %F" /host/*')).toBe(
      'from the host\n/host/any directory\n/host/dir directory\n/host/disk block special file\n/host/file regular file\n/host/newdir directory\n' +
        '/host/newfile regular empty file\n/host/null character special file\n/host/socket socket',
    );
    await sh(project, 'web', 'app', 'echo to the host > /host/newfile; mkdir /host/dir/made');
    expect(await readFile(join(folder, 'newFile'), 'utf8')).toBe('to the host\n');
    expect(((await stat(join(folder, 'newFile'))).mode & 0o777).toString(8)).toBe('644');
    expect(existsSync(join(folder, 'dir/made'))).toBe(true);
  });

  test('of the wrong type, or that is not there, keeps its Pod waiting in Kubernetes’ words, until it is mended', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'data'), '');
    await mkdir(join(folder, 'dir'));
    const wrong = {
      directory: ['Directory', 'data', 'a directory'],
      'file-or-create': ['FileOrCreate', 'dir', 'a file'],
      'no-file': ['File', 'none', 'a file'],
      socket: ['Socket', 'data', 'a socket file'],
      'char-device': ['CharDevice', 'data', 'a character device'],
      'block-device': ['BlockDevice', 'data', 'a block device'],
    } as const;
    const pods = Object.entries(wrong).map(([name, [type, path]]) => [
      name,
      {
        volumes: { v: { hostPath: { path: join(folder, path), type } } },
        containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
      },
    ]);
    const project = await makeProject({ 'pods.yaml': onHost(Object.fromEntries(pods) as Record<string, object>) });

    const up = project.start('up');
    await up.waitFor(/^podrun: 0 of 6 Pods ready/);

    const found = (await listPods(project)).map(({ metadata, status }) => [
      metadata?.name,
      `${status?.phase}: ${status?.message}`,
    ]);
    const wanted = Object.entries(wrong).map(([name, [, path, what]]) => [
      name,
      `Pending: MountVolume.SetUp failed for volume "v" : hostPath type check failed: ${join(folder, path)} is not ${what}`,
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    const made = await project.engine.containers();
    expect(made.filter(({ Labels }) => Labels['dev.podrun.kind'] !== 'helper')).toEqual([]);
    await writeFile(join(folder, 'none'), '');

    await podWhen(project, 'no-file', isReady);
    expect(await sh(project, 'no-file', 'app', 'stat -c %F /v')).toBe('regular empty file');
  });
});

describe('a mount', () => {
  test('can be read-only, and a part of its volume', async () => {
    const volumes = { all: { emptyDir: {} } };
    const containers = {
      writer: shell(`mkdir -p /all/part; echo inside > /all/part/note; ${idle}`, { volumeMounts: ['all:/all'] }),
      reader: shell(idle, {
        volumeMounts: [{ name: 'all', mountPath: '/part', subPath: 'part', readOnly: true }, 'all:/again:ro'],
      }),
    };
    const project = await makeProject({ 'pods.yaml': onHost({ web: { volumes, containers } }) });
    await startUp(project);
    await eventually('the note', async () => (await sh(project, 'web', 'writer', 'cat /all/part/note')) === 'inside');

    expect(await sh(project, 'web', 'reader', 'cat /part/note; ls /again')).toBe('inside\npart');
    expect(await sh(project, 'web', 'reader', 'touch /part/x; touch /again/x')).toMatch(
      /Read-only file system\n.*Read-only file system/,
    );
    const { Mounts: mounts } = await project.engine.container('web', 'reader');
    const own = mounts.filter(({ Destination: target }) => target !== '/dev/termination-log');
    expect(own.map(({ RW }) => RW)).toEqual([false, false]);
  });

  test('of a subPath that a symlink leads out of its volume is refused', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'secret'), 'not for the Pod');
    const mount = (subPath: string) => [{ name: 'data', mountPath: '/data', subPath }];
    const file = (subPath: string) =>
      appWith({ data: { persistentVolumeClaim: { claimName: 'data' } } }, mount(subPath));
    const planter = onHost(
      { web: { containers: { app: shell(idle, { volumeMounts: ['data:/all'] }) } } },
      { volumes: { data: {} } },
    );
    const project = await makeProject({ 'pods.yaml': planter });
    const first = await startUp(project);
    await sh(project, 'web', 'app', `ln -s ${folder} /all/out; ln -s / /all/root`);
    await killHard(first);
    await project.write({ 'pods.yaml': file('out') });

    const up = project.start('up');
    await up.waitFor(
      /^web\/app: .*failed to prepare subPath .*: it leads outside of the volume or nowhere; trying again in 1s$/,
    );

    const pod = await readPod(project, 'web');
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'failed to prepare subPath for volumeMount "data" of container "app"',
    });
    const live = (await project.engine.containers()).filter(
      ({ Labels, State }) => Labels['io.kubernetes.container.name'] === 'app' && State === 'running',
    );
    expect(live).toEqual([]);
  });

  test('of a subPath holds those of other Pods that write to the claim still while it starts', async () => {
    const pod = (mount: unknown) => ({ containers: { app: shell(idle, { volumeMounts: [mount] }) } });
    const others = { writer: pod('data:/all'), reader: pod('data:/all:ro'), stranger: pod('other:/all') };
    const file = (pods: Readonly<Record<string, object>>) => onHost(pods, { volumes: { data: {}, other: {} } });
    const project = await makeProject({ 'pods.yaml': file(others) });
    const up = await startUp(project);
    const sinceMs = Date.now();
    const part = { name: 'data', mountPath: '/data', subPath: 'part' };
    await project.write({ 'pods.yaml': file({ ...others, web: pod(part) }) });
    await up.waitFor(reloadedLine);

    const told = await project.engine.eventsSince(sinceMs);
    expect(told.filter((event) => /^(un)?pause |^start web.app$/.test(event))).toEqual([
      'pause writer/app',
      'start web/app',
      'unpause writer/app',
    ]);
    expect(up.output).not.toContain('paused');
  });
});
