/** What the engine holds of one project, in podrun's words; the engine room makes it, nothing here knows Docker. */

export type EngineState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

export interface EngineContainer {
  /** The full id. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly imageId: string;
  readonly state: EngineState;
  /** All times are on podrun's clock: the engine room corrects the engine's once. */
  readonly createdAtMs: number;
  /** Unset: never started. */
  readonly startedAtMs?: number;
  /** Unset: never ended. */
  readonly finishedAtMs?: number;
  readonly exitCode: number;
  /** A process of it was ended for its memory limit; its first one, if that ended by KILL and not by ours. */
  readonly oomKilled: boolean;
  /** The engine's text for the last start that failed, else ''. */
  readonly error: string;
  /** The id of the container whose network this one joined. */
  readonly joinedTo?: string;
  /** The address on the project's network, '' while there is none. */
  readonly address: string;
  /** The environment the engine gives the container's process, the image's own included. */
  readonly env: Readonly<Record<string, string>>;
  /** The signal that asks it to end: the image's STOPSIGNAL, else SIGTERM. */
  readonly stopSignal: string;
  /** What its cgroup is set to; unset where only a list told of it. */
  readonly cgroup?: Cgroup;
  /** What it left as its termination message, once it has ended. */
  readonly message?: string;
  /** Only a list told of it, its inspect was lost: no times, no environment, no exit code of a start. Look again. */
  readonly listedOnly?: true;
}

/** Limits as the engine reports them. */
export interface Cgroup {
  readonly cpuShares: number;
  /** Of 100 ms, in microseconds; 0: no limit. */
  readonly cpuQuotaUs: number;
  /** 0: no limit. */
  readonly memoryBytes: number;
  /** Unset where it cannot be set. */
  readonly oomScoreAdj?: number;
}

export interface EngineVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly gateway: string;
  /** As `172.18.0.0/16`; unset where it has none of IPv4. */
  readonly subnet?: string;
}

/** Everything that carries the project's label, ours or not by name; `core/observed` decides what is ours. */
export interface Snapshot {
  readonly containers: readonly EngineContainer[];
  readonly volumes: readonly EngineVolume[];
  readonly networks: readonly EngineNetwork[];
}

export const emptySnapshot: Snapshot = { containers: [], volumes: [], networks: [] };
