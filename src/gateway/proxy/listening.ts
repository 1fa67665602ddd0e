/** A port that is listened on. */
import type { PortState } from './choice.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface Listening {
  /** Where new connections go from now on; what is open stays. */
  update(state: PortState): void;
  /** New connections are refused. Resolves when nothing of it is left, which open connections may keep from it. */
  close(): Promise<void>;
}
