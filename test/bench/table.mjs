/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** @param {number} value */
export function ms(value) {
  return `${Math.round(value)} ms`;
}

/** @param {number} value */
export function times(value) {
  return `${value.toFixed(2)} x`;
}

/**
 * `1.21 x  (aim 1.30 x)`, with a word where it is missed.
 * @param {number} value
 * @param {number} aim
 * @param {(value: number) => string} unit
 */
export function beside(value, aim, unit) {
  return `${unit(value)} (aim ${unit(aim)}${value > aim ? ', MISSED' : ''})`;
}

/**
 * Prints rows in columns; the first column to the left, the others to the right.
 * @param {string} title
 * @param {readonly (readonly string[])[]} rows The first is the header.
 */
export function printTable(title, rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  console.log(`\n${title}\n${lines.map((cells) => `  ${cells.join('  ')}`).join('\n')}`);
}
