const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/**
 * A time span in two or three significant figures, as kubectl shows ages (apimachinery's HumanDuration). A little
 * below zero is taken for zero: two clocks are never quite equal.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / secondMs);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.trunc(ms / minuteMs);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 3 * 60) return `${minutes}m`;
  const hours = Math.trunc(ms / hourMs);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return pair(days, 'd', hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/** The span since an RFC 3339 time; `<unknown>` where there is none. */
export function humanAge(time: string | undefined, nowMs: number): string {
  return time === undefined ? '<unknown>' : humanDuration(nowMs - Date.parse(time));
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** A time span as a sentence has it: `0 s`, `12 s`, `2 min 5 s`, `12 min`, `3 h 20 min`. What is below zero is zero. */
export function spokenDuration(ms: number): string {
  const seconds = Math.max(0, Math.trunc(ms / secondMs));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return pair(minutes, ' min ', seconds % 60, ' s').trimEnd();
  if (minutes < 60) return `${minutes} min`;
  return pair(Math.trunc(minutes / 60), ' h ', minutes % 60, ' min').trimEnd();
}
