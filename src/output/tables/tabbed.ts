/** Go's text/tabwriter as kubectl's describe uses it: cells that end in a tab are aligned over neighbouring lines. */
import { countCharacters, oneLine, pad } from '../text.ts';

const padding = 2;

/**
 * Lines with their tabs made to spaces: a cell is as wide as the widest one above and below it in lines that have that
 * cell, too. What follows a line's last tab is no cell and moves nothing.
 */
export function alignTabs(lines: readonly string[]): readonly string[] {
  const rows = lines.map((line) => line.split('\t').map(oneLine));
  const widths = rows.map((): number[] => []);
  const columns = Math.max(0, ...rows.map((row) => row.length - 1));
  for (let column = 0; column < columns; column += 1) {
    for (let first = 0; first < rows.length;) {
      let end = first;
      while (end < rows.length && (rows[end]?.length ?? 0) - 1 > column) end += 1;
      const block = rows.slice(first, end);
      const width = Math.max(0, ...block.map((row) => countCharacters(row[column] ?? ''))) + padding;
      for (let line = first; line < end; line += 1) widths[line]?.push(width);
      first = Math.max(end, first + 1);
    }
  }
  return rows.map((row, line) =>
    row
      .map((cell, column) => pad(cell, widths[line]?.[column] ?? 0))
      .join('')
      .trimEnd(),
  );
}

/** The lines, each moved in by so many of describe's levels. */
export function indent(level: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${'  '.repeat(level)}${line}`);
}
