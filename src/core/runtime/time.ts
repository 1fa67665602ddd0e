/** Times as Kubernetes writes them, without a clock: the core is given every time it uses. */

const dayMs = 86_400_000;

/** RFC 3339 in UTC, to the second: metav1.Time's JSON form. `ms` is since 1970 and not negative. */
export function rfc3339(ms: number): string {
  const second = Math.floor(ms / 1000);
  const known = written.get(second);
  if (known !== undefined) return known;
  const text = write(ms);
  if (written.size >= mostWritten) written.clear();
  written.set(second, text);
  return text;
}

/** The same few moments are told of each Pod in each step. */
const written = new Map<number, string>();
const mostWritten = 1_000;

function write(ms: number): string {
  const { year, month, day } = civil(Math.floor(ms / dayMs));
  const seconds = Math.floor((ms % dayMs) / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${year}-${two(month)}-${two(day)}T${clock}Z`;
}

/** The time that {@link rfc3339} wrote, in ms since 1970; undefined for any other text. */
export function readRfc3339(text = ''): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return daysTo(year, month, day) * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** The inverse of {@link civil}. */
function daysTo(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** A version of a volume's content: its time to the second, as the kubelet names it, and the time in full behind it. */
export function versionName(ms: number): string {
  return `..${rfc3339(ms).slice(0, 19).replace(/[-T:]/g, '_')}.${ms}`;
}

export const versionAtMs = (version: string): number => Number(/\.(\d+)$/.exec(version)?.[1] ?? 0);

/** Go's time.Duration in words, to the second: `10s`, `1m20s`, `5m0s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** The Gregorian date of a day since 1970, counted in years that begin in March so that leap days come last. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted % 146_097;
  const leapsBefore = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapsBefore) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
