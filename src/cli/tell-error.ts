import { EngineError } from '../engine/port.ts';
import type { World } from '../run/world.ts';
import { StateFolderError } from '../state/paths.ts';
import { CommandError, exitCode } from './exit-code.ts';

/** Tells on standard error what ended a command. @returns its exit code */
export function tellError(world: World, error: unknown): number {
  if (error instanceof CommandError) {
    if (error.message !== '') world.stderr.write(`podrun: ${error.message}\n`);
    return error.code;
  }
  if (error instanceof EngineError) {
    world.stderr.write(`podrun: ${error.message}\n`);
    return exitCode.noEngine;
  }
  if (error instanceof StateFolderError) {
    world.stderr.write(`podrun: ${error.message}\n`);
    return exitCode.failed;
  }
  world.stderr.write(
    `podrun: a bug in podrun: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCode.failed;
}
