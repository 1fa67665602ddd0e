import type { PodLine, Progress, ProgressStream } from './progress.ts';
import { openScreen } from './screen.ts';
import type { Screen, ScreenRow } from './screen.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';
import { countCharacters, oneLine, pad } from '../text.ts';

/** Lines that change in place, one a Pod. A note takes them away for a moment and stands above them. */
export function makeLiveProgress(stream: ProgressStream, style: Style): Progress {
  let pods: readonly PodLine[] = [];
  let notes: string[] = [];
  let screen: Screen | undefined;
  let ended = false;
  let work = Promise.resolve();

  const clear = async (): Promise<void> => {
    const open = screen;
    screen = undefined;
    await open?.close();
  };
  const refresh = async (): Promise<void> => {
    if (notes.length > 0) await clear();
    for (const note of notes) stream.write(`${note}\n`);
    notes = [];
    if (ended || pods.length === 0) return;
    screen ??= await openScreen(stream, style);
    screen.show(screenRows(pods));
  };
  const finish = async (): Promise<void> => {
    await refresh();
    await clear();
    for (const { state, title } of screenRows(pods)) stream.write(`${markText(state, style)} ${title}\n`);
  };
  return {
    update(now) {
      if (ended) return;
      pods = now;
      if (screen === undefined) work = work.then(refresh);
      else screen.show(screenRows(pods));
    },
    note(line) {
      if (ended) return;
      notes.push(line);
      work = work.then(refresh);
    },
    end() {
      if (!ended) work = work.then(finish);
      ended = true;
      return work;
    },
  };
}

/** `web  1/2  ContainerCreating  pulling busybox 12 of 40 MB`, lined up with the others. */
function screenRows(pods: readonly PodLine[]): readonly ScreenRow[] {
  const rows = pods.map(({ name, ready, status, detail, why }) =>
    [name, ready, status, detail ?? why ?? ''].map(oneLine),
  );
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => countCharacters(row[column] ?? ''))));
  const titles = rows.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  '));
  return pods.map(({ name, state }, index) => ({ name, state, title: (titles[index] ?? '').trimEnd() }));
}

function markText(state: PodLine['state'], style: Style): string {
  const paint = { ok: style.ok, failed: style.error, waiting: style.dim }[state];
  return paint(marks[state]);
}
