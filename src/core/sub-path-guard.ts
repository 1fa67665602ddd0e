import type { Container } from '../manifest/types.ts';
import type { SubPathGuard } from './action.ts';
import { isConfigVolume } from './content.ts';
import { allContainers } from './facts.ts';
import type { Life } from './life.ts';
import { infraMountPath } from './pod-volumes.ts';
import { allInstances } from './sandbox.ts';

/** What must be shown around the start of a container that mounts by subPath; what only podrun writes needs no proof. */
export function subPathGuard({ pod, observed, infra }: Life, container: Container): SubPathGuard | undefined {
  const ofConfig = new Set(pod.spec.volumes.filter(isConfigVolume).map(({ name }) => name));
  const mounts = container.volumeMounts.filter(
    ({ name, subPath, subPathExpr }) => (subPath ?? subPathExpr) !== undefined && !ofConfig.has(name),
  );
  if (mounts.length === 0) return undefined;
  const volumes = new Set(mounts.map((mount) => mount.name));
  const writers = allContainers(pod.spec).filter((other) =>
    other.volumeMounts.some((m) => volumes.has(m.name) && !m.readOnly),
  );
  const running = allInstances(observed).filter(
    (instance) => instance.container.state === 'running' && writers.some((writer) => writer.name === instance.name),
  );
  return {
    infraId: infra.container.id,
    roots: mounts.map(({ name }) => infraMountPath(name)),
    pauseIds: running.map((instance) => instance.container.id),
  };
}
