const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in powers of 1000, as Docker shows images: `999 B`, `1.5 kB`, `40 MB`. */
export function humanBytes(bytes: number): string {
  const power = powerOf(bytes);
  return `${inUnit(bytes, power)} ${units[power] ?? ''}`;
}

/** How far a transfer has got, both in the whole's unit: `12 of 40 MB`; the amount alone where the whole is unknown. */
export function bytesOf(currentBytes: number, totalBytes: number): string {
  if (totalBytes <= 0) return humanBytes(currentBytes);
  return `${inUnit(currentBytes, powerOf(totalBytes))} of ${humanBytes(totalBytes)}`;
}

function powerOf(bytes: number): number {
  let power = 0;
  // Half a unit below the next one would already be shown as 1000 of this one.
  while (power < units.length - 1 && Math.round(bytes / 1000 ** power) >= 1000) power += 1;
  return power;
}

/** One decimal below ten, as long as it says something. */
function inUnit(bytes: number, power: number): string {
  const value = bytes / 1000 ** power;
  return value < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
