/** Answers of the engine that tell, line by line, how a long work gets on: pulls and builds. */
import { openStream } from '../transport/call.ts';
import { engineError, failed } from '../transport/failure.ts';
import { readLines } from '../transport/lines.ts';
import type { Session } from '../session.ts';

/** One line of it. */
export interface Told {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** What the classic builder says. */
  readonly stream?: string;
  /** What BuildKit does, in base64. */
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

export interface Work {
  /** Say `the pull`. */
  readonly name: string;
  /** The longest that it may tell nothing. */
  readonly silenceMs: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Reads it to its end. Rejects with `refused` and the words of whoever said no (the engine answers 200 and tells an
 * error inside the stream), or with `unknown` after a long silence.
 */
export async function readTold(
  session: Session,
  { name, silenceMs, signal: ended }: Work,
  open: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>,
  take: (told: Told) => void,
): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([silence.signal, session.closed, ...(ended === undefined ? [] : [ended])]);
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const stream = await openStream(silenceMs, signal, open);
    stream.on('error', () => undefined);
    for await (const line of readLines(stream as AsyncIterable<Buffer>)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      const told = JSON.parse(line) as Told;
      const error = told.errorDetail?.message ?? told.error;
      if (error !== undefined) throw failed('refused', error);
      take(told);
    }
  } catch (error) {
    if (silence.signal.aborted) throw failed('unknown', `${name} told nothing for ${silenceMs / 1000} s`);
    // Whatever status the engine gives a no, it is a no.
    const { kind, message } = engineError(error).failure;
    throw failed(kind === 'away' || kind === 'unknown' ? kind : 'refused', message);
  } finally {
    clearTimeout(timer);
  }
}
