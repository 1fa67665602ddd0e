import { createColors } from 'picocolors';

import type { Diagnostic } from '../../model/diagnostic.ts';

export interface DiagnosticStyle {
  readonly color: boolean;
}

type Colors = ReturnType<typeof createColors>;

/** How much of a source line a frame shows, in characters. */
const FRAME_WIDTH = 100;

/** Each finding once, in the order of their places. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return unique(diagnostics.toSorted(byPlace));
}

/**
 * Findings as text: what there is to mend with its lines, then what is no mistake, one line each.
 * @param inShort several things that are no mistake are only pointed at: who reads it has `podrun validate` at hand
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  style: DiagnosticStyle,
  inShort = false,
): string {
  const others = inShort ? pointAtApproximations(diagnostics, style) : renderApproximations(diagnostics, style);
  return [renderMistakes(diagnostics, sources, style), others].filter((text) => text !== '').join('\n');
}

/**
 * What there is to mend or to think over, in the order of the places: the place and the message, the line with carets
 * under what is meant, and a hint. `sources` holds the text of each file by the name it has in the findings.
 */
export function renderMistakes(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  { color }: DiagnosticStyle,
): string {
  const colors = createColors(color);
  const lines = new Map([...sources].map(([file, text]) => [file, text.split(/\r?\n/)]));
  return inOrder(diagnostics.filter(({ approximates }) => approximates !== true))
    .map((each) => render(each, lines.get(each.file)?.[each.line - 1], colors))
    .join('\n');
}

/** What podrun does otherwise than a cluster: a line for each thing, at the first of its places. */
export function renderApproximations(diagnostics: readonly Diagnostic[], { color }: DiagnosticStyle): string {
  const colors = createColors(color);
  const byMessage = new Map<string, Diagnostic[]>();
  for (const each of inOrder(diagnostics.filter(({ approximates }) => approximates === true))) {
    const known = byMessage.get(each.message);
    if (known === undefined) byMessage.set(each.message, [each]);
    else known.push(each);
  }
  return [...byMessage.values()]
    .map(([first, ...more]) => {
      if (first === undefined) return '';
      const others = more.length === 0 ? '' : colors.dim(` (and ${more.length} more)`);
      return `${firstLine(first, colors)}${others}\n`;
    })
    .join('');
}

/** So many lines of a file are named; more are only counted. */
const mostLines = 8;

/** `pods.yaml:21,27: warning: not as in a cluster; podrun validate says how`, a line for each file; one thing is told in full. */
function pointAtApproximations(diagnostics: readonly Diagnostic[], style: DiagnosticStyle): string {
  const found = inOrder(diagnostics.filter(({ approximates }) => approximates === true));
  if (new Set(found.map(({ message }) => message)).size < 2) return renderApproximations(found, style);
  const colors = createColors(style.color);
  return [...new Set(found.map(({ file }) => file))]
    .map((file) => {
      const lines = [...new Set(found.filter((each) => each.file === file).map(({ line }) => line))];
      const more = lines.length > mostLines ? ` and ${lines.length - mostLines} more` : '';
      const place = colors.bold(`${printable(file)}:${lines.slice(0, mostLines).join(',')}${more}`);
      return `${place}: ${colors.yellow('warning')}: not as in a cluster; podrun validate says how\n`;
    })
    .join('');
}

/** What is wrong and where, as it stands in a log: without colours, frame and hint. */
export function headline(diagnostic: Diagnostic): string {
  const { path, message } = diagnostic;
  return printable(path === '' ? message : `${path}: ${message}`);
}

function firstLine(diagnostic: Diagnostic, colors: Colors): string {
  const { file, line, col, severity } = diagnostic;
  const place = file === '' ? '' : `${colors.bold(`${printable(file)}:${line}:${col}`)}: `;
  const label = severity === 'error' ? colors.red('error') : colors.yellow('warning');
  return `${place}${label}: ${headline(diagnostic)}`;
}

function render(diagnostic: Diagnostic, source: string | undefined, colors: Colors): string {
  const { file, hint, hidden } = diagnostic;
  let text = `${firstLine(diagnostic, colors)}\n`;
  if (file !== '' && source !== undefined && hidden !== true) text += frame(diagnostic, source, colors);
  if (hint !== undefined) text += `  ${colors.cyan('hint')}: ${printable(hint)}\n`;
  return text;
}

function frame(diagnostic: Diagnostic, source: string, colors: Colors): string {
  const { line, col, severity } = diagnostic;
  const width = Math.max(1, Math.min(diagnostic.width, source.length - col + 1));
  const number = String(line);
  const from = col + Math.min(width, FRAME_WIDTH) - 1 <= FRAME_WIDTH ? 0 : col - 1 - Math.floor(FRAME_WIDTH / 4);
  const shown = source.slice(from, from + FRAME_WIDTH);
  const before = from === 0 ? '' : '...';
  const after = from + FRAME_WIDTH < source.length ? '...' : '';
  // A tab stays one in the line of carets, so that both lines are as wide.
  const indent = shown.slice(0, col - 1 - from).replaceAll(/[^\t]/g, ' ');
  const room = Math.max(1, shown.length - (col - 1 - from));
  const carets = '^'.repeat(Math.min(width, room));
  const paint = severity === 'error' ? colors.red : colors.yellow;
  const gutter = (mark: string): string => colors.dim(`  ${mark} | `);
  return (
    `${gutter(number)}${before}${printable(shown)}${after}\n` +
    `${gutter(' '.repeat(number.length))}${' '.repeat(before.length)}${indent}${paint(carets)}\n`
  );
}

/** A file's text must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\0-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}

function unique(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return sorted.filter(({ severity, file, line, col, path, message }) => {
    const key = JSON.stringify([severity, file, line, col, path, message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.col - b.col;
}
