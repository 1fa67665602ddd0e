import type { EngineContainer } from '../../core/runtime/snapshot.ts';
import { isRunning } from '../../core/pod/restart.ts';
import type { Engine, LogLine } from '../../engine/port.ts';

/** An engine that hangs keeps nobody for longer. */
const mostMs = 30_000;

/** What a container has written up to now. Of one that has just ended the engine may still be writing: it is read to its end. */
export const logOf = (engine: Engine, container: EngineContainer, tail?: number): AsyncIterable<LogLine> =>
  engine.logs(
    container.id,
    { follow: !isRunning(container), ...(tail === undefined ? {} : { tail }) },
    AbortSignal.timeout(mostMs),
  );

/** The last lines of it, without their line ends. Rejects with an EngineError. */
export async function readTail(engine: Engine, container: EngineContainer, tail: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { bytes, continues } of logOf(engine, container, tail)) {
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    if (continues === true) lines.push(`${lines.pop() ?? ''}${text}`);
    else lines.push(text);
  }
  return lines;
}
