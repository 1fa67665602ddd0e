/** Follows the logs of all containers of a project as they come and go. */
import { kindOf, label, podRefOf } from '../core/runtime/labels.ts';
import { podLabel } from '../core/runtime/pod-ref.ts';
import { isRunning } from '../core/pod/restart.ts';
import type { EngineContainer } from '../core/runtime/snapshot.ts';
import type { Engine, LogLine } from '../engine/port.ts';
import type { Clock } from '../platform/clock.ts';

/** An engine that sends nothing for so long, of a log that has an end, hangs. */
const silentMs = 10_000;

export interface LogSource {
  readonly pod: string;
  readonly container: string;
}

export interface LogFollower {
  /** Begins to follow what has been started since the last call. */
  update(containers: readonly EngineContainer[]): void;
  /** Resolves when the log of a container that has ended is printed; undefined where there is nothing to wait for. */
  ended(id: string): Promise<void> | undefined;
  /** What {@link ended} gave, and will give, is waited for no more. */
  hurry(): void;
  /**
   * Resolves when the logs of all that has ended are printed to their end, however long that takes; what still runs is
   * followed no more. Gives those whose end the engine does not send.
   */
  close(): Promise<readonly LogSource[]>;
}

interface Stream {
  readonly id: string;
  readonly source: LogSource;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

/**
 * @param sinceMs lines that adopted containers wrote before are not repeated
 * @param print what it returns is waited for before the next line of that container is read
 */
export function followLogs(
  engine: Engine,
  clock: Clock,
  sinceMs: number,
  print: (source: LogSource, line: LogLine) => Promise<void> | undefined,
): LogFollower {
  const followed = new Set<string>();
  const open = new Set<Stream>();
  let running: ReadonlySet<string> = new Set();
  /** How many wait for the reader of what podrun prints. */
  let printing = 0;
  let movedMs = 0;
  let hurry = () => {};
  const hurried = new Promise<void>((resolve) => (hurry = resolve));

  function update(containers: readonly EngineContainer[]): void {
    running = new Set(containers.filter(isRunning).map(({ id }) => id));
    for (const container of containers) {
      const source = sourceOf(container);
      const key = `${container.id}@${container.startedAtMs ?? 0}`;
      if (source === undefined || container.startedAtMs === undefined || followed.has(key)) continue;
      if (container.finishedAtMs !== undefined && container.finishedAtMs < sinceMs) continue;
      followed.add(key);
      follow(container, source);
    }
  }

  function follow(container: EngineContainer, source: LogSource): void {
    const ending = new AbortController();
    const ended = read(container, source, ending.signal).finally(() => open.delete(stream));
    const stream: Stream = { id: container.id, source, ending, ended };
    open.add(stream);
  }

  async function read(container: EngineContainer, source: LogSource, signal: AbortSignal): Promise<void> {
    const adopted = (container.startedAtMs ?? 0) < sinceMs;
    const options = { follow: true, ...(adopted ? { sinceMs } : {}) };
    try {
      for await (const line of engine.logs(container.id, options, signal)) {
        printing += 1;
        await print(source, line);
        printing -= 1;
        movedMs = clock.nowMs();
      }
    } catch {
      // The engine went away, or the container: a look tells, and nothing is left to read here.
    }
  }

  /** Waits until these end, or the engine sends nothing more; that is what is left then. */
  async function ends(streams: readonly Stream[]): Promise<readonly Stream[]> {
    let cancel = () => {};
    const silent = new Promise<void>((resolve) => {
      const watch = (sinceMs: number): void => {
        cancel = clock.at(sinceMs + silentMs, () => {
          if (printing > 0) watch(clock.nowMs());
          else if (movedMs > sinceMs) watch(movedMs);
          else resolve();
        });
      };
      watch(clock.nowMs());
    });
    await Promise.race([Promise.all(streams.map(({ ended }) => ended)), silent]);
    cancel();
    return streams.filter((stream) => open.has(stream));
  }

  return {
    update,
    ended(id) {
      const streams = running.has(id) ? [] : [...open].filter((stream) => stream.id === id);
      return streams.length === 0 ? undefined : Promise.race([ends(streams).then(() => {}), hurried]);
    },
    hurry: () => hurry(),
    async close() {
      for (const { id, ending } of open) if (running.has(id)) ending.abort();
      const cut = await ends([...open]);
      for (const { ending } of open) ending.abort();
      return cut.map(({ source }) => source);
    },
  };
}

function sourceOf(container: EngineContainer): LogSource | undefined {
  const ref = podRefOf(container.labels);
  const name = container.labels[label.containerName];
  return ref === undefined || name === undefined || kindOf(container.labels) !== 'container'
    ? undefined
    : { pod: podLabel(ref), container: name };
}
