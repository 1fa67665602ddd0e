/** Engine actions that are one thing to the user become one entry: a container's end, creation and start replace it. */
import { isOnlyNumber } from '../../core/pod/generation.ts';
import type { ContainerLaunch, GatewayLaunch, InfraLaunch, Verb } from '../../core/runtime/action.ts';
import { attemptOf, kindOf, recordOf } from '../../core/runtime/labels.ts';
import type { Planned } from '../../core/state/planned.ts';
import { causeOf } from '../reasons/cause.ts';
import type { Cause } from '../reasons/cause.ts';
import { containerText, heldIn, isContainerAction, isRecord, recordedIn, syncedText } from './action-text.ts';

export interface PlanEntry {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
  readonly causes: readonly Cause[];
  /** Book-keeping, or a look that changes nothing: only worth showing where there is nothing else. */
  readonly quiet: boolean;
}

/** The entries of one Pod, or of what belongs to none, in the order in which each begins. */
export function planEntries(planned: readonly Planned[]): readonly PlanEntry[] {
  const deleted = new Set(planned.filter(isDeletion).map(({ pod }) => pod?.uid ?? ''));
  const subjects = new Map<string, Planned[]>();
  for (const each of planned) {
    const subject = subjectOf(each, deleted);
    subjects.set(subject, [...(subjects.get(subject) ?? []), each]);
  }
  return [...subjects.values()].map(toEntry);
}

function subjectOf(planned: Planned, deleted: ReadonlySet<string>): string {
  const { action, pod, container } = planned;
  const uid = pod?.uid ?? '';
  if (deleted.has(uid) && (endingVerbs.has(action.verb) || isRecord(planned))) return `${uid} deletion`;
  if (isRecord(planned)) return `${uid} record`;
  if (pod !== undefined && isContainerAction(action)) return `${uid} container ${container ?? ''}`;
  return `${uid} ${action.verb} ${action.target}`;
}

const endingVerbs: ReadonlySet<Verb> = new Set(['killContainer', 'removeContainer', 'removeVolume']);

function toEntry(steps: readonly Planned[]): PlanEntry {
  const [first] = steps;
  if (first === undefined) throw new Error('an entry has at least one action');
  if (steps.some(isDeletion)) return deletionEntry(steps);
  const causes = union(steps);
  const { action } = first;
  switch (action.verb) {
    case 'createNetwork':
      return loud('+', `create network ${action.name}`, causes);
    case 'removeNetwork':
      return loud('-', `remove network ${action.target}`, causes);
    case 'createVolume':
    case 'removeVolume':
      if (isRecord(first)) return recordEntry(steps);
      if (heldIn(first) !== undefined) return holdEntry(first, causes);
      if (recordedIn(first) !== undefined) return objectEntry(first, causes);
      if (action.verb === 'removeVolume') return loud('-', `remove volume ${action.name}`, causes);
      return { ...loud('+', `create volume ${action.name}`, causes), quiet: kindOf(action.labels) === 'own' };
    case 'inspectImage':
      return { ...loud('~', `look for image ${action.image}`, causes), quiet: true };
    case 'inspectBuild':
      return { ...loud('~', `look whether image ${action.image} is up to date`, causes), quiet: true };
    case 'pullImage':
      return loud('+', `pull image ${action.image}`, causes);
    case 'buildImage':
      return loud('+', `build image ${action.image}`, causes);
    case 'prepareHostPath': {
      const type = action.type === '' ? '' : ` (${action.type})`;
      return loud('~', `check host path ${action.path}${type}`, causes);
    }
    case 'copyImage':
      return loud('+', `copy image ${action.image} into a volume`, causes);
    case 'ownVolume':
      return loud('~', `give volume ${action.target} to group ${action.gid}`, causes);
    case 'measureVolumes':
      return { ...loud('~', 'measure the volumes of the Pod', causes), quiet: true };
    case 'readVolumes':
      return { ...loud('~', 'read the volumes of the Pod', causes), quiet: true };
    case 'fillVolumes':
      return loud('~', 'write the volumes of the Pod', causes);
    case 'readSynced':
      return { ...loud('~', `look for what ${containerText(first)} holds of synced folders`, causes), quiet: true };
    case 'createContainer':
    case 'prepareVolumes':
    case 'syncFiles':
    case 'startContainer':
    case 'updateContainer':
    case 'killContainer':
    case 'unpauseContainer':
    case 'removeContainer':
      return containerEntry(steps, first);
  }
}

/** What a deletion stops and removes has the deletion's cause: it is named in one line, not in a line each. */
function deletionEntry(steps: readonly Planned[]): PlanEntry {
  const containers = [...new Set(steps.flatMap(({ container }) => container ?? []))].toSorted();
  const emptyDirs = steps.some(({ action }) => action.verb === 'removeVolume' && action.holdsData === true);
  const kind = containers.length === 1 ? 'container' : 'containers';
  const stopped = containers.length === 0 ? '' : ` with ${kind} ${containers.join(', ')}`;
  const lost = emptyDirs ? ' and what its emptyDir volumes hold' : '';
  return loud('-', `delete the Pod${stopped}${lost}`, union(steps.filter(isDeletion)));
}

function recordEntry(steps: readonly Planned[]): PlanEntry {
  const written = steps.filter(({ action }) => action.verb === 'createVolume');
  // What is written of a container is why it is ended: that is an entry of its own.
  const ofPod = written.filter(({ container, because }) => container === undefined && !isOnlyNumber(because));
  if (ofPod.length > 0) return loud('~', 'update the Pod in place', union(ofPod));
  if (written.length > 0) return { ...loud('~', 'write the record of the Pod', union(written)), quiet: true };
  return { ...loud('-', 'remove an old record of the Pod', union(steps)), quiet: true };
}

const holdEntry = (planned: Planned, causes: readonly Cause[]): PlanEntry =>
  planned.action.verb === 'createVolume'
    ? loud('-', `hold ${heldIn(planned)} down`, causes)
    : loud('+', `hold ${heldIn(planned)} down no longer`, causes);

const objectEntry = (planned: Planned, causes: readonly Cause[]): PlanEntry =>
  planned.action.verb === 'createVolume'
    ? { ...loud('~', `write the record of ${recordedIn(planned)}`, causes), quiet: true }
    : { ...loud('-', `remove an old record of ${recordedIn(planned)}`, causes), quiet: true };

function containerEntry(steps: readonly Planned[], first: Planned): PlanEntry {
  const name = containerText(first);
  const of = (...verbs: readonly Verb[]) => steps.filter(({ action }) => verbs.includes(action.verb));
  const [created, stopped, removed] = [of('createContainer'), of('killContainer'), of('removeContainer')];
  const started = of('createContainer', 'startContainer').length > 0;
  if (started && stopped.length > 0)
    return loud('~', `replace ${name}${attemptText(created)}${privilegedText(created)}`, union(stopped));
  if (started) {
    const isNewPod = first.container === undefined && created.length > 0 && attemptText(created) === '';
    const text = isNewPod ? 'create the Pod' : `start ${name}${attemptText(created)}${privilegedText(created)}`;
    return loud('+', text, union(created.length > 0 ? created : of('startContainer')));
  }
  if (stopped.length > 0 && removed.length > 0) return loud('-', `stop and remove ${name}`, union(stopped));
  if (stopped.length > 0) return loud('-', `stop ${name}${signalText(stopped)}`, union(stopped));
  if (removed.length > 0) return loud('-', `remove ${name}`, union(removed));
  const [synced] = of('syncFiles').map(({ action }) => (action.verb === 'syncFiles' ? syncedText(action) : ''));
  if (synced !== undefined) return loud('~', `sync ${synced} in ${name}`, union(of('syncFiles')));
  if (of('updateContainer').length > 0) return loud('~', `resize ${name} in place`, union(of('updateContainer')));
  return of('unpauseContainer').length > 0
    ? loud('~', `resume ${name}`, union(steps))
    : loud('~', 'prepare the volumes of the Pod', union(steps));
}

function attemptText(created: readonly Planned[]): string {
  const attempts = created.map(({ action }) =>
    action.verb === 'createContainer' ? attemptOf(action.launch.labels) : 0,
  );
  const last = Math.max(0, ...attempts);
  return last === 0 ? '' : ` (attempt ${last})`;
}

/** What may do anything to the machine is not started without that being said. */
const privilegedText = (created: readonly Planned[]): string =>
  created.some(({ action }) => action.verb === 'createContainer' && isPrivileged(action.launch)) ? ', privileged' : '';

const isPrivileged = (launch: ContainerLaunch | InfraLaunch | GatewayLaunch): boolean =>
  launch.role === 'container' && launch.security.privileged;

function signalText(stopped: readonly Planned[]): string {
  const signals = stopped.flatMap(({ action }) => (action.verb === 'killContainer' ? action.signal : []));
  return ` (${[...new Set(signals)].join(', ')})`;
}

function isDeletion({ action, pod }: Planned): boolean {
  return pod !== undefined && action.verb === 'createVolume' && recordOf(action.labels)?.deletion !== undefined;
}

function loud(sign: PlanEntry['sign'], text: string, causes: readonly Cause[]): PlanEntry {
  return { sign, text, causes, quiet: false };
}

/** Every cause once. */
function union(steps: readonly Planned[]): readonly Cause[] {
  const causes = steps.flatMap(({ because }) => because.map(causeOf));
  return [...new Map(causes.map((cause) => [JSON.stringify(cause), cause])).values()];
}
