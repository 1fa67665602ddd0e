/** `import { up } from 'podrun'`: an instance of a project for the tests, or whatever else, of this process. */
import type {
  ConditionReason,
  ContainerOptions,
  ContainerState,
  ContainerStatus,
  DownOptions,
  Endpoint,
  Event,
  ExecOptions,
  ExecResult,
  Instance,
  LogOptions,
  Pod,
  PodCondition,
  PodDiagnosis,
  PodObject,
  UpOptions,
  WaitOptions,
} from './lib/api.ts';
import { PodrunError } from './lib/podrun-error.ts';
import type { PodrunErrorCode } from './lib/podrun-error.ts';

export { PodrunError };
export type { ConditionReason, ContainerOptions, ContainerState, ContainerStatus, DownOptions, Endpoint, Event };
export type { ExecOptions, ExecResult, Instance, LogOptions, Pod, PodCondition, PodDiagnosis, PodObject };
export type { PodrunErrorCode, UpOptions, WaitOptions };

/**
 * Brings an instance of the project up, under a name and with host ports of its own, and supervises it in this process.
 * Resolves when every Pod is Ready or has Succeeded and every Job is Complete. Else what there is goes again, and it
 * rejects with a {@link PodrunError} that says why.
 *
 * Until `down` the process does not end by itself. What a killed one leaves, the next `up`, `podrun run` or `podrun gc`
 * removes. Signals, streams and the environment are left alone.
 */
export async function up(options: UpOptions = {}): Promise<Instance> {
  const { start } = await import('./library.ts');
  return start(options);
}
