import { CommandError, exitCode } from '../exit-code.ts';

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go and kubectl write it, in milliseconds: `90s`, `1.5s`, `1h30m`, `0`, `-1s`; undefined for anything else. */
export function parseGoDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (!/^(\d+(\.\d*)?(ms|s|m|h))+$/.test(rest)) return undefined;
  const parts = [...rest.matchAll(/(\d+(?:\.\d*)?)(ms|s|m|h)/g)];
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitsMs[unit ?? 's'] ?? 0), 0);
  return sign === '-' ? -ms : ms;
}

/**
 * The duration that an option was given, in milliseconds; given twice, the last one counts. Throws with exit code 2 for what
 * is none, or, unless that means something, less than 0.
 */
export function readDuration(option: string, given: string | readonly string[], canBeNegative = false): number {
  const text = typeof given === 'string' ? given : (given.at(-1) ?? '');
  const ms = parseGoDuration(text);
  if (ms !== undefined && (ms >= 0 || canBeNegative)) return ms;
  const what = ms === undefined ? 'a duration such as 30s, 5m or 1h30m' : 'a duration that is not negative';
  throw new CommandError(exitCode.usage, `--${option} takes ${what}, not ${JSON.stringify(text)}`);
}
