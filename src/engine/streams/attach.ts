import type { Duplex } from 'node:stream';
import type { AttachOptions, Session as Streams } from '../port.ts';
import type { Session } from '../session.ts';
import { call } from '../transport/call.ts';
import { readOutput, resizeInTime } from './output.ts';

/** Takes part in the streams of a container's first process; see the port. */
export async function openAttach(
  { docker, deadlines }: Session,
  id: string,
  { tty, stdin, detachKeys }: AttachOptions,
): Promise<Streams> {
  const container = docker.getContainer(id);
  const stdio = (await call(deadlines.lookMs, (abortSignal) =>
    container.attach({ stream: true, stdin, stdout: true, stderr: true, detachKeys, hijack: true, abortSignal }),
  )) as Duplex;
  stdio.on('error', () => undefined);
  return {
    input: stdio,
    output: readOutput(stdio, tty),
    resize: ({ columns, rows }) =>
      resizeInTime(() =>
        call(deadlines.lookMs, (abortSignal) => container.resize({ w: columns, h: rows, abortSignal })),
      ),
    close: () => void stdio.destroy(),
  };
}
