/** That a Pod's imagePullSecrets are not there: told once a life, the pull goes on (pkg/kubelet/kubelet_pods.go getPullSecretsForPod). */
import { makeEvent } from './event.ts';
import type { PodEvent, Scene } from './event.ts';
import { lastTold } from './event-log.ts';
import type { PodRef } from './pod-ref.ts';
import { missingPullSecrets } from './pull-secrets.ts';

const reason = 'FailedToRetrieveImagePullSecret';

/** Of Pods that begin, and of those for which a pull begins. */
export function secretEvents(scene: Scene): readonly PodEvent[] {
  const { before, after, effects, log } = scene;
  const known = new Set(before.memory.newUids.values());
  const fresh = [...after.memory.newUids.values()].filter((uid) => !known.has(uid));
  const pulling = effects.flatMap((effect) =>
    effect.kind === 'perform' && effect.planned.action.verb === 'pullImage' ? (effect.planned.pod?.uid ?? []) : [],
  );
  return [...new Set([...fresh, ...pulling])].flatMap((uid) => {
    const pod = after.memory.applied.get(uid);
    const missing = pod === undefined ? [] : missingPullSecrets(pod, after.project?.objects ?? []);
    if (pod === undefined || missing.length === 0) return [];
    const ref: PodRef = { name: pod.metadata.name, namespace: pod.metadata.namespace, uid };
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    return lastTold(log, ref, { reason, message }) === undefined
      ? [makeEvent(scene, 'Warning', reason, message, ref)]
      : [];
  });
}
