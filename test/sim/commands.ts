/** What commands asked for in the whole of a run, told from the engine alone. */
import type { DeleteCommand, RestartCommand } from '../../src/core/pod/command.ts';
import { isOurs, label } from '../../src/core/runtime/labels.ts';
import type { SimContainer, SimEngine } from './engine.ts';

export interface Commands {
  take(command: RestartCommand | DeleteCommand): void;
  /** True when any was about the Pod. */
  has(key: string): boolean;
  /** The graces, in seconds, that deletions of that life of a Pod asked for. */
  graces(uid: string): readonly number[];
  /** True when one asked for another instance after this one. */
  restarts(container: SimContainer): boolean;
}

export function makeCommands(engine: SimEngine): Commands {
  const keys = new Set<string>();
  /** The last attempt that is to be followed by another, by `UID/CONTAINER`. */
  const attempts = new Map<string, number>();
  /** By uid. */
  const graces = new Map<string, number[]>();
  return {
    take(command) {
      keys.add(command.pod);
      if (command.kind === 'delete') {
        const uids = [...engine.containers.values()].filter((each) => podOf(each) === command.pod).map(uidOf);
        if (command.graceSeconds !== undefined)
          for (const uid of new Set(uids)) graces.set(uid, [...(graces.get(uid) ?? []), command.graceSeconds]);
        return;
      }
      for (const container of [...engine.containers.values()].filter(isOurs)) {
        const { labels } = container;
        const isMeant = command.container === undefined || command.container === labels[label.containerName];
        if (podOf(container) !== command.pod || !isMeant) continue;
        attempts.set(nameOf(container), Math.max(attempts.get(nameOf(container)) ?? 0, attemptOf(container)));
      }
    },
    has: (key) => keys.has(key),
    graces: (uid) => graces.get(uid) ?? [],
    restarts: (container) => attemptOf(container) <= (attempts.get(nameOf(container)) ?? -1),
  };
}

const podOf = ({ labels }: SimContainer): string => `${labels[label.podNamespace]}/${labels[label.podName]}`;
const uidOf = ({ labels }: SimContainer): string => labels[label.podUid] ?? '';
const nameOf = ({ labels }: SimContainer): string => `${labels[label.podUid]}/${labels[label.containerName]}`;
const attemptOf = ({ labels }: SimContainer): number => Number(labels[label.attempt]);
