/** What exec and attach ask first. */
import type { ObservedPod } from '../../core/runtime/observed.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';

/** A Pod that is finished has nothing to reach into. Throws with exit code 1. */
export function checkUnfinished({ record }: ObservedPod, verb: string): void {
  if (record.end !== undefined)
    throw new CommandError(
      exitCode.failed,
      `cannot ${verb} a container in a completed pod; current phase is ${record.end.phase}`,
    );
}

/** Whether standard input is one, as -t needs it; says so where it is not. */
export function isTerminal(world: World, quiet: boolean): boolean {
  const is = world.stdin.isTTY === true;
  if (!is && !quiet) world.stderr.write('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return is;
}
