/** Follows the logs of all containers of a project as they come and go. */
import { kindOf, label, podRefOf } from '../core/labels.ts';
import { podLabel } from '../core/pod-ref.ts';
import type { EngineContainer } from '../core/snapshot.ts';
import type { Engine, LogLine } from '../engine/port.ts';
import type { Clock } from '../platform/clock.ts';

/** How long the last lines may take to arrive once everything has ended. */
const drainMs = 1_000;

export interface LogSource {
  readonly pod: string;
  readonly container: string;
}

export interface LogFollower {
  /** Begins to follow what has been started since the last call. */
  update(containers: readonly EngineContainer[]): void;
  /** Resolves when the last lines have come, or soon after. */
  close(): Promise<void>;
}

/** @param sinceMs lines that adopted containers wrote before are not repeated */
export function followLogs(
  engine: Engine,
  clock: Clock,
  sinceMs: number,
  print: (source: LogSource, line: LogLine) => void,
): LogFollower {
  const followed = new Set<string>();
  const open = new Set<Promise<void>>();
  const ending = new AbortController();

  function update(containers: readonly EngineContainer[]): void {
    for (const container of containers) {
      const source = sourceOf(container);
      const key = `${container.id}@${container.startedAtMs ?? 0}`;
      if (source === undefined || container.startedAtMs === undefined || followed.has(key)) continue;
      if (container.finishedAtMs !== undefined && container.finishedAtMs < sinceMs) continue;
      followed.add(key);
      const stream = read(container, source).finally(() => open.delete(stream));
      open.add(stream);
    }
  }

  async function read(container: EngineContainer, source: LogSource): Promise<void> {
    const adopted = (container.startedAtMs ?? 0) < sinceMs;
    const options = { follow: true, ...(adopted ? { sinceMs } : {}) };
    try {
      for await (const line of engine.logs(container.id, options, ending.signal)) print(source, line);
    } catch {
      // The engine went away, or the container: a look tells, and nothing is left to read here.
    }
  }

  return {
    update,
    async close() {
      const cancel = clock.at(clock.nowMs() + drainMs, () => ending.abort());
      await Promise.all(open);
      cancel();
      ending.abort();
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
