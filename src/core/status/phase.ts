/** A Pod's phase from its containers' statuses (kubelet_pods.go getPhase). */
import type { ContainerStatus } from 'kubernetes-types/core/v1.js';
import type { PodSpec } from '../../model/pod.ts';
import { isSidecar } from '../runtime/facts.ts';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface Statuses {
  /** In the file's order. */
  readonly init: readonly ContainerStatus[];
  readonly regular: readonly ContainerStatus[];
}

/** @param isFinished every regular container has ended and none starts again, or an init container has failed for good */
export function podPhase(spec: PodSpec, { init, regular }: Statuses, isFinished: boolean): Phase {
  const plain = init.filter((status) => !isSidecarStatus(spec, status));
  const begun = regular.some((status) => status.state?.running !== undefined || hasTerminated(status));
  if (isFinished && !begun) return 'Failed';
  if (!begun && plain.some((status) => status.state?.terminated?.exitCode !== 0)) return 'Pending';
  if (!begun && init.some((status) => isSidecarStatus(spec, status) && status.started !== true)) return 'Pending';
  if (regular.some((status) => status.state?.waiting !== undefined && !hasTerminated(status))) return 'Pending';
  if (regular.some((status) => status.state?.running !== undefined)) return 'Running';
  // Its sidecars are still being stopped.
  if (!isFinished || hasSidecar(spec, init)) return 'Running';
  return regular.every((status) => lastExitCode(status) === 0) ? 'Succeeded' : 'Failed';
}

/** A deleted Pod once nothing of it runs: whatever its restartPolicy, it has succeeded if all its containers have. */
export const deletedPhase = ({ regular }: Statuses): 'Succeeded' | 'Failed' =>
  regular.every(({ state }) => state?.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';

/** A phase that no Pod leaves. */
export const isOver = (phase: Phase | undefined): phase is 'Succeeded' | 'Failed' =>
  phase === 'Succeeded' || phase === 'Failed';

/** True while a sidecar runs. */
export const hasSidecar = (spec: PodSpec, init: Statuses['init']): boolean =>
  init.some((status) => isSidecarStatus(spec, status) && status.state?.running !== undefined);

const hasTerminated = ({ state, lastState }: ContainerStatus): boolean =>
  state?.terminated !== undefined || lastState?.terminated !== undefined;

const lastExitCode = ({ state, lastState }: ContainerStatus): number | undefined =>
  (state?.terminated ?? lastState?.terminated)?.exitCode;

export const isSidecarStatus = (spec: PodSpec, { name }: ContainerStatus): boolean =>
  spec.initContainers.some((container) => container.name === name && isSidecar(container));
