/** What an edit takes away: a file that is read while it is being written says so of all that is not written yet. */
import { podKey } from '../core/runtime/pod-ref.ts';
import { workloadOf } from '../core/admission/workload.ts';
import type { Pod } from '../model/pod.ts';
import type { Project } from '../model/project.ts';

/** What the project names and the next one does not, each with its kind and told once; a controller's Pods are counted. */
export function lostBy(before: Project, next: Project): readonly string[] {
  const left = [...namesOf(next)];
  const lost = namesOf(before).filter((name) => {
    const found = left.indexOf(name);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
  // A Pod that goes takes all that is of it along.
  return [...new Set(lost)].filter((name) => !lost.some((whole) => name.endsWith(` of ${whole}`)));
}

function namesOf({ pods, objects, claims, cronJobs = [] }: Project): readonly string[] {
  return [
    ...pods.flatMap(partsOf),
    ...objects.map(({ kind, ...object }) => `${kind} ${podKey(object)}`),
    ...claims.map((claim) => `PersistentVolumeClaim ${podKey(claim)}`),
    ...cronJobs.map((cron) => `CronJob ${podKey(cron)}`),
  ];
}

/** The Pods of another template are the same controller's. */
function partsOf({ metadata, spec }: Pod): readonly string[] {
  const { namespace, ownerReference, labels } = metadata;
  const workload = workloadOf(namespace, ownerReference, labels)?.split('/');
  const pod = workload ? `Pod of ${workload[1]} ${workload[0]}/${workload[2]}` : `Pod ${podKey(metadata)}`;
  const containers = [...spec.initContainers, ...spec.containers].map(({ name }) => `container ${name} of ${pod}`);
  return [pod, ...containers, ...spec.volumes.map(({ name }) => `volume ${name} of ${pod}`)];
}
