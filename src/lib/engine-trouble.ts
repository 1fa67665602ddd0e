import { EngineError } from '../engine/port.ts';
import { PodrunError } from './podrun-error.ts';

/** What an engine says, as an error of the library's; any other error as it is. */
export const engineTrouble = (error: unknown): unknown =>
  error instanceof EngineError ? new PodrunError('EngineFailed', error.message) : error;
