/** What scenarios ask of a Pod as `ps -o json` tells it. */
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';

/** The status of a container, an init container or a sidecar. */
export function statusOf({ status }: Pod, container: string): ContainerStatus {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const found = all.find(({ name }) => name === container);
  if (found === undefined) throw new Error(`there is no container ${container}`);
  return found;
}

export const conditionOf = ({ status }: Pod, type: string) => status?.conditions?.find((each) => each.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

export const isPhase =
  (phase: string) =>
  ({ status }: Pod): boolean =>
    status?.phase === phase;

export const hasRestarts =
  (container: string, count: number) =>
  (pod: Pod): boolean =>
    statusOf(pod, container).restartCount >= count;
