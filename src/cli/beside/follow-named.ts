/** Asking a podrun that supervises about Pods by name, and following what becomes of them. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podKey } from '../../core/runtime/pod-ref.ts';
import type { World } from '../../run/world.ts';
import type { Answer, Request } from '../../state/control.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { Supervisor } from '../session.ts';

export const keyOf = ({ metadata }: KubernetesPod): string =>
  podKey({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? 'default' });

export interface Following {
  readonly world: World;
  readonly supervisor: Supervisor;
  readonly request: Request;
  /** 0: no limit. */
  readonly timeoutMs: number;
}

/** How it ended: as wanted, by the time, by a signal, or with the podrun that supervised. */
export type Followed = 'met' | 'late' | 'gone' | NodeJS.Signals;

/**
 * Tells each answer until `isMet`, which may throw. The podrun that supervises goes on whatever ends this. Rejects with
 * exit code 1 where it does not do what it is asked.
 */
export async function followNamed(
  { world, supervisor, request, timeoutMs }: Following,
  isMet: (pods: readonly KubernetesPod[], answer: Answer) => boolean,
): Promise<Followed> {
  const ending = new AbortController();
  let outcome: Followed = 'gone';
  let failure: Error | undefined;
  const end = (how: Followed): void => {
    outcome = how;
    ending.abort();
  };
  const cancel = timeoutMs > 0 ? world.clock.at(world.clock.nowMs() + timeoutMs, () => end('late')) : () => {};
  const offSignal = world.onSignal(end);
  const take = (answer: Answer): void => {
    try {
      if (answer.problem !== undefined) throw new CommandError(exitCode.failed, answer.problem);
      if (isMet(answer.pods as readonly KubernetesPod[], answer)) end('met');
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      ending.abort();
    }
  };
  // One that has died meanwhile answers nothing.
  await supervisor.follow(request, take, ending.signal).catch(() => {});
  cancel();
  offSignal();
  if (failure !== undefined) throw failure;
  return outcome;
}
