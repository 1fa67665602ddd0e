/** A disk emptyDir that outgrows its sizeLimit ends its Pod (pkg/kubelet/eviction localStorageEviction). */
import type { Pod } from '../../model/pod.ts';
import type { Life } from './life.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { reason } from '../runtime/reason.ts';
import { wakeAt, want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { infraMountPath } from '../spec/pod-volumes.ts';
import { bytes } from '../spec/qos.ts';

/** The kubelet's eviction monitor. */
const measureEveryMs = 10_000;

/** Measures the volumes that have a limit, each time that it is due. */
export function planMeasure({ p, pod, observed, infra }: Life): void {
  const limited = limitedVolumes(pod);
  if (limited.length === 0) return;
  const { id, name: target, startedAtMs = p.nowMs } = infra.container;
  const dueMs = (p.memory.measured.get(id)?.atMs ?? startedAtMs) + measureEveryMs;
  if (p.nowMs < dueMs) return wakeAt(p, dueMs);
  const action = { verb: 'measureVolumes', target, id, paths: limited.map(({ path }) => path) } as const;
  want(p, { action, because: reason('sizeLimit'), pod: observed });
}

/** Why the Pod is to be ended; undefined while all its volumes are within their limits. */
export function evictionMessage(p: PodPlanner, pod: Pod, observed: ObservedPod): string | undefined {
  const used = p.memory.measured.get(observed.infras[0]?.container.id ?? '')?.usedBytes ?? {};
  const over = limitedVolumes(pod).find(({ path, limit }) => (used[path] ?? 0) > bytes(limit));
  return over && `Usage of EmptyDir volume "${over.name}" exceeds the limit "${over.limit}". `;
}

function limitedVolumes({ spec }: Pod) {
  return spec.volumes.flatMap(({ name, emptyDir }) =>
    emptyDir?.medium === '' && emptyDir.sizeLimit !== undefined
      ? [{ name, path: infraMountPath(name), limit: emptyDir.sizeLimit }]
      : [],
  );
}
