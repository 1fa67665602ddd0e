/** What a call that failed says, for each Pod that waits for it. */
import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Failure } from '../runtime/action.ts';
import { appliedOf, makeEvent } from './event.ts';
import type { PodEvent, Scene } from './event.ts';
import { allContainers } from '../runtime/facts.ts';
import { briefText, failureText } from '../runtime/failure-text.ts';
import { imageTrouble } from '../images/image-trouble.ts';
import { imageUses } from '../images/image-uses.ts';
import type { ImageUse } from '../images/image-uses.ts';
import { kindOf, label, recordOf } from '../runtime/labels.ts';
import type { Labels } from '../runtime/labels.ts';
import { mountText } from '../spec/mount-text.ts';
import { claimVolumeName } from '../runtime/names.ts';
import type { Planned } from '../state/planned.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podAt } from '../state/pod-table.ts';
import { podList } from '../status/status.ts';

/** An answer that only says "look again" is no news; nor is that an image must be pulled first. */
export function failureEvents(scene: Scene, planned: Planned, failure: Failure): PodEvent[] {
  const { action, pod, container } = planned;
  const message = failureText(failure);
  const image = action.verb === 'pullImage' || action.verb === 'inspectImage' || action.verb === 'buildImage';
  if (failure.kind !== 'refused' && failure.kind !== 'config' && !(failure.kind === 'noImage' && image)) return [];
  const warn = (reason: string, text: string) =>
    pod === undefined ? [] : [makeEvent(scene, 'Warning', reason, text, pod, container)];
  switch (action.verb) {
    case 'pullImage':
    case 'inspectImage':
    case 'inspectBuild':
    case 'buildImage':
      return imageEvents(scene, planned, action.image, failure);
    case 'createContainer':
    case 'startContainer':
    case 'copyImage':
      return container === undefined
        ? warn('FailedCreatePodSandBox', sandboxText(message))
        : warn('Failed', `Error: ${message}`);
    case 'prepareVolumes':
      return warn('FailedCreatePodSandBox', sandboxText(message));
    case 'createVolume':
      return volumeEvents(scene, planned, action.labels, action.name, message);
    case 'prepareHostPath':
      return mountFailures(
        scene,
        message,
        ({ hostPath }) => hostPath?.path === action.path && hostPath.type === action.type,
      );
    case 'createNetwork':
      return unsandboxed(scene).map((ref) =>
        makeEvent(scene, 'Warning', 'NetworkNotReady', `network is not ready: ${message}`, ref),
      );
    case 'ownVolume':
    case 'readVolumes':
    case 'measureVolumes':
    case 'fillVolumes':
      return warn('FailedMount', `MountVolume.SetUp failed: ${message}`);
    case 'updateContainer':
      return warn('ResizeError', `Resize of container ${container ?? ''} failed: ${message}`);
    case 'syncFiles':
    case 'readSynced':
      return warn('FailedSync', `error syncing files: ${message}`);
    case 'killContainer':
      return warn('FailedKillPod', `error killing pod: ${message}`);
    default:
      return warn('FailedSync', `error determining status: ${message}`);
  }
}

const sandboxText = (message: string): string => `Failed to create pod sandbox: ${message}`;

function volumeEvents(scene: Scene, { pod }: Planned, labels: Labels, name: string, message: string): PodEvent[] {
  if (kindOf(labels) === 'claim')
    return mountFailures(
      scene,
      message,
      (volume, { namespace }) =>
        volume.persistentVolumeClaim !== undefined &&
        claimVolumeName(scene.after.self.project, { name: volume.persistentVolumeClaim.claimName, namespace }) === name,
    );
  if (pod === undefined) return [];
  if (kindOf(labels) !== 'record')
    return [makeEvent(scene, 'Warning', 'FailedMount', mountText(labels[label.volume] ?? name, message), pod)];
  const deleting = recordOf(labels)?.deletion !== undefined;
  return [
    makeEvent(
      scene,
      'Warning',
      deleting ? 'FailedKillPod' : 'FailedSync',
      `${deleting ? 'error killing pod' : 'error syncing pod'}: ${message}`,
      pod,
    ),
  ];
}

type Volume = NonNullable<NonNullable<KubernetesPod['spec']>['volumes']>[number];

/** A volume of several Pods is set up once: each that waits for it says so. */
function mountFailures(scene: Scene, message: string, isIt: (volume: Volume, pod: PodRef) => boolean): PodEvent[] {
  return waitingPods(scene).flatMap(({ ref, pod }) =>
    (pod.spec?.volumes ?? [])
      .filter((volume) => isIt(volume, ref))
      .map((volume) => makeEvent(scene, 'Warning', 'FailedMount', mountText(volume.name, message), ref)),
  );
}

/** Those whose sandbox the image is, those whose containers want it, and the one for whose next life it was asked. */
function imageEvents(scene: Scene, planned: Planned, image: string, failure: Failure): PodEvent[] {
  const { pod, container } = planned;
  const told: PodEvent[] = [];
  if (image === scene.after.self.infraImage && isPullTrouble(scene, image, failure)) {
    const text = sandboxText(`failed to get sandbox image "${image}": ${failure.message}`);
    told.push(...unsandboxed(scene).map((ref) => makeEvent(scene, 'Warning', 'FailedCreatePodSandBox', text, ref)));
  }
  let own = pod === undefined || container === undefined;
  for (const { ref, pod: shown } of podsOf(scene)) {
    for (const { name, use } of usersOf(scene, ref, image)) {
      const why = imageTrouble(scene.after.shared, use, scene.nowMs)?.reason ?? '';
      const shows = statusesOf(shown).some((each) => each.name === name && each.state?.waiting?.reason === why);
      // The look for an image while a failed pull waits is no pull.
      const isPull = planned.action.verb === 'pullImage' || !pullReasons.has(why);
      const events = shows && isPull ? troubleEvents(scene, ref, name, image, why, failure) : [];
      own ||= events.length > 0 && ref.uid === pod?.uid && name === container;
      told.push(...events);
    }
  }
  if (!own && pod !== undefined && container !== undefined)
    told.push(...troubleEvents(scene, pod, container, image, replacementTrouble(scene, planned, failure), failure));
  return told;
}

const pullReasons: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff']);

/** The Pod's containers that take the image, for themselves or by a volume. */
function usersOf({ after }: Scene, ref: PodRef, image: string): readonly { name: string; use: ImageUse }[] {
  const spec = appliedOf(after, ref)?.spec;
  if (spec === undefined) return [];
  return allContainers(spec).flatMap((container) =>
    imageUses(spec, container)
      .filter((use) => use.image === image)
      .map((use) => ({ name: container.name, use })),
  );
}

/** The container of now runs on while the image of the next one does not come: no status says why. */
function replacementTrouble({ after }: Scene, { action, pod, container }: Planned, failure: Failure): string {
  if (action.verb === 'pullImage') return 'ErrImagePull';
  if (action.verb === 'inspectBuild' || action.verb === 'buildImage') return 'ErrImageBuild';
  if (failure.kind === 'refused') return 'ImageInspectError';
  const desired = after.project?.pods.find(({ metadata }) => pod !== undefined && podKey(metadata) === podKey(pod));
  const wanted = desired && allContainers(desired.spec).find(({ name }) => name === container);
  return wanted?.imagePullPolicy === 'Never' ? 'ErrImageNeverPull' : '';
}

/** That an image is not there is trouble only once it cannot be pulled. */
function isPullTrouble({ after }: Scene, image: string, failure: Failure): boolean {
  return failure.kind === 'refused' || after.shared.retries.has(`pullImage ${image}`);
}

/** @param why the reason that the container's status gives for its waiting */
function troubleEvents(
  scene: Scene,
  pod: PodRef,
  container: string,
  image: string,
  why: string,
  failure: Failure,
): PodEvent[] {
  const warn = (reason: string, text: string) => makeEvent(scene, 'Warning', reason, text, pod, container);
  switch (why) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return [
        warn('Failed', `Failed to pull image "${image}": ${failure.message}`),
        warn('Failed', 'Error: ErrImagePull'),
        makeEvent(scene, 'Normal', 'BackOff', `Back-off pulling image "${image}"`, pod, container),
        warn('Failed', 'Error: ImagePullBackOff'),
      ];
    case 'ErrImageBuild':
      return [
        warn('Failed', `Failed to build image "${image}": ${briefText(failure)}`),
        warn('Failed', `Error: ${why}`),
        ...(failure.lasting === true
          ? []
          : [makeEvent(scene, 'Normal', 'BackOff', `Back-off building image "${image}"`, pod, container)]),
      ];
    case 'ErrImageNeverPull':
      return [
        warn(why, `Container image "${image}" is not present with pull policy of Never`),
        warn('Failed', `Error: ${why}`),
      ];
    case 'ImageInspectError':
      return [
        warn('InspectFailed', `Failed to inspect image "${image}": ${failure.message}`),
        warn('Failed', `Error: ${why}`),
      ];
    default:
      return [];
  }
}

interface Shown {
  readonly ref: PodRef;
  readonly pod: KubernetesPod;
}

/** The Pods as their status shows them; one that is not on the engine yet has its uid from the memory. */
function podsOf({ after, nowMs }: Scene): readonly Shown[] {
  return podList(after, nowMs).flatMap((pod) => {
    const {
      name = '',
      namespace = '',
      uid = podAt(after.pods, `${namespace}/${name}`)?.memory.newUid,
    } = pod.metadata ?? {};
    return uid === undefined ? [] : [{ ref: { name, namespace, uid }, pod }];
  });
}

/** Those that are to have a sandbox and have none. */
function waitingPods(scene: Scene): readonly Shown[] {
  return podsOf(scene).filter(({ pod: { metadata, status } }) => {
    const sandbox = status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers');
    const over = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    return !over && metadata?.deletionTimestamp === undefined && sandbox?.status !== 'True';
  });
}

const unsandboxed = (scene: Scene): readonly PodRef[] => waitingPods(scene).map(({ ref }) => ref);

const statusesOf = ({ status }: KubernetesPod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];
