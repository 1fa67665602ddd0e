/** Which machine this is, which start of it, and when its processes started: what tells a living process from a number. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, platform } from 'node:os';

export interface MachineIdentity {
  /** '' where a machine has no id of its own. */
  readonly machine: string;
  readonly boot: string;
  /** The namespace that process numbers count in; '' where a system has but one. */
  readonly space: string;
}

export function machineIdentity(): MachineIdentity {
  const isLinux = platform() === 'linux';
  const id = quietly(() =>
    isLinux ? readFileSync('/etc/machine-id', 'utf8').trim() : run('sysctl', ['-n', 'kern.uuid']),
  );
  const machine = id === undefined || id === '' ? '' : `${hostname()} ${id}`;
  if (isLinux) {
    const boot = quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '';
    return { machine, boot, space: quietly(() => readlinkSync('/proc/self/ns/pid')) ?? '' };
  }
  return { machine, boot: quietly(() => run('sysctl', ['-n', 'kern.bootsessionuuid'])) ?? '', space: '' };
}

/** In the system's own words; undefined where no such process is, '' where another user's can't be looked at (hidepid of proc(5)). */
export function processStart(pid: number, isThere: (pid: number) => boolean): string | undefined {
  if (platform() !== 'linux') return quietly(() => run('ps', ['-o', 'lstart=', '-p', String(pid)]));
  // Behind the name, which may have anything in it: fields 3 (state) and on; the 22nd is the start in clock ticks since the boot (proc_pid_stat(5)).
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return isThere(pid) ? '' : undefined;
  const fields = stat.replace(/^.*\) /s, '').split(' ');
  // What has ended and was not waited for.
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

const run = (command: string, args: readonly string[]): string | undefined =>
  execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin:/sbin:/usr/sbin' },
  }).trim() || undefined;

function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
