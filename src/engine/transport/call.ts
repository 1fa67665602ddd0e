import { engineError, failed } from './failure.ts';

/** How long each kind of call may take, in milliseconds. */
export interface Deadlines {
  /** A list, an info, an inspect of what nobody holds locked. */
  readonly lookMs: number;
  /** An inspect inside a snapshot: it waits for the container's lock, and its loss is no lost snapshot. */
  readonly inspectMs: number;
  /** A create, start, kill or removal. */
  readonly changeMs: number;
  /** The longest silence of a pull. */
  readonly pullSilenceMs: number;
  /** The longest silence of a build: a compiler may say nothing for long. */
  readonly buildSilenceMs: number;
}

export const usualDeadlines: Deadlines = {
  lookMs: 15_000,
  inspectMs: 3_000,
  changeMs: 120_000,
  pullSilenceMs: 300_000,
  buildSilenceMs: 1_800_000,
};

/**
 * Every call to the engine goes through here: dockerode may leave a promise pending for ever (docs/engines.md#calls).
 * Settles at the deadline at the latest, with kind `unknown`, and aborts the request then. Rejects with EngineError only.
 */
export async function call<T>(deadlineMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const request = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // Rejected before the abort: the deadline's words must win over the abort's.
      reject(failed('unknown', `the engine gave no answer within ${deadlineMs / 1000} s`));
      request.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([run(request.signal), deadline]);
  } catch (error) {
    throw engineError(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As {@link call}, for an answer that is a stream: the deadline holds until the stream is there, `signal` ends it at any time.
 */
export function openStream(
  deadlineMs: number,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>,
): Promise<NodeJS.ReadableStream> {
  return call(deadlineMs, (untilOpen) => open(AbortSignal.any([signal, untilOpen])));
}

/** The answer as a list; a proxy's page with status 200 arrives as a Buffer. */
export function expectList<T>(answer: readonly T[] | null | undefined): readonly T[] {
  if (Array.isArray(answer)) return answer as readonly T[];
  if (answer === null || answer === undefined) return [];
  throw failed('away', notEngine);
}

/** The answer as an object that has `key`. */
export function expectObject<T extends object>(answer: T, key: keyof T): T {
  if (typeof answer === 'object' && answer !== null && key in answer) return answer;
  throw failed('away', notEngine);
}

const notEngine = 'what answers is no container engine (a proxy?)';
