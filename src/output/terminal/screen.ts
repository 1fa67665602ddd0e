/** The one file that knows listr2: the lines at the bottom of a terminal, which change in place. */
import type { ListrDefaultRendererLogLevels } from 'listr2';
import type { ProgressStream } from './progress.ts';
import type { Size } from './rows.ts';
import { countCharacters } from '../text.ts';

export interface Screen {
  /** Draws now; else it is drawn with each turn of the spinner. */
  draw(): void;
  /** Takes everything shown away and gives the cursor back. Nothing is drawn afterwards. */
  close(): void;
}

export interface Drawing {
  /** The rows as they are to be now. */
  rows(): readonly string[];
  /** True while there is something to print above the rows. */
  hasMore(): boolean;
  /** Prints it: the cursor is at the start of a line, and nothing stands below. */
  print(): void;
}

/** Opens it where the cursor is. Until it is closed others may write to the terminal only as it calls `print`. */
export async function openScreen(stream: ProgressStream, drawing: Drawing): Promise<Screen> {
  const { DefaultRenderer, Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const [started, ended] = [makeSignal(), makeSignal()];
  // It replaces the `write` of what it is given and holds back what others write: it gets stand-ins.
  const output = new ProcessOutput(standIn(stream, drawing), standIn({ write: () => true }, drawing), {
    leaveEmptyLine: false,
  });
  const logger = new ListrLogger<ListrDefaultRendererLogLevels>({
    useIcons: true,
    toStderr: [],
    processOutput: output,
  });
  let parity = false;
  let drawn: { update(): void; end(): void } | undefined;
  // listr2's own asks standard output whether it is a terminal and draws tasks, which end once and for all: a Pod may recover.
  class Renderer extends DefaultRenderer {
    static override nonTTY = true;
    override async render(): Promise<void> {
      await super.render();
      drawn = { update: () => super.update(), end: () => super.end() };
      started.give();
    }
    /** Also called when it has ended: by the task that ends with it. */
    override update(): void {
      drawn?.update();
    }
    override create(): string {
      // What has not changed is not written, and nothing above it then.
      if (drawing.hasMore()) parity = !parity;
      return `${parity ? hidden : ''}${drawing.rows().join('\n')}`;
    }
    override end(): void {
      drawn?.end();
      drawn = undefined;
    }
  }
  const listr = new Listr<object, typeof Renderer>(
    { task: () => ended.given },
    { registerSignalListeners: false, renderer: Renderer, rendererOptions: { clearOutput: true, logger } },
  );
  const run = listr.run();
  await Promise.race([started.given, run]);
  return {
    draw: () => drawn?.update(),
    close() {
      drawn?.end();
      drawn = undefined;
      ended.give();
      if (drawing.hasMore()) drawing.print();
    },
  };
}

/** The cursor, as it is anyway. */
const hidden = '\u001b[?25l';
/** log-update's: up to the first of the lines that it wrote last. */
const erasing = /^(?:\u001b\[2K(?:\u001b\[1A)?)*(?:\u001b\[G)?/;
/** How it takes one line away, from below. */
const eraseLine = '\u001b[2K\u001b[1A';

/**
 * What listr2 asks of a stream. It takes the size once and for all, and breaks lines by it: it is told of one that nothing
 * exceeds, and the rows fit by themselves.
 */
function standIn(stream: ProgressStream, above: Pick<Drawing, 'hasMore' | 'print'>): NodeJS.WriteStream {
  /** The lines that stand there, and how wide the terminal was. */
  let shown: readonly string[] = [];
  let width = sizeOf(stream).columns;
  const stand = {
    write: (text: string) => {
      const [erase = ''] = erasing.exec(text) ?? [];
      const { columns } = sizeOf(stream);
      // A terminal that was made narrower has broken the lines that did not fit any more.
      const broken = columns < width ? shown.reduce((sum, line) => sum + brokenInto(line, columns) - 1, 0) : 0;
      width = columns;
      if (erase !== '' || broken > 0) stream.write(eraseLine.repeat(broken) + erase);
      if (above.hasMore()) above.print();
      const rest = text.slice(erase.length);
      if (rest !== '') stream.write(rest);
      shown = rest.split('\n').slice(0, -1);
      return true;
    },
    columns: Number.MAX_SAFE_INTEGER,
    rows: Number.MAX_SAFE_INTEGER,
  };
  return stand as unknown as NodeJS.WriteStream;
}

const codes = /\u001b\[[?0-9;]*[A-Za-z]/g;

const brokenInto = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(countCharacters(line.replaceAll(codes, '')) / columns));

/** A pseudo-terminal that nobody has given a size says 0. */
export function sizeOf({ columns, rows }: ProgressStream): Size {
  return { columns: sizeOr(columns, 80), rows: sizeOr(rows, 24) };
}

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
