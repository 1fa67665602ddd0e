/** The grace of a deletion, as kubectl's delete takes it. */
import { CommandError, exitCode } from '../exit-code.ts';
import { wholeNumber } from './whole-number.ts';

export interface GraceOptions {
  readonly gracePeriod?: number | undefined;
  readonly now: boolean;
  readonly force: boolean;
}

/** For yargs. */
export const graceOptions = {
  'grace-period': wholeNumber('grace-period', {
    least: 0,
    default: undefined,
    describe: 'Seconds between TERM and KILL, instead of each Pod’s own; 0 only with --force',
  }),
  now: { type: 'boolean', default: false, describe: 'The same as --grace-period 1' },
  force: { type: 'boolean', default: false, describe: 'The same as --grace-period 0' },
} as const;

/**
 * In seconds; undefined for each Pod's own. --force alone is 0, and 0 needs --force, where kubectl turns a 0 into 1.
 * --force with more than 0, and --now with either of the others, are refused with exit code 2.
 */
export function readGrace({ gracePeriod, now, force }: GraceOptions): number | undefined {
  const refuse = (message: string) => new CommandError(exitCode.usage, message);
  if (now && gracePeriod !== undefined) throw refuse('--now and --grace-period cannot be given together');
  if (now && force) throw refuse('--now and --force cannot be given together');
  if (force && gracePeriod !== undefined && gracePeriod > 0) throw refuse('--force takes no --grace-period but 0');
  if (gracePeriod === 0 && !force)
    throw refuse('--grace-period=0 ends containers without their grace: add --force if that is meant');
  if (force) return 0;
  return now ? 1 : gracePeriod;
}
