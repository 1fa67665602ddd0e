import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, askEngine } from './api.mjs';
import { ensureBusyboxImage } from './busybox-image.mjs';
import { ensureEnginePackages, findProgram, searchPath } from './packages.mjs';
import { killLeftovers, readCommand, unmountAll } from './processes.mjs';
import { waitUntil } from './wait.mjs';

/**
 * @typedef {object} PrivateEngineOptions
 * @property {string} [folder] Where it lives; a folder of its own is made otherwise.
 * @property {number} [diskMb] Its data lies on a file system of its own, of this size.
 * @property {string[]} [args] More arguments of dockerd, such as `--live-restore`.
 */

const startTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;
const afterEndMs = 3_000;
/** Unix socket paths end at 107 bytes, and containerd's debug socket is our longest one. */
const maxFolderBytes = 107 - '/exec/containerd/containerd-debug.sock.ttrpc'.length;

/**
 * The folder of the engine that belongs to a name (a checkout's path, a test's name): short, and always the same.
 * @param {string} name
 */
export function folderOf(name) {
  const leaf = `podrun-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  const folder = join(tmpdir(), leaf);
  return Buffer.byteLength(folder) <= maxFolderBytes ? folder : join('/tmp', leaf);
}

/**
 * Runs `use` with a private engine that is not shared with anybody and is removed afterwards, whatever happens.
 * @template T
 * @param {PrivateEngineOptions} options
 * @param {(engine: PrivateEngine) => Promise<T>} use
 */
export async function withEngine(options, use) {
  const engine = new PrivateEngine(options);
  try {
    await engine.start();
    return await use(engine);
  } finally {
    await engine.remove();
  }
}

let made = 0;

/** A dockerd with its own socket, data, networks and pid file beside whatever else runs on this machine. */
export class PrivateEngine {
  folder;
  host;
  #options;
  #data;

  /** @param {PrivateEngineOptions} [options] */
  constructor(options = {}) {
    made += 1;
    this.folder = options.folder ?? folderOf(`${process.pid}.${made}`);
    this.host = `unix://${this.folder}/docker.sock`;
    this.#options = options;
    this.#data = join(this.folder, 'data');
  }

  /** The daemon's pid while it runs, checked to be ours. */
  get pid() {
    return this.#readPid('docker.pid');
  }

  /** Starts it and waits until it answers and has its image. Does nothing where it runs. */
  async start() {
    if (!(await answers(this.host))) {
      ensureEnginePackages();
      mkdirSync(this.#data, { recursive: true });
      if (this.#options.diskMb !== undefined && !isMounted(this.#data)) this.#makeDisk(this.#options.diskMb);
      await this.startDaemon();
    }
    await ensureBusyboxImage(this.host);
  }

  /** Starts the daemon alone, as after {@link stopDaemon}; rejects with its log's end when it does not answer in time. */
  async startDaemon() {
    // A dead one that nobody has waited for still has its pid, and dockerd would wait for it to answer.
    for (const name of ['docker.pid', 'exec/containerd/containerd.pid']) removeStalePidFile(join(this.folder, name));
    const log = openSync(join(this.folder, 'log'), 'a');
    // A session of its own: a Ctrl-C in the terminal must not reach it before its containers are gone.
    const child = spawn('dockerd', this.#listArgs(), {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, PATH: searchPath },
    });
    closeSync(log);
    let endedMs = Infinity;
    const noteEnd = () => (endedMs = performance.now());
    child.on('error', noteEnd).on('exit', noteEnd).unref();
    // One that ended may have found another start of the same engine under way: that one is given a moment to answer.
    const isHopeless = () => performance.now() - endedMs > afterEndMs;
    await waitUntil(async () => isHopeless() || (await answers(this.host)), startTimeoutMs);
    if (await answers(this.host)) return;
    if (endedMs === Infinity) child.kill('SIGKILL');
    throw new Error(`the private engine in ${this.folder} does not answer:\n${this.readLog()}`);
  }

  /**
   * Ends the daemon and waits for its end; its containers follow Docker's own rules for that.
   * @param {'SIGTERM' | 'SIGKILL'} signal
   */
  async stopDaemon(signal) {
    const { pid } = this;
    if (pid === undefined) return;
    // Its containerd ends a moment after it, and the next daemon would take that one for its own.
    const pids = [pid, this.#readPid('exec/containerd/containerd.pid')].filter((each) => each !== undefined);
    process.kill(pid, signal);
    // The pid file goes earlier: only the process's end is the end.
    if (await waitUntil(() => pids.every((each) => readCommand(each) === undefined), stopTimeoutMs)) return;
    for (const each of pids) if (readCommand(each) !== undefined) process.kill(each, 'SIGKILL');
  }

  /** Writes until its own disk is full (needs `diskMb`). */
  fillDisk() {
    for (const size of ['64k', '1k', '1']) {
      const args = ['if=/dev/zero', `of=${this.#data}/filler`, `bs=${size}`, 'oflag=append', 'conv=notrunc'];
      spawnSync('dd', args, { stdio: 'ignore' });
    }
  }

  /** Gives back the room that {@link fillDisk} took. */
  freeDisk() {
    rmSync(join(this.#data, 'filler'), { force: true });
  }

  /** Its disk fails and turns read-only, as a broken one does, until {@link mendDisk} (needs `diskMb`). */
  breakDisk() {
    const line = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((text) => text.split(' ')[1] === this.#data);
    const device = line?.split(' ')[0]?.split('/').pop() ?? '';
    writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'podrun test');
  }

  /** Repairs its disk, for which the daemon and its containers must end, and starts the daemon again. */
  async mendDisk() {
    await this.stopDaemon('SIGTERM');
    killLeftovers(this.folder);
    unmountAll(this.folder);
    const image = join(this.folder, 'disk');
    // What was killed may hold it a moment longer, and to mount it then would give the broken one back.
    if (!(await waitUntil(() => !isAttached(image), stopTimeoutMs))) throw new Error(`${image} is still in use`);
    // 1: errors were corrected.
    spawnSync('e2fsck', ['-f', '-y', image], { env: { ...process.env, PATH: searchPath } });
    this.#mountDisk(image);
    await this.startDaemon();
  }

  /** The last lines that the daemon wrote. */
  readLog() {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n') : '(no log)';
  }

  /** Removes its containers and networks, ends it and leaves nothing of it on the machine. */
  async remove() {
    // A daemon that was killed left containers and bridges behind, and only a daemon clears them in order.
    if (this.pid === undefined && existsSync(join(this.#data, 'containers')))
      await this.startDaemon().catch(() => undefined);
    if (await answers(this.host)) await this.#clear().catch(() => undefined);
    await this.stopDaemon('SIGTERM');
    killLeftovers(this.folder);
    unmountAll(this.folder);
    await waitUntil(() => removeFolder(this.folder), stopTimeoutMs);
  }

  /** The pid in a file of the daemon's or its containerd's, while such a process of this folder runs. @param {string} name */
  #readPid(name) {
    const file = join(this.folder, name);
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    return pid > 0 && readCommand(pid)?.some((arg) => arg.includes(`${this.folder}/`)) ? pid : undefined;
  }

  async #clear() {
    const { json: containers } = await askEngine(this.host, 'GET', '/containers/json?all=1');
    for (const { Id } of containers) await askEngine(this.host, 'DELETE', `/containers/${Id}?force=1&v=1`);
    await askEngine(this.host, 'POST', '/networks/prune');
  }

  #listArgs() {
    return [
      ...['--host', this.host, '--data-root', this.#data, '--exec-root', join(this.folder, 'exec')],
      ...['--pidfile', join(this.folder, 'docker.pid'), '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
      ...['--ip-forward=false', '--ip-masq=false', '--default-address-pool', `base=${choosePool(this.folder)},size=24`],
      ...(findProgram('docker-init') ? [] : ['--init-path', findProgram('tini-static') ?? '']),
      ...(this.#options.args ?? []),
    ];
  }

  /** @param {number} sizeMb */
  #makeDisk(sizeMb) {
    const image = join(this.folder, 'disk');
    writeFileSync(image, '');
    truncateSync(image, sizeMb * 1024 * 1024);
    runTool('mkfs.ext4', '-q', '-m', '0', '-O', '^has_journal', image);
    this.#mountDisk(image);
  }

  /** @param {string} image */
  #mountDisk(image) {
    runTool('mount', '-o', 'loop,errors=remount-ro', image, this.#data);
  }
}

/** @param {string} program @param {string[]} args */
function runTool(program, ...args) {
  const result = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: searchPath } });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.error?.message ?? result.stderr}`);
}

/**
 * 256 networks of 256 addresses, apart from Docker's default pools and from what the machine already uses.
 * @param {string} folder
 */
function choosePool(folder) {
  const used = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((item) => item.address));
  const first = createHash('sha256').update(folder).digest().readUInt8(0) % 128;
  const free = Array.from({ length: 128 }, (_, index) => `10.${64 + ((first + index) % 128)}.`).find(
    (prefix) => !used.some((address) => address.startsWith(prefix)),
  );
  return `${free ?? '10.64.'}0.0/16`;
}

/** @param {string} file */
function removeStalePidFile(file) {
  if (existsSync(file) && !readCommand(Number(readFileSync(file, 'utf8')))) rmSync(file);
}

/** @param {string} path */
function isMounted(path) {
  return readFileSync('/proc/mounts', 'utf8').includes(` ${path} `);
}

/** Whether a loop device stands for the file. @param {string} image */
function isAttached(image) {
  return readdirSync('/sys/block').some((device) => {
    const file = join('/sys/block', device, 'loop/backing_file');
    return existsSync(file) && readFileSync(file, 'utf8').trimEnd() === image;
  });
}

/** A process that is just dying may still hold something. @param {string} folder */
function removeFolder(folder) {
  try {
    if (existsSync(folder))
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    unmountAll(folder);
    return false;
  }
}
