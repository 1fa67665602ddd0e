import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from 'kubernetes-types/core/v1.js';

export const nowMs = Date.parse('2026-01-01T01:00:00Z');

/** A Pod of the cluster's own words, an hour old less five minutes. */
export function makePod(
  status: PodStatus,
  {
    init = [],
    ...metadata
  }: { init?: Container[]; name?: string; namespace?: string; uid?: string; deletionTimestamp?: string } = {},
): Pod {
  const regular = (status.containerStatuses ?? []).map(({ name }) => ({ name, image: 'busybox' }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-01-01T00:05:00Z', ...metadata },
    spec: { containers: regular.length > 0 ? regular : [{ name: 'app', image: 'busybox' }], initContainers: init },
    status,
  };
}

export function makeStatus(name: string, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, image: 'busybox', imageID: '', ready: false, restartCount: 0, state, lastState: {}, ...more };
}

export const running: ContainerState = { running: { startedAt: '2026-01-01T00:06:00Z' } };

export const waiting = (reason: string): ContainerState => ({ waiting: { reason } });

export const ended = (exitCode: number, reason?: string, signal?: number): ContainerState => ({
  terminated: {
    exitCode,
    finishedAt: '2026-01-01T00:54:58Z',
    ...(reason === undefined ? {} : { reason }),
    ...(signal === undefined ? {} : { signal }),
  },
});
