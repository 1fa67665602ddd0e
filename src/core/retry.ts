/** What a failed call means for the next one. */
import type { EngineAction, Failure } from './action.ts';
import { buildKey, imageOfKey } from './build.ts';
import { ownedKey } from './claim-owner.ts';
import { retryKey } from './planner.ts';
import { doubted, nothing } from './sync.ts';
import { initialBackoffMs, maxBackoffMs } from './restart.ts';
import type { ActionResult, Memory } from './state.ts';

/** After an answer that only says "look again": long enough not to spin, short enough not to be felt. */
const lookAgainMs = { first: 50, most: 5_000 };
/** After a refusal: disks are emptied and ports freed by hand, within seconds. */
const refusedMs = { first: 1_000, most: 30_000 };

/** How long after it was over a back-off counts (client-go backoff.go: twice the longest; POD-SEMANTICS 5.12). */
export const retryForgottenAfterMs = 2 * maxBackoffMs;

/** Remembers the failure, and from when the same call may be made again. */
export function rememberFailure(memory: Memory, action: EngineAction, failure: Failure, nowMs: number): void {
  const key = retryKey(action);
  const count = (memory.retries.get(key)?.count ?? 0) + 1;
  memory.retries.set(key, { count, failure, failedAtMs: nowMs, untilMs: nowMs + delayMs(action, failure, count) });
  if (action.verb === 'startContainer' && action.lowScore === true && scoreTrouble.test(failure.message)) {
    memory.lowScoresFail = true;
    // The next one is another container.
    memory.retries.delete(key);
  }
  if (action.verb === 'startContainer' && failure.kind === 'unknown') memory.unansweredStarts.add(action.id);
  if (action.verb === 'fillVolumes') doubtContents(memory, action);
  if (action.verb === 'syncFiles') memory.synced.set(action.key, doubted(memory.synced.get(action.key), action.after));
  // It failed for what the context was then.
  if (isBuild(action) && memory.overtaken.delete(action.image)) memory.retries.delete(key);
  if (failure.kind !== 'noImage') return;
  // A hand removed it: what was known of it is over.
  if (action.verb === 'createContainer') forgetImage(memory, action.launch.image);
  if (action.verb === 'prepareHostPath' || action.verb === 'copyImage') forgetImage(memory, action.image);
}

/** Which content the volumes have is not known: another one than that may be wanted by the next call. */
function doubtContents({ contents }: Memory, { id, volumes }: Extract<EngineAction, { verb: 'fillVolumes' }>): void {
  const isFilled = (path: string) => volumes.some((volume) => volume.path === path);
  const known = contents.get(id) ?? [];
  contents.set(
    id,
    known.map((content) => (isFilled(content.path) ? { ...content, isUnsure: true } : content)),
  );
}

function forgetImage(memory: Memory, image: string): void {
  memory.images.delete(image);
  for (const key of memory.built.keys()) if (imageOfKey(key) === image) memory.built.delete(key);
}

/** A success forgives the failures of that call; an image that was pulled is there. */
export function rememberSuccess(memory: Memory, action: EngineAction, result: ActionResult, nowMs: number): void {
  memory.retries.delete(retryKey(action));
  switch (action.verb) {
    case 'pullImage':
      memory.pulledAtMs.set(action.image, nowMs);
      memory.retries.delete(`inspectImage ${action.image}`);
      rememberImage(memory, action.image, result);
      return;
    case 'inspectImage':
      rememberImage(memory, action.image, result);
      return;
    case 'buildImage':
      memory.rebuilt.add(buildKey(action.image, action.build));
      memory.retries.delete(`inspectBuild ${action.image}`);
      rememberBuild(memory, action, result);
      return;
    case 'inspectBuild':
      rememberBuild(memory, action, result);
      return;
    case 'createContainer':
      adoptImage(memory, action.launch.image, result);
      return;
    case 'prepareHostPath':
      memory.hostPaths.add(action.target);
      return;
    case 'prepareVolumes':
      memory.prepared.add(action.id);
      return;
    case 'readVolumes':
      memory.contents.set(action.id, result.contents ?? []);
      return;
    case 'readSynced':
      memory.synced.set(action.key, result.synced ?? nothing);
      return;
    case 'syncFiles':
      memory.synced.set(action.key, action.after);
      return;
    case 'copyImage':
      memory.copied.add(action.target);
      return;
    case 'ownVolume':
      memory.owned.add(ownedKey(action.id, action.path));
      return;
    case 'measureVolumes':
      memory.measured.set(action.id, { atMs: nowMs, usedBytes: result.usedBytes ?? {} });
      return;
    case 'fillVolumes': {
      const others = (memory.contents.get(action.id) ?? []).filter(
        ({ path }) => !action.volumes.some((volume) => volume.path === path),
      );
      memory.contents.set(action.id, [...others, ...action.volumes]);
      return;
    }
    case 'createNetwork':
    case 'removeNetwork':
    case 'createVolume':
    case 'removeVolume':
    case 'startContainer':
    case 'killContainer':
    case 'unpauseContainer':
    case 'updateContainer':
    case 'removeContainer':
      return;
  }
}

type BuildAction = Extract<EngineAction, { verb: 'inspectBuild' | 'buildImage' }>;

const isBuild = (action: EngineAction): action is BuildAction =>
  action.verb === 'inspectBuild' || action.verb === 'buildImage';

function rememberBuild(memory: Memory, { image, build }: BuildAction, result: ActionResult): void {
  memory.retries.delete(`buildImage ${image}`);
  rememberImage(memory, image, result);
  if (!memory.overtaken.delete(image)) memory.built.set(buildKey(image, build), result.imageId ?? '');
}

/**
 * A container is made from the image's name: what another hand gave that name meanwhile is what there is, until the next
 * reload asks. It must not be replaced for ever.
 */
function adoptImage(memory: Memory, image: string, { container }: ActionResult): void {
  const imageId = container?.imageId ?? '';
  if (imageId === '') return;
  for (const key of memory.built.keys()) if (imageOfKey(key) === image) memory.built.set(key, imageId);
}

function rememberImage(memory: Memory, image: string, { imageId = '', imageUser = '' }: ActionResult): void {
  memory.images.set(image, imageId);
  memory.imageUsers.set(image, imageUser);
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
