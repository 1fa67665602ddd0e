import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { askEngine, callEngine } from './api.mjs';
import { ensureBusybox, ensureRedis } from './packages.mjs';

const pullTimeoutMs = 10_000;

/**
 * Makes sure that the engine has `busybox`: as it is, pulled, or made of this machine's static busybox.
 * @param {string} host
 */
export async function ensureBusyboxImage(host) {
  await ensureImage(host, { repo: 'busybox', tag: 'latest', command: 'sh' }, (folder) =>
    layOut(folder, ensureBusybox()),
  );
}

/**
 * Makes sure that the engine has `redis:7`: as it is, pulled, or made of Debian's, which is installed for that.
 * @param {string} host
 */
export async function ensureRedisImage(host) {
  await ensureImage(host, { repo: 'redis', tag: '7', command: 'redis-server' }, (folder) => {
    layOut(folder, ensureBusybox());
    for (const program of ensureRedis()) copyProgram(program, folder);
  });
}

/** @typedef {{ readonly repo: string, readonly tag: string, readonly command: string }} Wanted */

/** @param {string} host @param {Wanted} wanted @param {(folder: string) => void} lay fills the image's root */
async function ensureImage(host, wanted, lay) {
  if (await hasImage(host, wanted)) return;
  if (await pullImage(host, wanted)) return;
  console.log(`${wanted.repo} cannot be pulled: making the image of this machine's own ${wanted.repo}`);
  await importImage(host, wanted, lay);
}

/** @param {string} host @param {Wanted} wanted */
export async function hasImage(host, { repo, tag }) {
  return (await callEngine(host, 'GET', `/images/${repo}:${tag}/json`)).status === 200;
}

/** @param {string} host @param {Wanted} wanted */
async function pullImage(host, wanted) {
  const { repo, tag } = wanted;
  try {
    // An error after the pull's start comes inside a 200.
    await callEngine(host, 'POST', `/images/create?fromImage=${repo}&tag=${tag}`, { timeoutMs: pullTimeoutMs });
  } catch {
    return false;
  }
  return hasImage(host, wanted);
}

/** @param {string} host @param {Wanted} wanted @param {(folder: string) => void} lay */
export async function importImage(host, wanted, lay) {
  const { repo, tag, command } = wanted;
  const folder = mkdtempSync(join(tmpdir(), 'podrun-image-'));
  try {
    lay(folder);
    const tar = spawn('tar', ['--create', '--numeric-owner', '--owner=0', '--group=0', '--directory', folder, '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const changes = [`CMD ["${command}"]`, 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
    const query = new URLSearchParams({ fromSrc: '-', repo, tag });
    for (const change of changes) query.append('changes', change);
    await askEngine(host, 'POST', `/images/create?${query.toString()}`, { stream: tar.stdout, timeoutMs: 60_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!(await hasImage(host, wanted))) throw new Error(`${host} took the image ${repo}:${tag} but does not have it`);
}

/**
 * With the libraries that it names, and what loads them.
 * @param {string} program
 * @param {string} folder
 * @param {string} [target] where it is in the image
 */
export function copyProgram(program, folder, target = program) {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  const libraries = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, path]) => path ?? []);
  for (const [from, to] of [[program, target], ...libraries.map((path) => [path, path])]) {
    mkdirSync(join(folder, dirname(to ?? '')), { recursive: true });
    copyFileSync(from ?? '', join(folder, to ?? ''));
  }
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
