/** Where words, the Pods' rows and log lines meet: each line whole and in order, and the rows below them all. */
import { makePlainProgress } from '../../output/terminal/plain-progress.ts';
import type { PlainProgress } from '../../output/terminal/plain-progress.ts';
import type { Note, Scene } from '../../output/terminal/progress.ts';
import { progressRows } from '../../output/terminal/rows.ts';
import { openScreen, sizeOf } from '../../output/terminal/screen.ts';
import type { Screen } from '../../output/terminal/screen.ts';
import { makeStyle } from '../../output/terminal/style.ts';
import type { Style } from '../../output/terminal/style.ts';
import { pacedWriter } from '../paced-writer.ts';
import { hasColor, isInteractive } from '../world.ts';
import type { World } from '../world.ts';

/** `auto`: rows that change in place on a terminal, else `plain`, a line for each change. */
export type ProgressMode = 'auto' | 'plain' | 'quiet' | 'json';

export interface Console {
  /** The Pods are shown in rows, and need no line for each change. */
  readonly isLive: boolean;
  /** What is known of the Pods now. */
  show(scene: Scene): void;
  /** A line on standard error. */
  note(note: Note): void;
  /**
   * A line on standard output, with its line end. What is returned is to be waited for: a reader is slow.
   */
  log(line: Uint8Array): Promise<void> | undefined;
  /** Takes the rows away; resolves when all is written. */
  end(): Promise<void>;
}

export function openConsole(world: World, mode: ProgressMode, color: boolean): Console {
  const style = makeStyle(hasColor(world, world.stderr, color));
  const toStdout = pacedWriter(world.stdout);
  // Logs that somebody else prints, say `tee`, would land among the rows.
  const isLive = mode === 'auto' && [world.stdout, world.stderr].every((stream) => isInteractive(world, stream));
  const above = isLive ? makeRows(world, style) : undefined;
  const note = (it: Note): void => {
    if (mode === 'quiet' && it.level !== 'warning') return;
    const line = mode === 'json' ? jsonLine(it, world.clock.nowMs()) : noteLine(it, style);
    if (above === undefined) world.stderr.write(line);
    else above.print(() => void world.stderr.write(line));
  };
  let plain: PlainProgress | undefined;
  return {
    isLive,
    show(scene) {
      if (above !== undefined) return above.show(scene);
      plain = scene.all ? (plain ?? makePlainProgress(note)) : undefined;
      plain?.update(scene, world.clock.nowMs());
    },
    note,
    log(line) {
      if (above === undefined) return toStdout(line);
      // Node writes to a terminal at once, however slow it is.
      above.print(() => void toStdout(line), line.length);
      return undefined;
    },
    end: () => above?.close() ?? Promise.resolve(),
  };
}

function noteLine({ level, about, text }: Note, style: Style): string {
  if (about === '') return `${text}\n`;
  if (level === 'warning') return `${style.warn(`${style.strong(`${about}:`)} ${text}`)}\n`;
  return `${style.strong(`${about}:`)} ${level === 'good' ? style.ok(text) : text}\n`;
}

function jsonLine({ level, about, text, pod }: Note, nowMs: number): string {
  return `${JSON.stringify({ time: new Date(nowMs).toISOString(), level, about, text, ...pod })}\n`;
}

interface Rows {
  show(scene: Scene): void;
  /** Has something written above the rows: at once where there are none, else with others that come soon. */
  print(write: () => void, bytes?: number): void;
  close(): Promise<void>;
}

/** Lines that come within so long are written together: the rows are drawn once for all of them. */
const gatherMs = 30;
/** So many bytes are not kept waiting for that. */
const mostWaitingBytes = 64 * 1024;

function makeRows({ stderr, clock }: World, style: Style): Rows {
  let scene: Scene | undefined;
  let screen: Screen | undefined;
  let opening: Promise<void> | undefined;
  let waiting: (() => void)[] = [];
  let waitingBytes = 0;
  let closed = false;
  let cancelDraw: (() => void) | undefined;

  const rows = () => (scene === undefined ? [] : progressRows(scene, clock.nowMs(), sizeOf(stderr), style));
  const print = (): void => {
    const lines = waiting;
    [waiting, waitingBytes] = [[], 0];
    for (const line of lines) line();
  };
  const draw = (): void => {
    cancelDraw?.();
    cancelDraw = undefined;
    screen?.draw();
  };
  const close = (): void => {
    cancelDraw?.();
    cancelDraw = undefined;
    screen?.close();
    screen = undefined;
  };

  async function open(): Promise<void> {
    screen = await openScreen(stderr, { rows, hasMore: () => waiting.length > 0, print });
    opening = undefined;
    // What was to be shown may be over by now.
    if (closed || rows().length === 0) close();
    else draw();
  }

  return {
    show(now) {
      scene = now;
      const isEmpty = closed || rows().length === 0;
      if (isEmpty) close();
      else if (screen === undefined) opening ??= open();
    },
    print(write, bytes = 0) {
      if (screen === undefined) return write();
      waiting.push(write);
      waitingBytes += bytes;
      if (waitingBytes >= mostWaitingBytes) return draw();
      cancelDraw ??= clock.at(clock.nowMs() + gatherMs, draw);
    },
    close() {
      closed = true;
      close();
      return opening ?? Promise.resolve();
    },
  };
}
