// What a process has used, by /proc; NaN or nothing where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const ticksASecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout || 100);

/** User and system time since its start. @param {number} pid */
export function cpuSeconds(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) return NaN;
  // The name in the second field may hold spaces and brackets; what follows begins with the third.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksASecond;
}

/** @param {number} pid @returns {{ rssMb?: number, pssMb?: number }} */
export function readMemory(pid) {
  const path = [`/proc/${pid}/smaps_rollup`, `/proc/${pid}/status`].find((each) => existsSync(each));
  if (path === undefined) return {};
  const text = readFileSync(path, 'utf8');
  const [rss, pss] = [/^(?:Vm)?(?:Rss|RSS):\s+(\d+) kB/m, /^Pss:\s+(\d+) kB/m].map(
    (pattern) => pattern.exec(text)?.[1],
  );
  return {
    ...(rss === undefined ? {} : { rssMb: Number(rss) / 1024 }),
    ...(pss === undefined ? {} : { pssMb: Number(pss) / 1024 }),
  };
}
