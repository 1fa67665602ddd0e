/** What a command asks of a Pod: that containers of it are restarted, or that it is deleted, to be made anew. */
import { withEntry, withoutEntry } from '../state/entries.ts';
import type { Container } from '../../model/container.ts';
import type { Verb } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import { allContainers, isSidecar } from '../runtime/facts.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { hasEnded } from './restart.ts';
import { isOver } from '../status/phase.ts';
import type { PodMemory, PodMemoryDraft } from '../state/pod-memory.ts';
import { forgiveShared } from '../state/retries.ts';
import type { Memories } from '../state/retries.ts';

/** For one life of a Pod, or several while an older one ends: the youngest is meant. */
export interface RestartCommand {
  readonly kind: 'restart';
  readonly pod: string;
  /** Unset: all but the plain init containers. */
  readonly container?: string;
}

export interface DeleteCommand {
  readonly kind: 'delete';
  readonly pod: string;
  /** Overrides the Pod's own grace. */
  readonly graceSeconds?: number;
}

/** What is remembered of the Pod, and of what it shares with others. */
type PodMemories = Memories & { readonly pod: PodMemoryDraft };

/**
 * Remembers which instances are to be followed by new ones: by id, so that a command is carried out once, however often
 * it is looked at. The record has it next, and with it whoever supervises then. What is about to start is new already.
 */
export function takeRestart(
  memories: PodMemories,
  pod: ObservedPod | undefined,
  { container: only }: Pick<RestartCommand, 'container'>,
  because: readonly Reason[] = [],
): void {
  const { pod: memory } = memories;
  const spec = pod && memory.applied.get(pod.uid)?.spec;
  if (pod === undefined || spec === undefined || isDone(memory, pod)) return;
  for (const container of allContainers(spec))
    if (only === undefined || only === container.name) tryAgain(memories, pod, container);
  const ids = [...spec.initContainers.filter(isSidecar), ...spec.containers].flatMap(({ name }) => {
    const newest = pod.instances.get(name)?.[0]?.container;
    if (newest === undefined || (only !== undefined && only !== name)) return [];
    return newest.startedAtMs === undefined && !hasEnded(newest) ? [] : [[name, newest.id] as const];
  });
  // Of a finished Pod nothing may be left but its end.
  if (ids.length === 0 && pod.record.end === undefined) return;
  memory.restarts = withEntry(memory.restarts, pod.uid, {
    ...memory.restarts.get(pod.uid),
    ...Object.fromEntries(ids),
  });
  if (because.length > 0) for (const [, id] of ids) memory.restartWhy = withEntry(memory.restartWhy, id, because);
}

/** A Job's Pod that has ended is counted: were it to run again, its Job would delete it. */
function isDone({ statuses }: PodMemory, { uid, facts, record }: ObservedPod): boolean {
  const owner = facts?.live.owner ?? record.end?.facts.live.owner;
  return owner?.kind === 'Job' && (record.end !== undefined || isOver(statuses.get(uid)?.phase));
}

/** What has not started, or waits to be tried again, is tried at once. */
function tryAgain({ shared, pod }: PodMemories, { uid }: ObservedPod, { name, image }: Container): void {
  for (const [key, { verb, target }] of pod.retries)
    if (containerVerbs.has(verb) && target.includes(`.${name}.${uid.slice(0, 8)}.`))
      pod.retries = withoutEntry(pod.retries, key);
  forgiveShared(shared, ...[...imageVerbs].map((verb) => `${verb} ${image}`));
}

const containerVerbs: ReadonlySet<Verb> = new Set<Verb>(['createContainer', 'startContainer']);
const imageVerbs: ReadonlySet<Verb> = new Set<Verb>(['inspectImage', 'pullImage', 'inspectBuild', 'buildImage']);

/** A later deletion only shortens. A Pod that nothing is there of yet is made anew under another uid. */
export function takeDelete(
  memory: PodMemoryDraft,
  pod: ObservedPod | undefined,
  { graceSeconds }: DeleteCommand,
): void {
  if (pod === undefined) {
    memory.newUid = undefined;
    return;
  }
  const before = memory.deletions.get(pod.uid)?.graceSeconds;
  const graces = [before, graceSeconds].filter((grace) => grace !== undefined);
  memory.deletions = withEntry(
    memory.deletions,
    pod.uid,
    graces.length === 0 ? {} : { graceSeconds: Math.min(...graces) },
  );
}

/** An instance is to be followed by a new one: a command or an edit of files said so. */
export const isToRestart = ({ record }: ObservedPod, { name, container }: Instance): boolean =>
  record.restarts?.[name] === container.id;

/** Why it is, when it is. */
export function restartReasons(memory: PodMemory, pod: ObservedPod, instance: Instance): readonly Reason[] {
  return isToRestart(pod, instance) ? (memory.restartWhy.get(instance.container.id) ?? askedFor) : [];
}

/** Why restarts are asked for that no record shows yet; empty where none are. */
export function restartCauses({ restarts, restartWhy }: PodMemory, uid: string, asked: Reason): readonly Reason[] {
  const ids = restarts.get(uid);
  if (ids === undefined) return [];
  const why = Object.values(ids).flatMap((id) => restartWhy.get(id) ?? []);
  return why.length > 0 ? why : [asked];
}

const askedFor: readonly Reason[] = [{ kind: 'restartAsked' }];
