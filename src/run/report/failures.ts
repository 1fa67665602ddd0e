/** What failed, in full once, and again when it fails for another cause: a retry says nothing new, however long its words. */
import type { Failed } from '../../core/events/story.ts';
import { failureText } from '../../core/runtime/failure-text.ts';
import { podKey } from '../../core/runtime/pod-ref.ts';
import type { Planned } from '../../core/state/planned.ts';
import { actionText } from '../../output/plan/action-text.ts';

export interface Failures {
  /** @param about `POD/CONTAINER` */
  textOf(about: string, failed: Failed): string;
  /** It has succeeded: the next failure is a new one. */
  forget(planned: Planned): void;
  forgetAll(): void;
}

export function rememberFailures(): Failures {
  const told = new Map<string, { readonly message: string; readonly count: number }>();

  function oftenText(key: string, what: string, message: string): string {
    const before = told.get(key);
    const count = before?.message === message ? before.count + 1 : 1;
    told.set(key, { message, count });
    return count === 1 ? `${what} failed: ${message}` : `${what} failed as before, ${count} times`;
  }

  return {
    textOf(about, failed) {
      if (failed.kind === 'hook') return oftenText(`${about} ${failed.what}`, failed.what, failed.message);
      const { planned, failure, again } = failed;
      return `${oftenText(keyOf(planned), actionText(planned), failureText(failure))}${again}`;
    },
    forget: (planned) => void told.delete(keyOf(planned)),
    forgetAll: () => told.clear(),
  };
}

/** Whose action it is: the next attempt is another container. */
const keyOf = (planned: Planned): string =>
  `${planned.pod === undefined ? '' : podKey(planned.pod)}/${planned.container ?? ''} ${actionText(planned)}`;
