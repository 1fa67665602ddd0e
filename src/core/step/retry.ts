/** What a failed call means for the next one. */
import type { EngineAction, Failure } from '../runtime/action.ts';
import { buildKey, imageOfKey } from '../images/build.ts';
import { ownedKey } from '../volumes/claim-owner.ts';
import type { PodMemoryDraft } from '../state/pod-memory.ts';
import { forgive, forgiveShared, retriesOf, setRetry } from '../state/retries.ts';
import type { Memories } from '../state/retries.ts';
import type { Answered, Success } from '../runtime/outcome.ts';
import { retryKey } from '../runtime/verbs.ts';
import { doubted, nothing } from '../sync/sync.ts';
import { initialBackoffMs, maxBackoffMs } from '../pod/restart.ts';
import { withEntry, withMember, withoutEntries, withoutMember } from '../state/entries.ts';
import type { SharedMemory } from '../state/shared-memory.ts';

/** After an answer that only says "look again": long enough not to spin, short enough not to be felt. */
const lookAgainMs = { first: 50, most: 5_000 };
/** After a refusal: disks are emptied and ports freed by hand, within seconds. */
const refusedMs = { first: 1_000, most: 30_000 };

/** How long a back-off still counts after it is over: twice the longest (client-go backoff.go hasExpired). */
export const retryForgottenAfterMs = 2 * maxBackoffMs;

/** Remembers the failure, and from when the same call may be made again. */
export function rememberFailure(
  { shared, pod }: Memories,
  action: EngineAction,
  failure: Failure,
  nowMs: number,
): void {
  const key = retryKey(action);
  const retries = retriesOf({ shared, pod }, action);
  const before = retries.get(key);
  const isForgotten = before === undefined || nowMs >= before.untilMs + retryForgottenAfterMs;
  const count = isForgotten ? 1 : before.count + 1;
  setRetry({ shared, pod }, action, {
    ...{ verb: action.verb, target: action.target, count, failure },
    failedAtMs: nowMs,
    untilMs: nowMs + delayMs(action, failure, count),
  });
  if (action.verb === 'startContainer' && action.lowScore === true && scoreTrouble.test(failure.message)) {
    shared.lowScoresFail = true;
    // The next one is another container.
    forgive({ shared, pod }, action);
  }
  if (pod !== undefined) doubt(pod, action, failure);
  // It failed for what the context was then.
  if (isBuild(action) && takeOvertaken(shared, action.image)) forgive({ shared, pod }, action);
  if (failure.kind !== 'noImage') return;
  // Somebody removed it: what was known of it is over.
  if (action.verb === 'createContainer') forgetImage(shared, action.launch.image);
  if (action.verb === 'prepareHostPath' || action.verb === 'copyImage') forgetImage(shared, action.image);
}

/** What the call may have done all the same. */
function doubt(pod: PodMemoryDraft, action: EngineAction, { kind }: Failure): void {
  if (action.verb === 'startContainer' && kind === 'unknown')
    pod.unansweredStarts = withMember(pod.unansweredStarts, action.id);
  if (action.verb === 'fillVolumes') doubtContents(pod, action);
  if (action.verb === 'syncFiles')
    pod.synced = withEntry(pod.synced, action.key, doubted(pod.synced.get(action.key), action.after));
}

/** Which content the volumes have is not known: another one than that may be wanted by the next call. */
function doubtContents(pod: PodMemoryDraft, { id, volumes }: Extract<EngineAction, { verb: 'fillVolumes' }>): void {
  const isFilled = (path: string) => volumes.some((volume) => volume.path === path);
  const known = pod.contents.get(id) ?? [];
  const now = known.map((content) => (isFilled(content.path) ? ({ ...content, isUnsure: true } as const) : content));
  pod.contents = withEntry(pod.contents, id, now);
}

function forgetImage(shared: SharedMemory, image: string): void {
  shared.images = withoutEntries(shared.images, (name) => name === image);
  shared.built = withoutEntries(shared.built, (key) => imageOfKey(key) === image);
}

/** A success forgives the failures of that call; an image that was pulled is there. */
export function rememberSuccess(memories: Memories, done: Answered, nowMs: number): void {
  const { shared, pod } = memories;
  forgive(memories, done.action);
  rememberShared(shared, done, nowMs);
  if (pod !== undefined) rememberOfPod(pod, done, nowMs);
}

function rememberShared(shared: SharedMemory, { verb, action, result }: Answered, nowMs: number): void {
  switch (verb) {
    case 'pullImage':
      shared.pulledAtMs = withEntry(shared.pulledAtMs, action.image, nowMs);
      forgiveShared(shared, `inspectImage ${action.image}`);
      rememberImage(shared, action.image, result);
      return;
    case 'inspectImage':
      rememberImage(shared, action.image, result);
      return;
    case 'buildImage':
      shared.rebuilt = withMember(shared.rebuilt, buildKey(action.image, action.build));
      forgiveShared(shared, `inspectBuild ${action.image}`);
      rememberBuild(shared, action, result);
      return;
    case 'inspectBuild':
      rememberBuild(shared, action, result);
      return;
    case 'createContainer':
      adoptImage(shared, action.launch.image, result.container.imageId);
      return;
    case 'prepareHostPath':
      shared.hostPaths = withMember(shared.hostPaths, action.target);
      return;
    default:
  }
}

function rememberOfPod(pod: PodMemoryDraft, { verb, action, result }: Answered, nowMs: number): void {
  switch (verb) {
    case 'prepareVolumes':
      pod.prepared = withMember(pod.prepared, action.id);
      return;
    case 'readVolumes':
      pod.contents = withEntry(pod.contents, action.id, result.contents);
      return;
    case 'readSynced':
      pod.synced = withEntry(pod.synced, action.key, result.synced ?? nothing);
      return;
    case 'syncFiles':
      pod.synced = withEntry(pod.synced, action.key, action.after);
      return;
    case 'copyImage':
      pod.copied = withMember(pod.copied, action.target);
      return;
    case 'ownVolume':
      pod.owned = withMember(pod.owned, ownedKey(action.id, action.path));
      return;
    case 'measureVolumes':
      pod.measured = withEntry(pod.measured, action.id, { atMs: nowMs, usedBytes: result.usedBytes });
      return;
    case 'fillVolumes': {
      const others = (pod.contents.get(action.id) ?? []).filter(
        ({ path }) => !action.volumes.some((volume) => volume.path === path),
      );
      pod.contents = withEntry(pod.contents, action.id, [...others, ...action.volumes]);
      return;
    }
    default:
  }
}

type ImageSuccess = Success<'inspectImage' | 'pullImage' | 'inspectBuild' | 'buildImage'>;
type BuildAction = Extract<EngineAction, { verb: 'inspectBuild' | 'buildImage' }>;

const isBuild = (action: EngineAction): action is BuildAction =>
  action.verb === 'inspectBuild' || action.verb === 'buildImage';

function rememberBuild(shared: SharedMemory, { image, build }: BuildAction, result: ImageSuccess): void {
  forgiveShared(shared, `buildImage ${image}`);
  rememberImage(shared, image, result);
  if (!takeOvertaken(shared, image)) shared.built = withEntry(shared.built, buildKey(image, build), result.imageId);
}

/** True once for an image whose context has changed since it was asked for. */
function takeOvertaken(shared: SharedMemory, image: string): boolean {
  if (!shared.overtaken.has(image)) return false;
  shared.overtaken = withoutMember(shared.overtaken, image);
  return true;
}

/**
 * A container is made from the image's name: what got that name outside podrun meanwhile is what there is, until the next
 * reload asks. It must not be replaced for ever.
 */
function adoptImage(shared: SharedMemory, image: string, imageId: string): void {
  if (imageId === '') return;
  for (const [key, known] of shared.built)
    if (imageOfKey(key) === image && known !== imageId) shared.built = withEntry(shared.built, key, imageId);
}

function rememberImage(shared: SharedMemory, image: string, { imageId, imageUser = '' }: ImageSuccess): void {
  shared.images = withEntry(shared.images, image, imageId);
  shared.imageUsers = withEntry(shared.imageUsers, image, imageUser);
}

/** runc's words where the first process may not lower its score, the second of them for want of better ones. */
const scoreTrouble = /oom_score_adj|can't get final child's PID from pipe/;

function delayMs(action: EngineAction, failure: Failure, count: number): number {
  switch (failure.kind) {
    case 'away':
      return 0;
    case 'unknown':
    case 'gone':
    case 'conflict':
    case 'noSandbox':
      return doubled(lookAgainMs, count);
    case 'noImage':
      return doubled(refusedMs, count);
    case 'config':
    case 'refused':
      return doubled(isImageWork(action) ? { first: initialBackoffMs, most: maxBackoffMs } : refusedMs, count);
  }
}

const isImageWork = ({ verb }: EngineAction): boolean => verb === 'pullImage' || verb === 'buildImage';

function doubled(range: { readonly first: number; readonly most: number }, count: number): number {
  return Math.min(range.first * 2 ** Math.min(count - 1, 20), range.most);
}
