import { notFound, objectName } from '../../../core/naming/kinds.ts';
import type { ObjectKind } from '../../../core/naming/kinds.ts';
import { rfc3339 } from '../../../core/runtime/time.ts';
import type { ApiObject } from '../../../core/status/api-object.ts';
import { historyLines, rolloutStatus } from '../../../output/tables/rollout.ts';
import { field } from '../../../output/tables/object-columns.ts';
import type { World } from '../../../run/world.ts';
import type { Request } from '../../../state/control.ts';
import { objectKeyOf, supervisedObjects } from '../../beside/supervised-objects.ts';
import type { ObjectsToAsk, SupervisedObjects } from '../../beside/supervised-objects.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import { readDuration } from '../../options/go-duration.ts';
import { rollbackOf } from './rollback.ts';

export const rolloutActions = ['status', 'history', 'undo', 'restart', 'pause', 'resume'] as const;

export interface RolloutOptions extends ObjectsToAsk {
  readonly action: (typeof rolloutActions)[number];
  readonly toRevision: number;
  readonly watch: boolean;
  readonly timeout: string;
}

/** `podrun rollout ACTION KIND/NAME`, in kubectl's words. */
export async function rollout(world: World, options: RolloutOptions): Promise<number> {
  const { action } = options;
  const found = await supervisedObjects(world, options, `rollout ${action}`, [
    'Deployment',
    'StatefulSet',
    'DaemonSet',
  ]);
  switch (action) {
    case 'status':
      for (const object of found.objects) await followRollout(world, options, found, object);
      return exitCode.done;
    case 'history':
      for (const object of found.objects)
        world.stdout.write(`${nameOf(object)} \n${historyLines(object, found.all).join('\n')}\n\n`);
      return exitCode.done;
    case 'undo':
      for (const object of found.objects) {
        const to = rollbackOf(object, options.toRevision, found.all);
        const isSkipped = 'skipped' in to;
        if (!isSkipped) await found.ask({ op: 'hand', object: objectKeyOf(object), change: to });
        world.stdout.write(`${nameOf(object)} ${isSkipped ? to.skipped : 'rolled back'}\n`);
      }
      return exitCode.done;
    case 'restart':
    case 'pause':
    case 'resume':
      for (const object of found.objects) {
        await found.ask({ op: 'hand', object: objectKeyOf(object), change: changeOf(action, object, world) });
        world.stdout.write(`${nameOf(object)} ${done[action]}\n`);
      }
      return exitCode.done;
  }
}

const done = { restart: 'restarted', pause: 'paused', resume: 'resumed' } as const;

const nameOf = ({ kind, metadata: { name } }: ApiObject): string => objectName(kind as ObjectKind, name);

/** Throws with exit code 1 where kubectl refuses it (polymorphichelpers objectrestarter.go, objectpauser.go). */
function changeOf(
  action: keyof typeof done,
  object: ApiObject,
  world: World,
): Extract<Request, { op: 'hand' }>['change'] {
  const what = notFound(object.kind as ObjectKind, object.metadata.name).replace(' not found', '');
  const refuse = (why: string): never => {
    throw new CommandError(exitCode.failed, `${what} ${why}`);
  };
  const isPaused = field(object, 'spec', 'paused') === true;
  if (action === 'restart') {
    if (isPaused) refuse(`can't restart paused deployment (run rollout resume first)`);
    return { restartedAt: rfc3339(world.clock.nowMs()) };
  }
  if (object.kind !== 'Deployment')
    refuse(action === 'pause' ? 'pausing is not supported' : 'resuming is not supported');
  if (action === 'pause' && isPaused) refuse('is already paused');
  if (action === 'resume' && !isPaused) refuse('is not paused');
  return { paused: action === 'pause' };
}

/** Prints each line once it is another, until the rollout is done. Rejects with 1 when it fails, with 124 when it takes too long. */
async function followRollout(
  world: World,
  options: RolloutOptions,
  { supervisor }: SupervisedObjects,
  object: ApiObject,
): Promise<void> {
  const timeoutMs = readDuration('timeout', options.timeout);
  const ending = new AbortController();
  let line = '';
  let outcome: 'open' | 'done' | 'late' = 'open';
  let failure: Error | undefined;
  const cancel =
    timeoutMs > 0
      ? world.clock.at(world.clock.nowMs() + timeoutMs, () => {
          outcome = 'late';
          ending.abort();
        })
      : () => {};
  const take = (objects: readonly ApiObject[]): void => {
    const now = objects.find((each) => objectKeyOf(each) === objectKeyOf(object));
    if (now === undefined) throw new CommandError(exitCode.failed, 'object has been deleted');
    const { text, isDone, isFailed } = rolloutStatus(now);
    if (isFailed) throw new CommandError(exitCode.failed, text);
    if (text !== line) world.stdout.write(`${text}\n`);
    line = text;
    if (!isDone && options.watch) return;
    outcome = 'done';
    ending.abort();
  };
  await supervisor
    .follow(
      { op: 'objects', watch: true },
      (answer) => {
        try {
          if (outcome === 'open' && failure === undefined) take((answer.objects ?? []) as readonly ApiObject[]);
        } catch (error) {
          failure = error as Error;
          ending.abort();
        }
      },
      ending.signal,
    )
    .catch(() => {});
  cancel();
  if (failure !== undefined) throw failure;
  const late: boolean = (outcome as string) === 'late';
  if (late) throw new CommandError(exitCode.timedOut, 'timed out waiting for the condition');
  if ((outcome as string) === 'open')
    throw new CommandError(exitCode.failed, 'the podrun that supervises the project ended before the rollout was done');
}
