/** The Pods as they change: by the supervisor's word, and by the engine's while nobody supervises. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Engine, Subscription } from '../../engine/port.ts';
import type { Clock } from '../../platform/clock.ts';
import type { World } from '../../run/world.ts';
import { enginePods } from './engine-pods.ts';
import type { Supervisor } from '../session.ts';

/** How often a supervisor is looked for while there is none. */
const askAgainMs = 250;

export interface PodFeed {
  readonly world: World;
  readonly engine: Engine;
  readonly project: string;
  readonly supervisor: Supervisor;
}

/** Tells the Pods at once and whenever they may have changed, until `signal`. Rejects when the engine cannot be asked. */
export async function followPods(
  { world, engine, project, supervisor }: PodFeed,
  tell: (pods: readonly KubernetesPod[], supervised: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let stale = true;
  let hints: Subscription | undefined;
  while (!signal.aborted) {
    const followed = await supervisor
      .follow({ op: 'watch' }, (answer) => tell(answer.pods as readonly KubernetesPod[], true), signal)
      .then(
        () => true,
        () => false,
      );
    if (signal.aborted) break;
    stale ||= followed;
    hints ??= engine.watch(
      project,
      () => (stale = true),
      () => {
        stale = true;
        hints = undefined;
      },
    );
    if (stale) {
      stale = false;
      tell(await enginePods(world, engine, project, supervisor.folder), false);
    }
    await pause(world.clock, askAgainMs, signal);
  }
  hints?.close();
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.at(clock.nowMs() + ms, end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
