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
  const told = new Map<string, { readonly all: string; readonly count: number }>();

  /** @param more how it goes on, told each time; `output` is told with the message */
  function oftenText(key: string, what: string, message: string, more = '', output = ''): string {
    const all = message + output;
    const before = told.get(key);
    const count = before?.all === all ? before.count + 1 : 1;
    told.set(key, { all, count });
    if (count > 1) return `${what} failed as before, ${count} times${more}`;
    return [`${what} failed: ${message}${more}`, ...linesOf(output)].join('\n');
  }

  return {
    textOf(about, failed) {
      if (failed.kind === 'hook') return oftenText(`${about} ${failed.what}`, failed.what, failed.message);
      const { planned, failure, again } = failed;
      return oftenText(keyOf(planned), actionText(planned), failureText(failure), again, failure.output);
    },
    forget: (planned) => void told.delete(keyOf(planned)),
    forgetAll: () => told.clear(),
  };
}

/** Below a first line, and told from the lines of others by their place. */
const linesOf = (output: string): readonly string[] =>
  output === ''
    ? []
    : output
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`);

/** Whose action it is: the next attempt is another container. */
const keyOf = (planned: Planned): string =>
  `${planned.pod === undefined ? '' : podKey(planned.pod)}/${planned.container ?? ''} ${actionText(planned)}`;
