/** Builds images, by BuildKit where the engine has it, else by the classic builder: see docs/decisions/builders.md. */
import type Docker from 'dockerode';
import type { RegistryLogin } from '../../core/runtime/action.ts';
import { label } from '../../core/runtime/labels.ts';
import type { Build } from '../../model/build.ts';
import { hashContext, listContext, packContext } from './build-context.ts';
import { openBuildSession } from './build-session.ts';
import type { BuildSession } from './build-session.ts';
import { listenToBuildKit, listenToClassic } from './build-told.ts';
import { call } from '../transport/call.ts';
import { engineError, failed } from '../transport/failure.ts';
import { inspectImage, readImage } from '../images/images.ts';
import type { FoundImage } from '../images/images.ts';
import type { ImageProgress } from '../port.ts';
import { credentialsForAll } from '../images/registry-auth.ts';
import type { RegistryAuth } from '../images/registry-auth.ts';
import type { Session } from '../session.ts';
import { readTold } from '../images/told.ts';

/** Rejects with `noImage` when the image is not there, or was built from something else than its context holds now. */
export async function inspectBuild(session: Session, image: string, build: Build): Promise<FoundImage> {
  const { found, labels } = await readImage(session, image);
  const builtFrom = labels[label.build];
  if (builtFrom !== undefined && builtFrom === (await hashContext(build, await listContext(build)))) return found;
  throw failed('noImage', `image ${image} is not built from what its context holds`);
}

/**
 * Builds the image and gives it its name, and the hash of what it was built from as its label. Each step of the Dockerfile is
 * told. Rejects with `refused` and the builder's words.
 */
export async function buildImage(
  session: Session,
  image: string,
  build: Build,
  logins: readonly RegistryLogin[] = [],
  progress?: (progress: ImageProgress) => void,
): Promise<FoundImage> {
  const entries = await listContext(build);
  const hash = await hashContext(build, entries);
  const known = await credentialsForAll(session.configDir, session.env, logins);
  const buildKit = await openBuildKit(session, known);
  const { dockerfile, target, args, platform } = build;
  const query = {
    ...{ t: image, rm: 'true', forcerm: 'true' },
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    buildargs: JSON.stringify(args),
    labels: JSON.stringify({ [label.build]: hash }),
    ...(buildKit === undefined ? { version: '1' } : await buildKitQuery(session, buildKit)),
  };
  const unreadable = new AbortController();
  const archive = packContext(build, entries);
  archive.done.catch((error: unknown) => unreadable.abort(error));
  const listener = buildKit === undefined ? listenToClassic() : listenToBuildKit();
  try {
    await readTold(
      session,
      { name: 'the build', silenceMs: session.deadlines.buildSilenceMs, signal: unreadable.signal },
      // The types do not know `_query`: with it dockerode makes the URL of this alone.
      (abortSignal) =>
        session.docker.buildImage(archive.stream, {
          ...{ _query: query, registryconfig: known, abortSignal },
        } as Docker.ImageBuildOptions),
      (told) => {
        const step = listener.take(told);
        if (step !== undefined) progress?.(step);
      },
    );
  } catch (error) {
    archive.stream.destroy();
    if (unreadable.signal.aborted) throw engineError(unreadable.signal.reason);
    const { kind, message } = engineError(error).failure;
    const said = kind === 'refused' ? listener.lastWords() : [];
    throw failed(kind, [message, ...(said.length > 0 ? [said.join(' / ')] : [])].join(': '));
  } finally {
    buildKit?.close();
  }
  return inspectImage(session, image);
}

/** Undefined where the engine has none, or the user does not want it: by the variable that docker's own client reads. */
async function openBuildKit(
  session: Session,
  logins: Readonly<Record<string, RegistryAuth>>,
): Promise<BuildSession | undefined> {
  return session.env['DOCKER_BUILDKIT'] === '0' ? undefined : openBuildSession(session, logins);
}

/** On an engine without the usual network BuildKit runs nothing unless told so; the classic builder runs it without one. */
async function buildKitQuery({ docker, deadlines }: Session, { id }: BuildSession): Promise<object> {
  const usual = call(deadlines.lookMs, () => docker.getNetwork('bridge').inspect());
  const hasNetwork = await usual.then(
    () => true,
    (error: unknown) => engineError(error).failure.kind !== 'gone',
  );
  return { version: '2', session: id, ...(hasNetwork ? {} : { networkmode: 'none' }) };
}
