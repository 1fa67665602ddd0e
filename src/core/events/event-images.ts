/** The events of a container's image: pulled, built, or there already (pkg/kubelet/images/image_manager.go). */
import type { EngineAction } from '../runtime/action.ts';
import { fieldPathOf, makeEvent } from './event.ts';
import type { PodEvent, Scene } from './event.ts';
import { lastTold } from './event-log.ts';
import type { PodRef } from '../runtime/pod-ref.ts';

interface Words {
  readonly began: string;
  readonly beganText: string;
  readonly done: string;
  readonly doneText: string;
}

const wordsOfPull = (image: string): Words => ({
  ...{ began: 'Pulling', beganText: `Pulling image "${image}"` },
  ...{ done: 'Pulled', doneText: `Successfully pulled image "${image}"` },
});

/** In the words of a pull: Kubernetes builds nothing. */
const wordsOfBuild = (image: string): Words => ({
  ...{ began: 'Building', beganText: `Building image "${image}"` },
  ...{ done: 'Built', doneText: `Successfully built image "${image}"` },
});

type ImageAction = Extract<EngineAction, { verb: 'pullImage' | 'buildImage' }>;

const wordsOf = ({ verb, image }: ImageAction): Words =>
  verb === 'pullImage' ? wordsOfPull(image) : wordsOfBuild(image);

/** It begins. */
export function imageComing(scene: Scene, action: ImageAction, pod: PodRef, container: string): PodEvent[] {
  const { began, beganText } = wordsOf(action);
  return [makeEvent(scene, 'Normal', began, beganText, pod, container)];
}

/** It is there, and how long that took. */
export function imageCame(scene: Scene, action: ImageAction, pod: PodRef, container: string): PodEvent[] {
  const words = wordsOf(action);
  const fieldPath = fieldPathOf(scene, pod, container);
  const began = lastTold(scene.log, pod, { reason: words.began, message: words.beganText, fieldPath });
  const took = began === undefined ? '' : ` in ${goMilliseconds(scene.nowMs - began.lastMs)}`;
  return [makeEvent(scene, 'Normal', words.done, `${words.doneText}${took}`, pod, container)];
}

/** The image of a start for which nothing was pulled or built. */
export function imagePresent(scene: Scene, image: string, pod: PodRef, container: string): PodEvent[] {
  const fieldPath = fieldPathOf(scene, pod, container);
  const created = lastTold(scene.log, pod, { reason: 'Created', fieldPath });
  const came = [wordsOfPull(image), wordsOfBuild(image)].some(({ began, beganText }) => {
    const told = lastTold(scene.log, pod, { reason: began, message: beganText, fieldPath });
    return told !== undefined && told.change > (created?.change ?? 0);
  });
  if (came) return [];
  return [
    makeEvent(scene, 'Normal', 'Pulled', `Container image "${image}" already present on machine`, pod, container),
  ];
}

/** Go's time.Duration, to the millisecond: `345ms`, `1.2s`, `1m5.25s`. */
function goMilliseconds(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${Number(((ms % 60_000) / 1000).toFixed(3))}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
