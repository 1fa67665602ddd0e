import { openStream } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import { readFramesOrLines } from '../transport/frames.ts';
import type { Frame } from '../transport/frames.ts';
import type { LogLine, LogOptions } from '../port.ts';
import type { Session } from '../session.ts';

/**
 * The lines of a container. Ends at the container's end when following, quietly when `signal` aborts or the session is
 * closed; throws EngineError when the engine goes away or the container is not there.
 */
export async function* readLogs(
  session: Session,
  id: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const ended = AbortSignal.any([signal, session.closed]);
  if (ended.aborted) return;
  try {
    // The engine reads the two streams apart: what it has of one may be older than what it has told of the other.
    const last = new Map<LogLine['stream'], string>();
    for await (const line of readOnce(session, id, options, ended)) {
      last.set(line.stream, line.time);
      yield line;
    }
    // An engine that is followed now and then drops a last line without an end; asked again it has it.
    if (!options.follow || ended.aborted) return;
    const [first] = [...last.values()].toSorted();
    const rest = restOf(options, first === undefined ? undefined : ourMs(session, first));
    for await (const line of readOnce(session, id, rest, ended))
      if (line.time > (last.get(line.stream) ?? first ?? '')) yield line;
  } catch (error) {
    if (!ended.aborted) throw engineError(error);
  }
}

/** The last bytes of the last so many lines, both streams as they were written, no line end added or taken away. */
export async function readLogTail(
  session: Session,
  id: string,
  { lines, bytes }: { readonly lines: number; readonly bytes: number },
): Promise<Buffer> {
  const ended = AbortSignal.any([AbortSignal.timeout(session.deadlines.lookMs), session.closed]);
  let tail: Buffer = Buffer.alloc(0);
  for await (const frame of readLogFrames(session, id, { follow: false, tail: lines }, ended))
    tail = Buffer.concat([tail, untimed(frame).part]).subarray(-bytes);
  return tail;
}

/** What is asked for after a follow that told lines up to about `toldMs`; of a follow that told none, the last line. */
const restOf = ({ tail, sinceMs }: LogOptions, toldMs: number | undefined): LogOptions => ({
  follow: false,
  ...(toldMs === undefined ? { tail: Math.min(tail ?? 1, 1) } : {}),
  ...withSince(toldMs ?? sinceMs),
});

const withSince = (sinceMs: number | undefined): { readonly sinceMs?: number } =>
  sinceMs === undefined ? {} : { sinceMs };

async function* readOnce(
  session: Session,
  id: string,
  options: LogOptions,
  ended: AbortSignal,
): AsyncGenerator<LogLine> {
  yield* joinLines(readLogFrames(session, id, options, ended));
}

async function* readLogFrames(
  session: Session,
  id: string,
  options: LogOptions,
  ended: AbortSignal,
): AsyncGenerator<Frame> {
  const stream = await openStream(session.deadlines.lookMs, ended, (abortSignal) =>
    openLogs(session, id, options, abortSignal),
  );
  // The engine's own `error` after an abort comes also when nobody reads.
  stream.on('error', () => undefined);
  yield* readFramesOrLines(stream as AsyncIterable<Buffer>);
}

/** A line's time, which has nine digits behind the second's point, on our clock. */
const ourMs = (session: Session, time: string): number => Date.parse(time) + session.offsetMs;

/** dockerode parses the answer of its `logs` as JSON unless it follows: a line `42` would arrive as a number. */
function openLogs(
  session: Session,
  id: string,
  options: LogOptions,
  abortSignal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow: options.follow,
    tail: options.tail ?? 'all',
    ...(options.sinceMs === undefined ? {} : { since: engineSeconds(options.sinceMs - session.offsetMs) }),
  };
  return new Promise((resolve, reject) => {
    session.docker.modem.dial(
      {
        path: `/containers/${id}/logs?`,
        method: 'GET',
        isStream: true,
        abortSignal,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
        options: query,
      },
      (error, stream) => (error ? reject(error) : resolve(stream as NodeJS.ReadableStream)),
    );
  });
}

/** Seconds with nine digits behind the point, as text: a number would lose digits, RFC 3339 is refused. */
function engineSeconds(engineMs: number): string {
  const ms = Math.max(0, Math.floor(engineMs));
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}000000`;
}

/** A line longer than 16 KiB comes in several frames, each with a time before it; only the last ends in a line end. */
async function* joinLines(frames: AsyncIterable<Frame>): AsyncGenerator<LogLine> {
  const open = new Map<'stdout' | 'stderr', OpenLine>();
  for await (const frame of frames) {
    const { stream } = frame;
    const { time, part } = untimed(frame);
    const line = open.get(stream) ?? { time, parts: [], length: 0, continues: false };
    line.parts.push(Buffer.from(part));
    line.length += part.length;
    open.set(stream, line);
    const isWhole = part.at(-1) === lineEnd;
    if (!isWhole && line.length < maxLineBytes) continue;
    yield toLine(stream, line);
    if (isWhole) open.delete(stream);
    else open.set(stream, { time, parts: [], length: 0, continues: true });
  }
  for (const [stream, line] of open) if (line.length > 0) yield toLine(stream, line);
}

/** What was written, and the time that the engine puts before it. */
function untimed({ payload }: Frame): { readonly time: string; readonly part: Buffer } {
  const space = payload.indexOf(0x20);
  return { time: payload.toString('latin1', 0, Math.max(space, 0)), part: payload.subarray(space + 1) };
}

interface OpenLine {
  readonly time: string;
  readonly parts: Buffer[];
  length: number;
  readonly continues: boolean;
}

function toLine(stream: 'stdout' | 'stderr', { time, parts, continues }: OpenLine): LogLine {
  return { stream, time, bytes: Buffer.concat(parts), ...(continues ? { continues } : {}) };
}

const lineEnd = 0x0a;
/** A process that never ends its line is cut, so that memory stays bounded. */
const maxLineBytes = 1024 * 1024;
