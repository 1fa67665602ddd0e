import { countCharacters, oneLine, pad } from '../text.ts';

/** kubectl's tabwriter: no column is narrower than this, and each is followed by at least so many spaces. */
const minWidth = 6;
const padding = 3;

/**
 * Rows as aligned lines without trailing spaces. A header is a row like any other, see {@link headerRow}.
 * @param widths the columns' widths so far, for a table that grows: what these rows need is put into it
 */
export function alignColumns(rows: readonly (readonly string[])[], widths: number[] = []): readonly string[] {
  const cells = rows.map((row) => row.map(oneLine));
  for (const row of cells)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? minWidth, countCharacters(cell) + padding);
    });
  return cells.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join('')
      .trimEnd(),
  );
}

/** Column names as kubectl's table heads have them. */
export function headerRow(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toUpperCase());
}
