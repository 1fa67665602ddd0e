import { CommandError, exitCode } from '../exit-code.ts';

interface Wish<D extends number | undefined> {
  readonly least: number;
  /** Where the option is not given. */
  readonly default: D;
  /** How the help tells the default, where the value itself does not. */
  readonly defaultDescription?: string;
  readonly describe: string;
}

/**
 * An option that takes a whole number, for yargs. Yargs' own numbers are NaN for `abc` and nothing for an empty value, and a
 * command would go on with its default: here both end with exit code 2, as what is less than `least`.
 */
export function wholeNumber<D extends number | undefined>(option: string, { least, ...wish }: Wish<D>) {
  return {
    ...wish,
    type: 'string',
    requiresArg: true,
    coerce: (value: unknown): number | D => {
      // Yargs passes the default through, too.
      if (value === undefined || typeof value === 'number') return value ?? wish.default;
      // Given twice: the last one counts, as for kubectl.
      const text = String(Array.isArray(value) ? value.at(-1) : value);
      const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
      if (Number.isSafeInteger(number) && number >= least) return number;
      const message = `--${option} takes a whole number, ${least} or more, not ${JSON.stringify(text)}`;
      throw new CommandError(exitCode.usage, message);
    },
  } as const;
}
