/** Builds images, by BuildKit where the engine has it, else by the classic builder: see docs/decisions/builders.md. */
import type Docker from 'dockerode';
import type { EngineAction, Failure } from '../../core/runtime/action.ts';
import { label } from '../../core/runtime/labels.ts';
import type { Build } from '../../model/build.ts';
import { hashContext, listContext, packContext } from './build-context.ts';
import type { ContextEntry } from './build-context.ts';
import { openBuilder } from './builder.ts';
import type { Builder } from './builder.ts';
import { engineError, failed } from '../transport/failure.ts';
import { inspectImage, readImage } from '../images/images.ts';
import type { FoundImage } from '../images/images.ts';
import { EngineError } from '../port.ts';
import type { ImageProgress } from '../port.ts';
import { credentialsForAll } from '../images/registry-auth.ts';
import type { Session } from '../session.ts';
import { readTold } from '../images/told.ts';

/** Rejects with `noImage` when the image is not there, or was built from something else than its context holds now. */
export async function inspectBuild(session: Session, image: string, build: Build): Promise<FoundImage> {
  const { found, labels } = await readImage(session, image);
  const builtFrom = labels[label.build];
  const whole = forPlatform(session, build);
  if (builtFrom !== undefined && builtFrom === (await hashContext(whole, await listContext(whole)))) return found;
  throw failed('noImage', `image ${image} is not built from what its context holds`);
}

/** An image has one platform under a name: the engine's own where it is wanted, so that it runs there without emulation. */
function forPlatform({ platform: own }: Session, build: Build): Build {
  const { platform, platforms = [] } = build;
  const chosen = platform ?? platforms.find((each) => `${each}/`.startsWith(`${own}/`)) ?? platforms[0];
  return chosen === undefined ? build : { ...build, platform: chosen };
}

type WantedBuild = Omit<Extract<EngineAction, { verb: 'buildImage' }>, 'verb' | 'target'>;

/**
 * Builds the image and gives it its name, and the hash of what it was built from as its label. Each step of the Dockerfile is
 * told. Rejects with `refused` and the builder's words.
 */
export async function buildImage(
  session: Session,
  wanted: WantedBuild,
  progress?: (progress: ImageProgress) => void,
): Promise<FoundImage> {
  const { image, logins = [], secrets = {} } = wanted;
  const build = forPlatform(session, wanted.build);
  const entries = await listContext(build);
  const hash = await hashContext(build, entries);
  const known = await credentialsForAll(session.configDir, session.env, logins);
  return session.outputs.during(async (outputs) => {
    const builder = await openBuilder(session, { build, logins: known, secrets, outputs });
    const query = { ...queryOf({ ...wanted, build }, hash), ...builder.query };
    const context = packContext(build, entries);
    try {
      await run(session, { context, query, builder, registryconfig: known }, progress);
    } catch (error) {
      context.stream.destroy();
      throw await explained(engineError(error).failure, builder, { build, hash });
    } finally {
      builder.close();
    }
    return inspectImage(session, image);
  });
}

/** What both builders take in the URL. No secret is in it: the arguments may be, as docker's own client sends them. */
function queryOf({ image, build, noCache, pull }: WantedBuild, hash: string): Readonly<Record<string, string>> {
  const { dockerfile, target, args, platform, network, cacheFrom } = build;
  return {
    ...{ t: image, rm: 'true', forcerm: 'true' },
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(network === undefined ? {} : { networkmode: network }),
    ...(cacheFrom === undefined ? {} : { cachefrom: JSON.stringify(cacheFrom) }),
    ...(noCache === true ? { nocache: 'true' } : {}),
    ...(pull === true ? { pull: 'true' } : {}),
    buildargs: JSON.stringify({ ...args, ...(build.inlineCache === true ? { BUILDKIT_INLINE_CACHE: '1' } : {}) }),
    labels: JSON.stringify({ [label.build]: hash }),
  };
}

interface Run {
  readonly context: ReturnType<typeof packContext>;
  readonly query: Readonly<Record<string, string>>;
  readonly builder: Builder;
  readonly registryconfig: object;
}

async function run(
  session: Session,
  { context, query, builder, registryconfig }: Run,
  progress?: (progress: ImageProgress) => void,
): Promise<void> {
  const unreadable = new AbortController();
  context.done.catch((error: unknown) => unreadable.abort(error));
  try {
    await readTold(
      session,
      { name: 'the build', silenceMs: session.deadlines.buildSilenceMs, signal: unreadable.signal },
      // The types do not know `_query`: with it dockerode makes the URL of this alone.
      (abortSignal) =>
        session.docker.buildImage(context.stream, {
          ...{ _query: query, registryconfig, abortSignal },
        } as Docker.ImageBuildOptions),
      (told) => {
        const step = builder.listener.take(told);
        if (step !== undefined) progress?.(step);
      },
    );
  } catch (error) {
    throw unreadable.signal.aborted ? engineError(unreadable.signal.reason) : error;
  }
}

/** A builder's no with what the failed step wrote. It stands until the context is another, unless it came from elsewhere. */
async function explained(
  failure: Failure,
  { listener }: Builder,
  { build, hash }: { readonly build: Build; readonly hash: string },
): Promise<EngineError> {
  if (failure.kind !== 'refused') return new EngineError(failure);
  const { output, isOutside } = listener.failed();
  const isSame = (await hashOf(build)) === hash;
  // It failed of what the context was: what it is now is to be built, and nothing is told of the other.
  if (!isSame) return failed('unknown', `${failure.message} (the context has changed meanwhile)`);
  return new EngineError({
    ...failure,
    ...(isOutside ? {} : { lasting: true }),
    ...(output === '' ? {} : { output }),
  });
}

async function hashOf(build: Build): Promise<string | undefined> {
  try {
    const entries: readonly ContextEntry[] = await listContext(build);
    return await hashContext(build, entries);
  } catch {
    return undefined;
  }
}
