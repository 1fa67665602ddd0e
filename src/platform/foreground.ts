/** Whether a terminal's Ctrl-C reaches a process, and with it all of its process group. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/** It is in the foreground of its terminal (tcgetpgrp(3)), whatever its standard streams are. False where that can't be told. */
export function isInForeground(pid: number): boolean {
  try {
    return platform() === 'linux'
      ? ownsTerminal(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      : isSameGroup(execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

/** Behind the name, which may have anything in it, field 3 and on: the 5th is its group, the 8th that of its terminal's foreground (proc_pid_stat(5)). */
export function ownsTerminal(stat: string): boolean {
  const [, , group, , , foreground] = stat.replace(/^.*\) /s, '').split(' ');
  return isSameGroup(`${group} ${foreground}`);
}

function isSameGroup(text: string): boolean {
  const [group, foreground] = text.trim().split(/\s+/).map(Number);
  return group === foreground && Number(group) > 0;
}
