import type { PodDiagnosis } from './api.ts';

/**
 * `InvalidFile`: there is no file, or it is not valid; `InvalidOption`: an option or a name is wrong; `NoEngine`: none
 * answers; `EngineFailed`: it refused, or stopped answering; `StartFailed`: a Pod or Job failed for good; `TimedOut`;
 * `InUse`: another podrun has the project; `Ended`: the instance was taken down; `NotFound`: it has no such Pod,
 * container or port; `NotRemoved`: something could not be taken down.
 */
export type PodrunErrorCode =
  | 'InvalidFile'
  | 'InvalidOption'
  | 'NoEngine'
  | 'EngineFailed'
  | 'StartFailed'
  | 'TimedOut'
  | 'InUse'
  | 'Ended'
  | 'NotFound'
  | 'NotRemoved';

/** What the library rejects with. Its message has all of the diagnosis as text: a test runner shows it. */
export class PodrunError extends Error {
  readonly code: PodrunErrorCode;
  /** Of each Pod that is not as it should be, why; those in trouble first. Empty where that is not what went wrong. */
  readonly diagnosis: readonly PodDiagnosis[];

  constructor(code: PodrunErrorCode, message: string, diagnosis: readonly PodDiagnosis[] = []) {
    super(message);
    this.name = 'PodrunError';
    this.code = code;
    this.diagnosis = diagnosis;
  }
}
