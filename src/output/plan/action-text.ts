import type { EngineAction } from '../../core/runtime/action.ts';
import { readHoldName } from '../../core/runtime/hold.ts';
import { readObjectName } from '../../core/runtime/object-record.ts';
import { kindOf } from '../../core/runtime/labels.ts';
import type { Planned } from '../../core/state/planned.ts';

/** What an action does while it is under way, as a few words without the Pod's name: `pulling image busybox`. */
export function actionText(planned: Planned): string {
  const { action } = planned;
  switch (action.verb) {
    case 'createNetwork':
      return `creating network ${action.name}`;
    case 'removeNetwork':
      return `removing network ${action.target}`;
    case 'createVolume':
      if (heldIn(planned) !== undefined) return `noting that ${heldIn(planned)} is held down`;
      if (recordedIn(planned) !== undefined) return `writing the record of ${recordedIn(planned)}`;
      return isRecord(planned) ? 'writing the record of the Pod' : `creating volume ${action.name}`;
    case 'removeVolume':
      if (heldIn(planned) !== undefined) return `noting that ${heldIn(planned)} is no longer held down`;
      if (recordedIn(planned) !== undefined) return `removing an old record of ${recordedIn(planned)}`;
      return isRecord(planned) ? 'removing an old record of the Pod' : `removing volume ${action.name}`;
    case 'inspectImage':
      return `looking for image ${action.image}`;
    case 'pullImage':
      return `pulling image ${action.image}`;
    case 'inspectBuild':
      return `looking whether image ${action.image} is up to date`;
    case 'buildImage':
      return `building image ${action.image}`;
    case 'prepareHostPath':
      return `checking host path ${action.path}`;
    case 'createContainer':
      return `creating ${containerText(planned)}`;
    case 'prepareVolumes':
      return 'preparing the volumes of the Pod';
    case 'copyImage':
      return `copying image ${action.image} into a volume`;
    case 'ownVolume':
      return `giving volume ${action.target} to group ${action.gid}`;
    case 'measureVolumes':
      return 'measuring the volumes of the Pod';
    case 'readVolumes':
      return 'reading the volumes of the Pod';
    case 'fillVolumes':
      return 'writing the volumes of the Pod';
    case 'readSynced':
      return `looking for what ${containerText(planned)} holds of synced folders`;
    case 'syncFiles':
      return `syncing ${syncedText(action)}`;
    case 'updateContainer':
      return `resizing ${containerText(planned)}`;
    case 'startContainer':
      return `starting ${containerText(planned)}`;
    case 'killContainer':
      return stopText(action.signal, containerText(planned));
    case 'unpauseContainer':
      return `resuming ${containerText(planned)}`;
    case 'removeContainer':
      return `removing ${containerText(planned)}`;
  }
}

/** `2 files to /app`. */
export function syncedText({ put, remove, targets }: Extract<EngineAction, { verb: 'syncFiles' }>): string {
  const count = put.length + remove.length;
  return `${count} file${count === 1 ? '' : 's'} to ${targets.join(', ')}`;
}

/** The container an action is on, in the user's words: the infra container is the Pod's sandbox. */
export function containerText({ action, pod, container }: Planned): string {
  if (container !== undefined) return `container ${container}`;
  return pod === undefined ? `container ${action.target}` : 'the sandbox';
}

/** True for the volume without content whose labels keep what changes in a Pod's life. */
export function isRecord({ action, pod }: Planned): boolean {
  if (action.verb === 'createVolume') return kindOf(action.labels) === 'record';
  // Only its name tells what is removed; no other volume of a Pod has anything after the uid.
  return action.verb === 'removeVolume' && pod !== undefined && action.name.includes(`.record.${pod.uid.slice(0, 8)}.`);
}

/** What the volume that is made or removed holds down, by name; undefined for every other. */
export function heldIn({ action, pod }: Planned): string | undefined {
  if (pod !== undefined || (action.verb !== 'createVolume' && action.verb !== 'removeVolume')) return undefined;
  return readHoldName(action.name);
}

/** The name of the object whose record the volume is that is made or removed; undefined for every other. */
export function recordedIn({ action, pod }: Planned): string | undefined {
  if (pod !== undefined || (action.verb !== 'createVolume' && action.verb !== 'removeVolume')) return undefined;
  return readObjectName(action.name);
}

/** True for what is done to a container or the sandbox: together such steps make one entry of a plan. */
export function isContainerAction({ verb }: EngineAction): boolean {
  return containerVerbs.has(verb);
}

const containerVerbs: ReadonlySet<EngineAction['verb']> = new Set([
  'createContainer',
  'prepareVolumes',
  'syncFiles',
  'startContainer',
  'updateContainer',
  'killContainer',
  'unpauseContainer',
  'removeContainer',
]);

function stopText(signal: string, container: string): string {
  return signal === 'SIGKILL' ? `killing ${container}` : `stopping ${container} (${signal})`;
}
