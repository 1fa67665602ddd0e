/** Where words, progress and log lines meet on one screen: each line whole, in order, none under the moving ones. */
import { makeProgress } from '../output/terminal/progress.ts';
import type { Progress } from '../output/terminal/progress.ts';
import { pacedWriter } from './paced-writer.ts';
import { hasColor, isInteractive } from './world.ts';
import type { World } from './world.ts';

export interface Console {
  /** True while the progress is shown. */
  readonly inProgress: boolean;
  /** Shows the Pods as they come along, until {@link endProgress}. */
  beginProgress(): void;
  progress: Progress['update'];
  endProgress(): void;
  /** A line on standard error. */
  note(text: string): void;
  /**
   * A line on standard output, with its line end; kept back while moving lines are shown. What is returned is to be waited
   * for: a reader is slow.
   */
  log(line: Uint8Array): Promise<void> | undefined;
  /** Resolves when all is written. */
  flush(): Promise<void>;
}

export function openConsole(world: World, color: boolean): Console {
  const interactive = isInteractive(world, world.stderr);
  let progress: Progress | undefined;
  let closing: Promise<void> | undefined;
  /** What waits for the moving lines to end. */
  const held: (() => void)[] = [];
  const toStdout = pacedWriter(world.stdout);
  const write = (line: () => void): void => {
    if (closing === undefined) line();
    else held.push(line);
  };

  async function close(ending: Progress): Promise<void> {
    await ending.end();
    closing = undefined;
    for (const line of held.splice(0)) line();
  }

  return {
    get inProgress() {
      return progress !== undefined;
    },
    beginProgress() {
      progress ??= makeProgress(world.stderr, { interactive, color: hasColor(world, world.stderr, color) });
    },
    progress: (pods, silent) => progress?.update(pods, silent),
    endProgress() {
      if (progress === undefined) return;
      closing = close(progress);
      progress = undefined;
    },
    note(text) {
      if (progress !== undefined) progress.note(text);
      else write(() => world.stderr.write(`${text}\n`));
    },
    log(line) {
      if (closing === undefined && (progress === undefined || !interactive)) return toStdout(line);
      held.push(() => void toStdout(line));
      return undefined;
    },
    async flush() {
      await closing;
    },
  };
}
