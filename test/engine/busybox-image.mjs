import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine, callEngine } from './api.mjs';
import { ensureBusybox } from './packages.mjs';

const pullTimeoutMs = 10_000;

/**
 * Makes sure that the engine has `busybox`: as it is, pulled, or made of this machine's static busybox.
 * @param {string} host
 */
export async function ensureBusyboxImage(host) {
  if (await hasImage(host, 'busybox')) return;
  if (await pullImage(host)) return;
  console.log("busybox cannot be pulled: making the image of this machine's own busybox");
  await importImage(host, 'busybox', (folder) => layOut(folder, ensureBusybox()));
}

/** @param {string} host @param {string} name */
export async function hasImage(host, name) {
  return (await callEngine(host, 'GET', `/images/${name}:latest/json`)).status === 200;
}

/** @param {string} host */
async function pullImage(host) {
  try {
    // An error after the pull's start comes inside a 200.
    await callEngine(host, 'POST', '/images/create?fromImage=busybox&tag=latest', { timeoutMs: pullTimeoutMs });
  } catch {
    return false;
  }
  return hasImage(host, 'busybox');
}

/**
 * Makes an image of a folder's files.
 * @param {string} host
 * @param {string} name
 * @param {(folder: string) => void} layOut puts the files there
 */
export async function importImage(host, name, layOut) {
  const folder = mkdtempSync(join(tmpdir(), 'podrun-image-'));
  try {
    layOut(folder);
    const tar = spawn('tar', ['--create', '--numeric-owner', '--owner=0', '--group=0', '--directory', folder, '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const changes = ['CMD ["sh"]', 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
    const query = new URLSearchParams({ fromSrc: '-', repo: name, tag: 'latest' });
    for (const change of changes) query.append('changes', change);
    await askEngine(host, 'POST', `/images/create?${query.toString()}`, { stream: tar.stdout, timeoutMs: 60_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!(await hasImage(host, name))) throw new Error(`${host} took the image ${name} but does not have it`);
}

/** The files of busybox's image, as the official one has them. @param {string} folder @param {string} busybox */
export function layOut(folder, busybox) {
  for (const name of ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'usr/bin', 'var/run', 'var/spool', 'var/www'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['tmp', 'var/tmp']) mkdirSync(join(folder, name), { recursive: true });
  spawnSync('chmod', ['1777', join(folder, 'tmp'), join(folder, 'var/tmp')]);
  copyFileSync(busybox, join(folder, 'bin/busybox'));
  const applets = spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.split('\n');
  for (const name of applets) if (name !== '' && name !== 'busybox') symlinkSync('busybox', join(folder, 'bin', name));
  symlinkSync('../../bin/env', join(folder, 'usr/bin/env'));
  const users = ['root:x:0:0:root:/root:/bin/sh', 'nobody:x:65534:65534:nobody:/home:/bin/false', ''];
  writeFileSync(join(folder, 'etc/passwd'), users.join('\n'));
  writeFileSync(join(folder, 'etc/group'), ['root:x:0:', 'nobody:x:65534:', ''].join('\n'));
}
