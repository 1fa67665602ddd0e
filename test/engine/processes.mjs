import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const daemons = /^(dockerd|containerd|containerd-shim\S*)$/;

/**
 * The command line of a process, or undefined when there is none.
 * @param {number} pid
 */
export function readCommand(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    // One that ended and that nobody has waited for yet has none.
    return text === '' ? undefined : text.split('\0');
  } catch {
    return undefined;
  }
}

/**
 * Ends what a killed daemon left: the daemons that name our folder in their command line, and all their descendants.
 * @param {string} folder
 */
export function killLeftovers(folder) {
  const children = readChildren();
  const doomed = [...children.keys()].filter((pid) => isDaemonOf(pid, folder));
  for (const pid of doomed)
    for (const child of children.get(pid) ?? []) if (!doomed.includes(child)) doomed.push(child);
  for (const pid of doomed) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/**
 * Ends every process that was started with this entry (`NAME=value`) in its environment: children, and what they left
 * in the background. Where there is no /proc, none is found.
 * @param {string} entry
 */
export function killByEnvironment(entry) {
  for (const pid of listPids()) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry)) process.kill(pid, 'SIGKILL');
    } catch {
      // It ended, or it is another user's.
    }
  }
}

/**
 * Unmounts all that lies under the folder, the deepest first.
 * @param {string} folder
 */
export function unmountAll(folder) {
  if (process.platform !== 'linux') return;
  const paths = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of paths.reverse())
    if (spawnSync('umount', [path]).status !== 0) spawnSync('umount', ['--lazy', path]);
}

/** @param {number} pid @param {string} folder */
function isDaemonOf(pid, folder) {
  const command = readCommand(pid) ?? [''];
  const names = daemons.test(basename(command[0] ?? '')) && command.some((arg) => arg.includes(`${folder}/`));
  return names && sharesMounts(pid);
}

/** The same path in another mount namespace is another folder, and its daemons are not ours. @param {number} pid */
function sharesMounts(pid) {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt');
  } catch {
    return false;
  }
}

/** Every process with its children. */
function readChildren() {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const pid of listPids()) {
    const parent = readParent(pid);
    if (parent === undefined) continue;
    children.set(pid, children.get(pid) ?? []);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

function listPids() {
  return existsSync('/proc')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];
}

/** @param {number} pid */
function readParent(pid) {
  try {
    // The name in the second field may hold spaces and brackets.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) \S /s, '')
        .split(' ')[0],
    );
  } catch {
    return undefined;
  }
}
