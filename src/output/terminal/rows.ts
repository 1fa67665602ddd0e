/** The picture of the Pods at the bottom of a terminal, as a pure function of what is known, the time and the size. */
import { spokenDuration } from '../duration.ts';
import { countCharacters, cut, cutInside, oneLine, pad } from '../text.ts';
import type { PodLine, Scene, Wait } from './progress.ts';
import { marks } from './style.ts';
import type { Paint, Style } from './style.ts';
import { lookCloser, summary } from './summary.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const spinner = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const spinnerMs = 100;
/** A free column at the right: where a full line would wrap. */
const margin = 1;
/** What is ready has a row of its own for so long; then it is only counted, and the logs get its place. */
const allForMs = 30_000;
/** Where statuses such as CrashLoopBackOff need the room of the names. */
const narrow = 60;
/** What has room for no more than this is not worth showing. */
const leastWait = 10;

/**
 * One row a Pod that is not well (all of them where {@link Scene.all} says so), how many more there are, and what it comes
 * to; nothing while nothing is under way. It takes half of the screen at the most: the rest is for the logs.
 */
export function progressRows(scene: Scene, nowMs: number, { columns, rows }: Size, style: Style): readonly string[] {
  if (!scene.pods.some(isUnderWay)) return [];
  const all = scene.all && (scene.work.kind !== 'up' || nowMs - scene.work.sinceMs < allForMs);
  const shown = scene.pods.filter((pod) => all || isUnderWay(pod));
  const [width, budget] = [columns - margin, Math.max(2, Math.floor(rows / 2)) - 1];
  const kept = shown.length <= budget ? shown : mostTelling(shown, budget - 1);
  const hidden = shown.filter((pod) => !kept.includes(pod));
  return [
    ...podRows(kept, nowMs, width, style),
    ...(hidden.length === 0 ? [] : [style.dim(cut(`  … and ${hidden.length} more: ${tally(hidden)}`, width))]),
    lastRow(scene, nowMs, width, style),
  ];
}

export const isUnderWay = ({ state, over }: PodLine): boolean => state !== 'ok' && over !== true;

const order: readonly PodLine['state'][] = ['failed', 'waiting', 'ok'];

/** Those in trouble before those on their way, and these before the ready ones; shown in the order in which they were. */
function mostTelling(pods: readonly PodLine[], count: number): readonly PodLine[] {
  const sorted = pods.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const kept = new Set(sorted.slice(0, count));
  return pods.filter((pod) => kept.has(pod));
}

const words = { failed: 'in trouble', waiting: 'on the way', ok: 'ready' } as const;

/** `1 in trouble, 2 on the way, 4 ready`. */
function tally(pods: readonly PodLine[]): string {
  const counts = order.map((state) => [pods.filter((pod) => pod.state === state).length, words[state]] as const);
  return counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
}

/**
 * `✖ web  0/1  CrashLoopBackOff  exit code 1, next try in 18 s`, lined up with the others; where that leaves too little room
 * for the reason, it stands right behind the status.
 */
function podRows(pods: readonly PodLine[], nowMs: number, width: number, style: Style): readonly string[] {
  const room = Math.floor(width < narrow ? width / 3 : width * 0.4);
  const names = pods.map(({ name }) => cutInside(oneLine(name), room));
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(countCharacters));
  const widths = [widest(names), widest(pods.map(({ ready }) => ready)), widest(pods.map(({ status }) => status))];
  return pods.map((pod, index) => {
    const paint = paints(style)[pod.state];
    const mark = pod.state === 'waiting' ? spinnerAt(nowMs) : marks[pod.state];
    const cells = [names[index] ?? '', pod.ready, pod.status].map((cell, column) => pad(cell, widths[column] ?? 0));
    const [name = '', ready = '', status = ''] = cells;
    const before = `${mark} ${name}  ${ready}  ${pod.status}`;
    const left = width - countCharacters(before) - 2;
    if (left < 1) return cut(before, width);
    const gap = status.slice(pod.status.length);
    const linedUp = waitsText(pod.waits, nowMs, left - gap.length);
    const why = linedUp ?? waitsText(pod.waits, nowMs, left) ?? waitsCut(pod.waits, nowMs, left);
    const rest = why === '' ? '' : `${linedUp === undefined ? '' : gap}  ${why}`;
    return `${paint(mark)} ${name}  ${ready}  ${paint(pod.status)}${rest}`;
  });
}

const spinnerAt = (nowMs: number): string => spinner[Math.floor(nowMs / spinnerMs) % spinner.length] ?? '';

const paints = (style: Style): Readonly<Record<PodLine['state'], Paint>> => ({
  ok: style.ok,
  failed: style.error,
  waiting: style.warn,
});

/** As many as there is room for; undefined where that is not even the first. */
function waitsText([first, ...others]: readonly Wait[], nowMs: number, width: number): string | undefined {
  if (first === undefined) return '';
  const tail = waitTail(first, nowMs);
  const texts = [oneLine(first.text), gist(oneLine(first.text))].map((text) => `${text}${tail}`);
  let text = texts.find((each) => countCharacters(each) <= width);
  if (text === undefined) return undefined;
  for (const [index, wait] of others.entries()) {
    const longer: string = `${text}; ${oneLine(wait.text)}${waitTail(wait, nowMs)}`;
    const rest = ` (+${others.length - index} more)`;
    const spare = index === others.length - 1 ? 0 : countCharacters(rest);
    if (countCharacters(longer) + spare <= width) text = longer;
    else return countCharacters(text + rest) <= width ? `${text}${rest}` : text;
  }
  return text;
}

/** The first, cut so that its time can still be read. */
function waitsCut([first]: readonly Wait[], nowMs: number, width: number): string {
  if (first === undefined || width < leastWait) return '';
  const tail = waitTail(first, nowMs);
  const room = width - countCharacters(tail);
  const text = gist(oneLine(first.text));
  return room < leastWait ? cutInside(text, width) : `${cutInside(text, room)}${tail}`;
}

/** Without what Go says of the way to an error: the request, and that it dialled. */
const gist = (text: string): string => text.replaceAll(/\b(Get|Head|Post|Put) "[^"]*": |\bdial tcp: /g, '');

/** ` (12 s)`, `, next try in 18 s`. */
export function waitTail({ sinceMs, until }: Wait, nowMs: number): string {
  if (until !== undefined) {
    // What is due in a moment is due in a second: a zero would stand there for as long.
    const leftMs = Math.ceil((until.atMs - nowMs) / 1000) * 1000;
    return leftMs <= 0 ? `, ${until.what} now` : `, ${until.what} in ${spokenDuration(leftMs)}`;
  }
  return sinceMs === undefined ? '' : ` (${spokenDuration(nowMs - sinceMs)})`;
}

/** What it comes to, and how to learn more. */
function lastRow(scene: Scene, nowMs: number, width: number, style: Style): string {
  const { work, pods } = scene;
  const took = spokenDuration(nowMs - work.sinceMs);
  if (work.kind === 'down') {
    const left = pods.filter(({ over }) => over !== true).length;
    return style.strong(cut(`podrun: ${left} Pod${left === 1 ? '' : 's'} to end (${took})`, width));
  }
  if (work.kind === 'images') {
    const done = pods.filter(({ state }) => state === 'ok').length;
    return style.strong(cut(`podrun: ${done} of ${pods.length} image${pods.length === 1 ? '' : 's'} (${took})`, width));
  }
  const said = `podrun: ${summary(pods)}`;
  const timed = scene.all ? `${said} (${took})` : said;
  const closer = lookCloser(pods, nowMs, scene.podrun);
  // A command is whole, or of no use.
  const texts = closer === undefined ? [timed] : [`${timed}; look closer: ${closer}`, `${said}; ${closer}`, timed];
  return style.strong(cut(texts.find((text) => countCharacters(text) <= width) ?? said, width));
}
