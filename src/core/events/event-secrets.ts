/** That a Pod's imagePullSecrets are not there: told once a life, the pull goes on (pkg/kubelet/kubelet_pods.go getPullSecretsForPod). */
import { appliedOf, makeEvent } from './event.ts';
import type { PodEvent, Scene } from './event.ts';
import { lastTold } from './event-log.ts';
import { changedPods } from '../state/pod-changes.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { missingPullSecrets } from '../images/pull-secrets.ts';

const reason = 'FailedToRetrieveImagePullSecret';

/** Of Pods that begin, and of those for which a pull begins. */
export function secretEvents(scene: Scene): readonly PodEvent[] {
  const { before, after, effects, log } = scene;
  const fresh = changedPods(before, after).flatMap(({ before: was, after: is }): PodRef[] => {
    const uid = is?.memory.newUid;
    const metadata = is?.desired?.metadata;
    if (uid === undefined || metadata === undefined || uid === was?.memory.newUid) return [];
    return [{ name: metadata.name, namespace: metadata.namespace, uid }];
  });
  const pulling = effects.flatMap((effect) =>
    effect.kind === 'perform' && effect.planned.action.verb === 'pullImage' ? (effect.planned.pod ?? []) : [],
  );
  const refs = new Map([...fresh, ...pulling].map((ref) => [ref.uid, ref]));
  return [...refs.values()].flatMap((ref) => {
    const pod = appliedOf(after, ref);
    const missing = pod === undefined ? [] : missingPullSecrets(pod, after.project?.objects ?? []);
    if (missing.length === 0) return [];
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    return lastTold(log, ref, { reason, message }) === undefined
      ? [makeEvent(scene, 'Warning', reason, message, ref)]
      : [];
  });
}
