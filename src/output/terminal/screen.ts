/** The one file that knows listr2: a part of the terminal with lines that change in place. */
import type { PodLine, ProgressStream } from './progress.ts';
import { marks } from './style.ts';
import type { Paint, Style } from './style.ts';
import { cut } from '../text.ts';

export interface ScreenRow {
  readonly name: string;
  readonly title: string;
  readonly state: PodLine['state'];
}

export interface Screen {
  /** What stands there from now on; drawn with the spinner's next turn. */
  show(rows: readonly ScreenRow[]): void;
  /** Takes everything shown away and gives the cursor back. */
  close(): Promise<void>;
}

/** The mark, a space, and a free column at the right, where a full line would wrap. */
const titleMargin = 3;

/** Opens it where the cursor is. Until it is closed nobody else may write to the stream. */
export async function openScreen(stream: ProgressStream, style: Style): Promise<Screen> {
  const { DefaultRenderer, Listr, ListrDefaultRendererLogLevels, ListrLogger, ListrTaskState, ProcessOutput } =
    await import('listr2');
  const [started, ended] = [makeSignal(), makeSignal()];
  const states = { waiting: ListrTaskState.STARTED, ok: ListrTaskState.COMPLETED, failed: ListrTaskState.FAILED };
  const { COMPLETED, FAILED, PENDING } = ListrDefaultRendererLogLevels;
  // It replaces the `write` of what it is given and holds back what others write: it gets stand-ins.
  const output = new ProcessOutput(standIn(stream), standIn({ write: () => true }), { leaveEmptyLine: false });
  const rendererOptions = {
    clearOutput: true,
    collapseErrors: false,
    showErrorMessage: false,
    icon: { [COMPLETED]: marks.ok, [FAILED]: marks.failed },
    color: { [COMPLETED]: format(style.ok), [FAILED]: format(style.error), [PENDING]: format(style.warn) },
    logger: new ListrLogger<typeof PENDING>({ useIcons: true, toStderr: [], processOutput: output }),
  } as const;
  // listr2's own asks standard output whether it is a terminal and how wide; the caller knows about the stream in use.
  class Renderer extends DefaultRenderer {
    static override nonTTY = true;
    protected override format(message: string, icon: string): string[] {
      return [`${icon} ${message}`];
    }
  }
  const keeper = {
    task: async () => {
      started.give();
      await ended.given;
    },
  };
  const listr = new Listr<object, typeof Renderer>(keeper, {
    exitOnError: false,
    registerSignalListeners: false,
    renderer: Renderer,
    rendererOptions,
  });
  const run = listr.run();
  await Promise.race([started.given, run]);

  type Task = (typeof listr.tasks)[number];
  const tasks = new Map<string, Task>();
  return {
    show(rows) {
      const width = sizeOr(stream.columns, 80) - titleMargin;
      const names = new Set(rows.map(({ name }) => name));
      for (const [name, task] of tasks) {
        if (names.has(name)) continue;
        tasks.delete(name);
        listr.tasks.splice(listr.tasks.indexOf(task), 1);
      }
      for (const { name, title, state } of rows) {
        const task = tasks.get(name) ?? addTask(name);
        // A task that runs ends once and for all, a Pod may fail and recover: these are never run, only drawn.
        task.title = cut(title, width);
        task.state = states[state];
      }
    },
    async close() {
      ended.give();
      await run;
    },
  };

  function addTask(name: string): Task {
    listr.add({ title: name, task: () => undefined });
    const task = listr.tasks.at(-1);
    if (task === undefined) throw new Error('listr2 has not taken the task');
    tasks.set(name, task);
    void task.check({});
    return task;
  }
}

const format =
  (paint: Paint) =>
  (text?: string): string =>
    paint(text ?? '');

/** What listr2 asks of a stream, with the terminal's size as it is when asked. */
function standIn(stream: ProgressStream): NodeJS.WriteStream {
  const stand = {
    write: (text: string) => {
      stream.write(text);
      return true;
    },
    get columns() {
      return sizeOr(stream.columns, 80);
    },
    get rows() {
      return sizeOr(stream.rows, 24);
    },
  };
  return stand as unknown as NodeJS.WriteStream;
}

/** A pseudo-terminal that nobody has given a size says 0. */
function sizeOr(size: number | undefined, fallback: number): number {
  return size !== undefined && size > 0 ? size : fallback;
}

interface Signal {
  readonly given: Promise<void>;
  give(): void;
}

function makeSignal(): Signal {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
