/** How mounts of the machine reach a container, and parts of a host path (docs/pod-lifecycle.md#volumes). */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { refusalOfPrivileged, sh } from '../support/inside.ts';
import { eventually, idle, idleAfter, onHost, shell, startUp } from '../support/look.ts';

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

/** A folder of this machine, which is the engine's as well, that passes its mounts on. */
async function makeSharedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'podrun-shared-'));
  mount('--bind', folder, folder);
  onTestFinished(async () => {
    spawnSync('umount', ['--recursive', '--lazy', folder]);
    await rm(folder, { recursive: true, force: true });
  });
  mount('--make-shared', folder);
  return folder;
}

test('a later mount of the machine is seen with HostToContainer, and not without', async () => {
  const folder = await makeSharedFolder();
  await mkdir(join(folder, 'later'));
  const mounted = (mountPropagation?: string) =>
    shell(idle, { volumeMounts: [{ name: 'host', mountPath: '/host', mountPropagation }] });
  const containers = { none: mounted(), said: mounted('None'), slave: mounted('HostToContainer') };
  const volumes = { host: { hostPath: { path: folder, type: 'Directory' } } };
  const project = await makeProject({ 'pods.yaml': onHost({ web: { volumes, containers } }) });
  await startUp(project);

  mount('-t', 'tmpfs', 'none', join(folder, 'later'));
  await writeFile(join(folder, 'later/note'), 'seen');

  const look = 'cat /host/later/note 2>/dev/null || echo not seen';
  const seen = await Promise.all(Object.keys(containers).map((name) => sh(project, 'web', name, look)));
  expect(seen).toEqual(['not seen', 'not seen', 'seen']);
});

test('a mount of a privileged container reaches the machine and other containers with Bidirectional', async () => {
  const folder = await makeSharedFolder();
  await mkdir(join(folder, 'own'));
  const mounted = (script: string, mountPropagation?: string, securityContext = {}) =>
    shell(script, { securityContext, volumeMounts: [{ name: 'host', mountPath: '/host', mountPropagation }] });
  const give = idleAfter('mount -t tmpfs none /host/own', 'echo given > /host/own/note');
  const containers = {
    giver: mounted(give, 'Bidirectional', { privileged: true }),
    none: mounted(idle),
    slave: mounted(idle, 'HostToContainer'),
  };
  const volumes = { host: { hostPath: { path: folder, type: 'Directory' } } };
  const project = await makeProject({ 'pods.yaml': onHost({ web: { volumes, containers } }) });
  const refusal = await refusalOfPrivileged(project);
  const up = project.start('up');
  await up.waitFor(/^podrun: (?:0 of )?1 Pod ready/);

  const propagations = await Promise.all(
    Object.keys(containers).map(async (name) => {
      const { Mounts: mounts } = await project.engine.container('web', name);
      return mounts.find(({ Destination: target }) => target === '/host')?.Propagation;
    }),
  );
  expect(propagations).toEqual(['rshared', 'rprivate', 'rslave']);
  // Where the engine itself is held back, no container can mount anything.
  if (refusal !== undefined) return;
  const look = 'cat /host/own/note 2>/dev/null || echo not seen';
  await eventually('the mount', async () => (await sh(project, 'web', 'slave', look)) === 'given');
  expect(await sh(project, 'web', 'none', look)).toBe('not seen');
  expect(await readFile(join(folder, 'own/note'), 'utf8')).toBe('given\n');
});

test('a container may have a part of a host path, a folder or a file, made where there is none', async () => {
  const project = await makeProject({ 'data/there/note': 'of the machine\n' });
  const part = (subPath: string, mountPath: string) => ({ name: 'host', mountPath, subPath });
  const app = shell(idle, {
    volumeMounts: [part('there', '/there'), part('there/note', '/etc/note'), part('new/er', '/new')],
  });
  const volumes = { host: { hostPath: { path: './data', type: 'Directory' } } };
  await project.write({ 'pods.yaml': onHost({ web: { volumes, containers: { app } } }) });
  await startUp(project);

  expect(await sh(project, 'web', 'app', 'cat /there/note /etc/note')).toBe('of the machine\nof the machine');
  await sh(project, 'web', 'app', 'echo written > /new/note');
  expect(await readFile(join(project.folder, 'data/new/er/note'), 'utf8')).toBe('written\n');
});

test('an ephemeral volume is its Pod’s own, and goes with it', async () => {
  const claim = {
    volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } },
  };
  const app = shell(idle, { volumeMounts: ['data:/data'] });
  const volumes = { data: { ephemeral: claim } };
  const project = await makeProject({ 'pods.yaml': onHost({ web: { volumes, containers: { app } } }) });
  await startUp(project);
  expect(await sh(project, 'web', 'app', 'stat -c %a /data; echo kept > /data/note; cat /data/note')).toBe('777\nkept');

  expect((await project.run('down')).code).toBe(0);

  expect(await project.engine.volumes()).toEqual([]);
});
