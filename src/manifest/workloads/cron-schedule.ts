/** A CronJob's schedule as Kubernetes reads it, in its words (ParseStandard of robfig/cron v3). */

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** In the order of their numbers, from `min` on. */
  readonly names?: readonly string[];
}

/** Minute, hour, day of month, month, day of week: there is no 7 for Sunday. */
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** What is right, or in words what is wrong. */
type Read<T> = { readonly value: T } | { readonly wrong: string };

/**
 * The times of a schedule, each field `*` or a list of numbers: there is nothing in it that another reader of cron
 * expressions might take otherwise. `*` alone, or among others, is what leaves the other one of the two day fields to decide.
 */
export function readSchedule(schedule: string): Read<string> {
  if (schedule.includes('TZ')) return wrong('cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  if (schedule.startsWith('@every ')) return wrong('@every is not supported yet');
  if (schedule.startsWith('@')) {
    const times = Object.hasOwn(DESCRIPTORS, schedule) ? DESCRIPTORS[schedule] : undefined;
    return times === undefined ? wrong(`unrecognized descriptor: ${schedule}`) : { value: times };
  }
  const texts = schedule.split(/\s+/).filter((text) => text !== '');
  if (texts.length !== FIELDS.length)
    return wrong(`expected exactly ${FIELDS.length} fields, found ${texts.length}: [${texts.join(' ')}]`);
  const fields = all(FIELDS.map((bounds, index) => readField(texts[index] ?? '', bounds)));
  return 'wrong' in fields ? fields : { value: fields.value.join(' ') };
}

function readField(text: string, bounds: Bounds): Read<string> {
  const ranges = all(
    text
      .split(',')
      .filter((expr) => expr !== '')
      .map((expr) => readRange(expr, bounds)),
  );
  if ('wrong' in ranges) return ranges;
  // robfig/cron takes a field without any value, and such a schedule has no time.
  if (ranges.value.length === 0) return wrong(`there is no value in ${text}`);
  if (ranges.value.includes('*')) return { value: '*' };
  const numbers = new Set(ranges.value.flatMap((range) => (range === '*' ? [] : range)));
  return { value: [...numbers].toSorted((a, b) => a - b).join(',') };
}

/** `*`, `N`, `N-M`, each with a `/STEP` or without; a step of more than one makes a list of `*`. */
function readRange(expr: string, { min, max, names }: Bounds): Read<'*' | readonly number[]> {
  const [range = '', stepText, ...moreSteps] = expr.split('/');
  const [low = '', high, ...moreEnds] = range.split('-');
  const isAny = low === '*' || low === '?';
  if (!isAny && moreEnds.length > 0) return wrong(`too many hyphens: ${expr}`);
  const ends = isAny ? { value: [min, max] } : all([low, high ?? low].map((text) => readNumber(text, min, names)));
  if ('wrong' in ends) return ends;
  if (moreSteps.length > 0) return wrong(`too many slashes: ${expr}`);
  const step = readNumber(stepText ?? '1', min);
  if ('wrong' in step) return step;
  const [start = min, last = max] = ends.value;
  const end = stepText !== undefined && high === undefined ? max : last;
  if (start < min) return wrong(`beginning of range (${start}) below minimum (${min}): ${expr}`);
  if (end > max) return wrong(`end of range (${end}) above maximum (${max}): ${expr}`);
  if (start > end) return wrong(`beginning of range (${start}) beyond end of range (${end}): ${expr}`);
  if (step.value === 0) return wrong(`step of range should be a positive number: ${expr}`);
  if (isAny && step.value === 1) return { value: '*' };
  const count = Math.floor((end - start) / step.value) + 1;
  return { value: Array.from({ length: count }, (_, index) => start + index * step.value) };
}

function readNumber(text: string, min: number, names: readonly string[] = []): Read<number> {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return { value: min + named };
  const number = Number(text);
  const isInteger = /^[-+]?\d+$/.test(text);
  if (!isInteger || !Number.isSafeInteger(number)) {
    const why = isInteger ? 'value out of range' : 'invalid syntax';
    return wrong(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  }
  return number < 0 ? wrong(`negative number (${number}) not allowed: ${text}`) : { value: number };
}

/** The first that is wrong, else all values. */
function all<T>(reads: readonly Read<T>[]): Read<readonly T[]> {
  const values: T[] = [];
  for (const read of reads) {
    if ('wrong' in read) return read;
    values.push(read.value);
  }
  return { value: values };
}

const wrong = (words: string): { readonly wrong: string } => ({ wrong: words });
