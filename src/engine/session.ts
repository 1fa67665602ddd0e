import type Docker from 'dockerode';
import type { Environment } from './transport/address.ts';
import type { Deadlines } from './transport/call.ts';
import type { Memory } from './memory.ts';
import type { SharedOutputs } from './build/step-output.ts';
import type { Pauses } from './containers/pauses.ts';

/** What every part of the adapter needs of one connection. */
export interface Session {
  readonly docker: Docker;
  /** As negotiated: `1.41`. */
  readonly apiVersion: string;
  /** What is added to the engine's time to get ours; fixed for the session, so that one start has one time. */
  readonly offsetMs: number;
  readonly deadlines: Deadlines;
  readonly memory: Memory;
  readonly pauses: Pauses;
  /** What the steps of builds write that are under way. */
  readonly outputs: SharedOutputs;
  /** The engine's own, as `linux/amd64`. */
  readonly platform: string;
  /** By container: the ending of a process that outlived its timeout. */
  readonly endings: Map<string, Promise<void>>;
  /** Where the engine has volumes on its machine, by their names. */
  readonly mountpoints: Map<string, string>;
  /** The engine is on this machine, in the same network namespace. */
  readonly isHere: boolean;
  /** The folder of the user's docker config.json. */
  readonly configDir: string;
  /** For the programs that are started. */
  readonly env: Environment;
  /** Aborted by `close()`: ends every stream. */
  readonly closed: AbortSignal;
}

/** True where the engine takes `VolumeOptions.Subpath` (Docker 26, API 1.45) and resolves it safely by itself. */
export const hasVolumeSubpath = (session: Session): boolean => apiMinor(session) >= 45;

/** The second part of the API's version; the first is 1. */
export const apiMinor = ({ apiVersion }: Session): number => Number(apiVersion.split('.')[1] ?? 0);
