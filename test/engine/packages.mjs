import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Daemons live in sbin, which a user's PATH often leaves out. */
export const searchPath = [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'].join(
  delimiter,
);

const aptTimeoutMs = 300_000;
const policyFile = '/usr/sbin/policy-rc.d';

/**
 * Where a program lies, or undefined.
 * @param {string} name
 */
export function findProgram(name) {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Installs what a private engine needs and this machine lacks; says why where it cannot. */
export function ensureEnginePackages() {
  if (process.platform !== 'linux')
    throw new Error('no engine answers, and a private one needs Linux: start yours and set DOCKER_HOST');
  if (process.getuid?.() !== 0)
    throw new Error('no engine answers, and a private one needs root: start yours and set DOCKER_HOST');
  if (!/^\S+ \/sys\/fs\/cgroup\S* cgroup/m.test(readFileSync('/proc/mounts', 'utf8')))
    throw new Error(
      'no engine answers, and a private one needs cgroups mounted at /sys/fs/cgroup: this container has none',
    );
  const missing = [];
  if (!findProgram('dockerd')) missing.push('docker.io');
  if (!findProgram('docker-init') && !findProgram('tini-static')) missing.push('docker.io', 'tini');
  if (missing.length > 0) installPackages(missing);
}

/** The path of a busybox without shared libraries: it is all that the tests' image holds. */
export function ensureBusybox() {
  if (!findStaticBusybox()) installPackages(['busybox-static']);
  const path = findStaticBusybox();
  if (!path) throw new Error('no statically linked busybox after installing busybox-static');
  return path;
}

/** The paths of Redis' server and its client. */
export function ensureRedis() {
  const names = ['redis-server', 'redis-cli'];
  if (names.some((name) => findProgram(name) === undefined)) installPackages(['redis-server', 'redis-tools']);
  return names.map((name) => {
    const path = findProgram(name);
    if (path === undefined) throw new Error(`no ${name} after installing redis-server and redis-tools`);
    return path;
  });
}

function findStaticBusybox() {
  const path = findProgram('busybox');
  // A dynamic program names its loader in its first kilobytes.
  const isStatic = path !== undefined && !readFileSync(path).subarray(0, 4096).includes('/ld-');
  return isStatic ? path : undefined;
}

/** @param {string[]} names */
function installPackages(names) {
  if (!findProgram('apt-get'))
    throw new Error(`${names.join(', ')} must be installed, and this machine has no apt-get`);
  if (process.getuid?.() !== 0) throw new Error(`${names.join(', ')} must be installed, which needs root`);
  console.log(`installing ${[...new Set(names)].join(', ')} ...`);
  // Debian starts a service as it installs it, unless this script says no; the machine's own script is kept.
  const isOurs = !existsSync(policyFile);
  if (isOurs) {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n');
    chmodSync(policyFile, 0o755);
  }
  try {
    runApt(['update']);
    runApt(['install', '--yes', '--no-install-recommends', ...new Set(names)]);
  } finally {
    if (isOurs) rmSync(policyFile);
  }
}

/** @param {string[]} args */
function runApt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8', timeout: aptTimeoutMs });
  if (result.status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
}
