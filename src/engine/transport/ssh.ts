import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address, Environment } from './address.ts';
import { failed } from './failure.ts';

export interface Tunnel {
  /** A private socket here that leads to the engine's there. */
  readonly socketPath: string;
  close(): void;
}

type SshAddress = Extract<Address, { kind: 'ssh' }>;

/**
 * Leads a private socket to the engine's on another machine, through the user's own `ssh`: its keys, agent, config and
 * known hosts. A broken tunnel is built anew until `close`. Rejects with `away` and ssh's own words.
 */
export async function openTunnel(address: SshAddress, env: Environment, deadlineMs: number): Promise<Tunnel> {
  const dir = await mkdtemp(join(tmpdir(), 'podrun-ssh-'));
  const socketPath = join(dir, 's');
  let ssh = startSsh(address, socketPath, env);
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    ssh.child.kill();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await untilSocket(ssh, socketPath, deadlineMs);
  } catch (error) {
    close();
    throw error;
  }
  const keep = (): void => {
    if (isClosed) return;
    setTimeout(() => {
      if (isClosed) return;
      ssh = startSsh(address, socketPath, env);
      void ssh.ended.then(keep);
    }, rebuildAfterMs).unref();
  };
  void ssh.ended.then(keep);
  return { socketPath, close };
}

interface Ssh {
  readonly child: ChildProcess;
  /** Gives ssh's last words. */
  readonly ended: Promise<string>;
}

/**
 * `cat` there ends when our end of the pipe closes, however we end, and takes the ssh with it: with `-N` a killed podrun
 * would leave its ssh behind.
 */
function startSsh({ destination, port, remotePath }: SshAddress, socketPath: string, env: Environment): Ssh {
  const options = [
    'ExitOnForwardFailure=yes',
    'StreamLocalBindUnlink=yes',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=2',
    'ControlPath=none',
  ];
  const args = [
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '-L',
    `${socketPath}:${remotePath}`,
    '--',
    destination,
    'cat',
  ];
  const child = spawn('ssh', args, { env: { ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-1000)));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(words.trim() || `ssh ended with ${String(code)}`));
  });
  return { child, ended };
}

async function untilSocket(ssh: Ssh, socketPath: string, deadlineMs: number): Promise<void> {
  const until = Date.now() + deadlineMs;
  let last: string | undefined;
  void ssh.ended.then((words) => (last = words));
  while (last === undefined) {
    if (await isThere(socketPath)) return;
    if (Date.now() >= until) throw failed('away', `ssh was not connected within ${deadlineMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw failed('away', `ssh: ${last}`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

const lookEveryMs = 20;
const rebuildAfterMs = 2000;
