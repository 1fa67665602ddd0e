/** How images come along: in words for the rows, and line by line where there are none. */
import type { EngineAction } from '../../core/runtime/action.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import type { Planned } from '../../core/state/planned.ts';
import type { ImageProgress } from '../../engine/port.ts';
import { bytesOf } from '../../output/bytes.ts';
import { spokenDuration } from '../../output/duration.ts';
import { actionText } from '../../output/plan/action-text.ts';
import type { Note } from '../../output/terminal/progress.ts';
import type { Clock } from '../../platform/clock.ts';

export interface ImageNews {
  /** By image: `pulling 34 of 120 MB (postgres:17)`. */
  readonly coming: ReadonlyMap<string, string>;
  /** It failed and is pulled once more, which was told with the failure. */
  isPulledAgain(planned: Planned): boolean;
  /** @param isTold somebody else tells that it begins */
  began(planned: Planned, isTold: boolean): void;
  progressed(image: string, progress: ImageProgress): void;
  ended(planned: Planned, isDone: boolean): void;
  close(): void;
}

type Coming = Extract<EngineAction, { verb: 'pullImage' | 'buildImage' }>;

/** How often a line says how far it is. */
const everyMs = 10_000;

/** @param tell unset: only what {@link ImageNews.coming} holds is wanted */
export function makeImageNews(clock: Clock, tell: ((note: Note) => void) | undefined): ImageNews {
  const coming = new Map<string, string>();
  /** Those that failed last: that they are tried again was told then. */
  const failed = new Set<string>();
  const begun = new Map<string, { readonly atMs: number; readonly cancel: () => void }>();

  function repeat(planned: Planned, action: Coming, atMs: number): void {
    const again = () => {
      tell?.(noteOf(planned, coming.get(action.image) ?? actionText(planned)));
      repeat(planned, action, atMs);
    };
    const cancel = tell === undefined ? () => {} : clock.at(clock.nowMs() + everyMs, again);
    begun.set(action.image, { atMs, cancel });
  }

  return {
    coming,
    isPulledAgain: ({ action }) => action.verb === 'pullImage' && failed.has(action.image),
    began(planned, isTold) {
      const { action } = planned;
      if (!isComing(action)) return;
      coming.set(action.image, actionText(planned));
      if (!isTold && !failed.has(action.image)) tell?.(noteOf(planned, actionText(planned)));
      repeat(planned, action, clock.nowMs());
    },
    progressed(image, progress) {
      if (!begun.has(image)) return;
      const words = progress.unit === 'bytes' ? 'pulling ' : 'building, ';
      coming.set(image, `${words}${progressText(progress)} (${image})`);
    },
    ended(planned, isDone) {
      const { action } = planned;
      const since = isComing(action) ? begun.get(action.image) : undefined;
      if (!isComing(action) || since === undefined) return;
      since.cancel();
      begun.delete(action.image);
      coming.delete(action.image);
      // A failure is told with its cause.
      if (!isDone) return void failed.add(action.image);
      failed.delete(action.image);
      const done = action.verb === 'pullImage' ? 'pulled' : 'built';
      const took = spokenDuration(clock.nowMs() - since.atMs);
      tell?.(noteOf(planned, `${done} image ${action.image} in ${took}`));
    },
    close() {
      for (const { cancel } of begun.values()) cancel();
    },
  };
}

/** `34 of 120 MB`, `step 2 of 5`. */
export const progressText = ({ done, total, unit }: ImageProgress): string =>
  unit === 'bytes' ? bytesOf(done, total) : `step ${done} of ${total}`;

const isComing = (action: EngineAction): action is Coming =>
  action.verb === 'pullImage' || action.verb === 'buildImage';

const noteOf = ({ pod }: Planned, text: string): Note => ({
  level: 'normal',
  about: pod === undefined ? 'podrun' : podLabel(pod),
  text,
});
