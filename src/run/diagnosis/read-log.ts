import type { Engine } from '../../engine/port.ts';

/**
 * The lines that a container has written up to now, without their line ends. Rejects with an EngineError.
 * @param tail only the last so many; unset: all
 */
export async function readLog(engine: Engine, id: string, tail?: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const options = { follow: false, ...(tail === undefined ? {} : { tail }) };
  for await (const { bytes, continues } of engine.logs(id, options, new AbortController().signal)) {
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    if (continues === true) lines.push(`${lines.pop() ?? ''}${text}`);
    else lines.push(text);
  }
  return lines;
}
