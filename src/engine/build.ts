/**
 * Builds images, by the classic builder everywhere: BuildKit over this API needs a gRPC session of ours (which podrun's
 * bundle leaves out for its size), and every engine from 20.10 on still takes `version=1`.
 */
import { stripVTControlCharacters } from 'node:util';
import type Docker from 'dockerode';
import type { RegistryLogin } from '../core/action.ts';
import { label } from '../core/labels.ts';
import type { Build } from '../manifest/build.ts';
import { hashContext, listContext, packContext } from './build-context.ts';
import { engineError, failed } from './failure.ts';
import { inspectImage, readImage } from './images.ts';
import type { FoundImage } from './images.ts';
import type { ImageProgress } from './port.ts';
import { credentialsForAll } from './registry-auth.ts';
import type { Session } from './session.ts';
import { readTold } from './told.ts';
import type { Told } from './told.ts';

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
  const unreadable = new AbortController();
  const archive = packContext(build, entries);
  archive.done.catch((error: unknown) => unreadable.abort(error));
  const { dockerfile, target, args } = build;
  const query = {
    ...{ t: image, version: '1', rm: 'true', forcerm: 'true' },
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    buildargs: JSON.stringify(args),
    labels: JSON.stringify({ [label.build]: hash }),
  };
  const registryconfig = await credentialsForAll(session.configDir, session.env, logins);
  const said: string[] = [];
  try {
    await readTold(
      session,
      { name: 'the build', silenceMs: session.deadlines.buildSilenceMs, signal: unreadable.signal },
      // The types do not know `_query`: with it dockerode makes the URL of this alone.
      (abortSignal) =>
        session.docker.buildImage(archive.stream, {
          ...{ _query: query, registryconfig, abortSignal },
        } as Docker.ImageBuildOptions),
      (told) => {
        const step = stepOf(told);
        if (step !== undefined) progress?.(step);
        note(said, told);
      },
    );
  } catch (error) {
    archive.stream.destroy();
    if (unreadable.signal.aborted) throw engineError(unreadable.signal.reason);
    const { kind, message } = engineError(error).failure;
    throw failed(kind, [message, ...(kind === 'refused' && said.length > 0 ? [said.join(' / ')] : [])].join(': '));
  }
  return inspectImage(session, image);
}

const stepLine = /^Step (\d+)\/(\d+) : /;

function stepOf({ stream = '' }: Told): ImageProgress | undefined {
  const [, done, total] = stepLine.exec(stream) ?? [];
  return done === undefined ? undefined : { done: Number(done), total: Number(total), unit: 'steps' };
}

/** How much of what a command said is told with its failure. */
const lastLines = 3;

/** Keeps the last lines of the step under way: the builder's own error says no more than an exit code. */
function note(said: string[], { stream = '' }: Told): void {
  if (stepLine.test(stream)) said.length = 0;
  // What the builder says of itself is no output of the command.
  if (stepLine.test(stream) || /^ ---> |^Removing intermediate container /.test(stream)) return;
  // It paints what goes to standard error.
  const lines = stripVTControlCharacters(stream).split('\n');
  said.push(...lines.flatMap((line) => (line.trim() === '' ? [] : [line.trim()])));
  said.splice(0, Math.max(0, said.length - lastLines));
}
