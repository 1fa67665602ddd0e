/** What a podrun in the background says: a log for the user alone, in two files of a bounded size. */
import { appendFileSync, copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file holds so much before it makes room; with the one before it twice as much is on the disk. */
const mostBytes = 1024 * 1024;

export const supervisorLogPath = (folder: string): string => join(folder, 'supervisor.log');
const olderPath = (path: string): string => `${path}.1`;

/** Opened for a process to write its own last words to, should it crash: appended to, whatever else is written to it. */
export function openSupervisorLog(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openSync(supervisorLogPath(folder), 'a', 0o600);
}

export interface SupervisorLog {
  /** Writes whole lines, each behind the time. Never throws: a full disk loses them. */
  write(text: string): void;
}

/** @param limitBytes for tests */
export function supervisorLog(folder: string, nowMs: () => number, limitBytes = mostBytes): SupervisorLog {
  const path = supervisorLogPath(folder);
  let isLineOpen = false;
  return {
    write(text) {
      const time = `${new Date(nowMs()).toISOString()} `;
      const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
      const stamped = lines.map((line, index) => (index === 0 && isLineOpen ? line : `${time}${line}`)).join('');
      isLineOpen = text === '' ? isLineOpen : !text.endsWith('\n');
      try {
        if (sizeOf(path) + Buffer.byteLength(stamped) > limitBytes) makeRoom(path);
        appendFileSync(path, stamped, { mode: 0o600 });
      } catch {
        // There is nobody to tell.
      }
    },
  };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The file itself stays: the process has it open for what Node writes of a crash. */
function makeRoom(path: string): void {
  copyFileSync(path, olderPath(path));
  truncateSync(path, 0);
}

export interface SupervisorLogReader {
  /** At first all that is kept, oldest first, then what has come since; undefined while there is none. */
  next(): Promise<string | undefined>;
}

export function readSupervisorLog(folder: string): SupervisorLogReader {
  const path = supervisorLogPath(folder);
  const read = (of: string) => readFile(of).catch(() => undefined);
  let seenBytes: number | undefined;
  return {
    async next() {
      const [older, newer] = await Promise.all([read(olderPath(path)), read(path)]);
      if (newer === undefined) return undefined;
      const hasMadeRoom = seenBytes === undefined || newer.length < seenBytes;
      const before = hasMadeRoom ? older?.subarray(seenBytes ?? 0) : undefined;
      const now = newer.subarray(hasMadeRoom ? 0 : seenBytes);
      seenBytes = newer.length;
      return `${before?.toString('utf8') ?? ''}${now.toString('utf8')}`;
    },
  };
}
