/** What an engine answers to an action, verb by verb. */
import type { EngineAction, Failure, SyncedFiles, Verb, VolumeContent } from './action.ts';
import type { EngineContainer, EngineNetwork } from './snapshot.ts';

/** What it tells of a success; of a verb that is not here, only that it was done. */
interface Results {
  readonly createNetwork: { readonly network: EngineNetwork };
  readonly inspectImage: ImageAnswer;
  readonly pullImage: ImageAnswer;
  readonly inspectBuild: ImageAnswer;
  readonly buildImage: ImageAnswer;
  readonly createContainer: ContainerAnswer;
  readonly startContainer: ContainerAnswer;
  readonly unpauseContainer: ContainerAnswer;
  readonly updateContainer: ContainerAnswer;
  /** What each path holds; one that was never filled is missing. */
  readonly readVolumes: { readonly contents: readonly VolumeContent[] };
  /** By path. */
  readonly measureVolumes: { readonly usedBytes: Readonly<Record<string, number>> };
  /** Unset where nothing is noted. */
  readonly readSynced: { readonly synced?: SyncedFiles };
  /** Why nothing could be removed; unset where it could. */
  readonly syncFiles: { readonly unremoved?: string };
}

interface ImageAnswer {
  readonly imageId: string;
  /** The user that it names; unset or '': none. */
  readonly imageUser?: string;
}

/** As it is after the call. */
interface ContainerAnswer {
  readonly container: EngineContainer;
}

type ResultOf<V extends Verb> = V extends keyof Results ? Results[V] : unknown;

export type Success<V extends Verb = Verb> = {
  [Each in V]: { readonly ok: true; readonly verb: Each } & ResultOf<Each>;
}[V];

export type Outcome<V extends Verb = Verb> = Success<V> | { readonly ok: false; readonly failure: Failure };

/** An action that was done, with the answer to it. */
export type Answered = {
  [V in Verb]: {
    readonly verb: V;
    readonly action: Extract<EngineAction, { readonly verb: V }>;
    readonly result: Success<V>;
  };
}[Verb];

/** The one place where the two meet: an answer to another verb is a mistake of ours. */
export function answered(action: EngineAction, result: Success): Answered {
  if (action.verb !== result.verb) throw new Error(`${action.verb} was answered as ${result.verb}`);
  return { verb: action.verb, action, result } as Answered;
}
