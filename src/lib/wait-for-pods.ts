/** Waiting for what becomes of the Pods of an instance: asked after each step of its supervisor, and never in between. */
import type { Clock } from '../platform/clock.ts';
import { PodrunError } from './podrun-error.ts';

/** What one wait looks for: true once it is so; throws where it never will be. */
export type IsSo = () => boolean;

export interface Waits {
  /**
   * Resolves when it is so.
   * @param late makes what it rejects with when `timeoutMs` have passed; 0 of these: no limit
   */
  until(isSo: IsSo, timeoutMs: number, late: () => Promise<Error>): Promise<void>;
  /** Something may have changed. */
  stepped(): void;
  /** Nothing changes any more: those that wait are told. */
  end(): void;
}

export function makeWaits(clock: Clock, ended: () => Error): Waits {
  const looks = new Set<() => void>();
  const ends = new Set<() => void>();
  return {
    async until(isSo, timeoutMs, late) {
      let settle = () => {};
      let cancel = () => {};
      const outcome = new Promise<'late' | 'met'>((resolve, reject) => {
        const look = (): void => {
          try {
            if (isSo()) resolve('met');
          } catch (error) {
            reject(error instanceof Error ? error : new PodrunError('EngineFailed', String(error)));
          }
        };
        const end = (): void => reject(ended());
        looks.add(look);
        ends.add(end);
        settle = () => {
          looks.delete(look);
          ends.delete(end);
        };
        if (timeoutMs > 0) cancel = clock.at(clock.nowMs() + timeoutMs, () => resolve('late'));
        look();
      });
      const how = await outcome.finally(() => {
        settle();
        cancel();
      });
      if (how === 'late') throw await late();
    },
    stepped() {
      for (const look of [...looks]) look();
    },
    end() {
      for (const end of [...ends]) end();
    },
  };
}
