import { call, expectObject, openStream } from './call.ts';
import { engineError, failed } from './failure.ts';
import { readLines } from './lines.ts';
import type { PullProgress } from './port.ts';
import { credentialsFor } from './registry-auth.ts';
import type { Session } from './session.ts';

export interface FoundImage {
  readonly imageId: string;
  /** The user that it names, '' for none. */
  readonly imageUser: string;
}

/** Rejects with `noImage` when it is not on the engine. */
export async function inspectImage(session: Session, image: string): Promise<FoundImage> {
  try {
    const answer = await call(session.deadlines.lookMs, () => session.docker.getImage(image).inspect());
    const { Id: imageId, Config: config } = expectObject(answer, 'Id');
    return { imageId, imageUser: config?.User ?? '' };
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw kind === 'gone' ? failed('noImage', message) : error;
  }
}

/**
 * Pulls an image; `x` is `x:latest`. Each step of the engine is told as the sum over all layers known so far.
 * Rejects with `refused` and the registry's words (the engine answers 200 and tells an error inside the stream), or with
 * `unknown` after a long silence.
 */
export async function pullImage(
  session: Session,
  image: string,
  progress?: (progress: PullProgress) => void,
): Promise<FoundImage> {
  const { name, tag } = parseImage(image);
  const auth = await credentialsFor(session.configDir, session.env, name);
  const silence = new AbortController();
  const signal = AbortSignal.any([silence.signal, session.closed]);
  let timer = setTimeout(() => silence.abort(), session.deadlines.pullSilenceMs);
  const layers = new Map<string, PullProgress>();
  try {
    const stream = await openStream(session.deadlines.pullSilenceMs, signal, (abortSignal) =>
      session.docker.createImage(auth, { fromImage: name, tag, abortSignal }),
    );
    stream.on('error', () => undefined);
    for await (const line of readLines(stream as AsyncIterable<Buffer>)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), session.deadlines.pullSilenceMs);
      const message = JSON.parse(line) as PullMessage;
      const error = message.errorDetail?.message ?? message.error;
      if (error !== undefined) throw failed('refused', error);
      if (noteLayer(layers, message)) progress?.(sum(layers.values()));
    }
  } catch (error) {
    throw silence.signal.aborted ? failed('unknown', pullSilent(session)) : pullFailure(error);
  } finally {
    clearTimeout(timer);
  }
  return inspectImage(session, image);
}

const pullSilent = (session: Session): string =>
  `the pull told nothing for ${session.deadlines.pullSilenceMs / 1000} s`;

/** Whatever status the engine gives a registry's no, it is a no. */
function pullFailure(error: unknown): unknown {
  const { kind, message } = engineError(error).failure;
  return failed(kind === 'away' || kind === 'unknown' ? kind : 'refused', message);
}

interface PullMessage {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** @returns whether the sum changed. Only the download counts: its bytes and the extraction's are not of one kind. */
function noteLayer(layers: Map<string, PullProgress>, { id, status, progressDetail }: PullMessage): boolean {
  if (id === undefined) return false;
  const before = layers.get(id);
  if (status === 'Downloading' && progressDetail?.total !== undefined) {
    layers.set(id, { currentBytes: progressDetail.current ?? 0, totalBytes: progressDetail.total });
    return true;
  }
  if (status === 'Download complete' && before !== undefined) {
    layers.set(id, { ...before, currentBytes: before.totalBytes });
    return true;
  }
  return false;
}

function sum(layers: Iterable<PullProgress>): PullProgress {
  let currentBytes = 0;
  let totalBytes = 0;
  for (const layer of layers) {
    currentBytes += layer.currentBytes;
    totalBytes += layer.totalBytes;
  }
  return { currentBytes, totalBytes };
}

/** The engine takes a digest where it takes a tag; a tag beside a digest says nothing more. */
export function parseImage(image: string): { readonly name: string; readonly tag: string } {
  const [beforeDigest = '', digest] = image.split('@', 2);
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1);
  const name = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon);
  return { name, tag: digest ?? (colon === -1 ? 'latest' : beforeDigest.slice(colon + 1)) };
}
