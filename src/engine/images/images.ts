import type { RegistryLogin } from '../../core/runtime/action.ts';
import { call, expectObject } from '../transport/call.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { ImageProgress } from '../port.ts';
import { credentialsFor, loginsOf } from './registry-auth.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { Session } from '../session.ts';
import { readTold } from './told.ts';
import type { Told } from './told.ts';

/** An image to pull. */
export interface WantedImage {
  readonly image: string;
  readonly platform?: string;
  readonly logins?: readonly RegistryLogin[];
}

export interface FoundImage {
  readonly imageId: string;
  /** The user that it names, '' for none. */
  readonly imageUser: string;
}

/** Rejects with `noImage` when it is not on the engine, or is there for another platform than the one that is given. */
export async function inspectImage(session: Session, image: string, platform?: string): Promise<FoundImage> {
  const { found, platform: actual } = await readImage(session, image);
  if (platform === undefined || `${actual}/`.startsWith(`${platform}/`)) return found;
  throw failed('noImage', `image ${image} is there for ${actual}, not for ${platform}`);
}

/** The same with its labels, and what it is for: `linux/arm64/v8`. */
export async function readImage(
  session: Session,
  image: string,
): Promise<{
  readonly found: FoundImage;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: string;
}> {
  try {
    const answer = await call(session.deadlines.lookMs, () => session.docker.getImage(image).inspect());
    const { Id: imageId, Config: config, Os: os, Architecture: architecture } = expectObject(answer, 'Id');
    const variant = (answer as { readonly Variant?: string }).Variant;
    return {
      found: { imageId, imageUser: config?.User ?? '' },
      labels: config?.Labels ?? {},
      platform: [os, architecture, ...(variant ? [variant] : [])].join('/'),
    };
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
  wanted: WantedImage,
  progress?: (progress: ImageProgress) => void,
): Promise<FoundImage> {
  const { image, logins = [] } = wanted;
  const { name } = parseImage(image);
  const refusals: string[] = [];
  for (const auth of loginsOf(logins, name)) {
    try {
      return await pullWith(session, wanted, auth, progress);
    } catch (error) {
      const { kind, message } = engineError(error).failure;
      if (kind !== 'refused') throw error;
      refusals.push(message);
    }
  }
  const own = await credentialsFor(session.configDir, session.env, name);
  // Whoever has a login and is refused is told so, and not that an anonymous pull is refused as well.
  if (own === undefined && refusals.length > 0) throw failed('refused', [...new Set(refusals)].join('; '));
  return pullWith(session, wanted, own, progress);
}

async function pullWith(
  session: Session,
  { image, platform }: WantedImage,
  auth: RegistryAuth | undefined,
  progress?: (progress: ImageProgress) => void,
): Promise<FoundImage> {
  const { name, tag } = parseImage(image);
  const layers = new Map<string, Layer>();
  await readTold(
    session,
    { name: 'the pull', silenceMs: session.deadlines.pullSilenceMs },
    (abortSignal) =>
      session.docker.createImage(auth, {
        fromImage: name,
        tag,
        ...(platform === undefined ? {} : { platform }),
        abortSignal,
      }),
    (told) => {
      if (noteLayer(layers, told)) progress?.(sum(layers.values()));
    },
  );
  return inspectImage(session, image);
}

interface Layer {
  readonly currentBytes: number;
  readonly totalBytes: number;
}

/** @returns whether the sum changed. Only the download counts: its bytes and the extraction's are not of one kind. */
function noteLayer(layers: Map<string, Layer>, { id, status, progressDetail }: Told): boolean {
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

function sum(layers: Iterable<Layer>): ImageProgress {
  let [done, total] = [0, 0];
  for (const layer of layers) {
    done += layer.currentBytes;
    total += layer.totalBytes;
  }
  return { done, total, unit: 'bytes' };
}

/** The engine takes a digest where it takes a tag; a tag beside a digest says nothing more. */
export function parseImage(image: string): { readonly name: string; readonly tag: string } {
  const [beforeDigest = '', digest] = image.split('@', 2);
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1);
  const name = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon);
  return { name, tag: digest ?? (colon === -1 ? 'latest' : beforeDigest.slice(colon + 1)) };
}
