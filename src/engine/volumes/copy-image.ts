import type { IncomingMessage } from 'node:http';
import type { EngineAction } from '../../core/runtime/action.ts';
import { call } from '../transport/call.ts';
import { create } from '../containers/containers.ts';
import { helperBody } from '../containers/create-body.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { Session } from '../session.ts';

/**
 * Streams all files of an image into a volume of a running infra, by a helper container that is never started.
 * Rejects with `noImage` without the image, `noSandbox` without the infra.
 */
export async function copyImage(
  session: Session,
  { image, name, labels, infraId, path }: Extract<EngineAction, { verb: 'copyImage' }>,
): Promise<void> {
  const { docker, deadlines } = session;
  const id = await create(session, name, helperBody(image, labels, ['none'], {}));
  try {
    const archive = await call(deadlines.changeMs, (abortSignal) =>
      docker.getContainer(id).getArchive({ path: '/.', abortSignal }),
    );
    await call(deadlines.pullSilenceMs, (abortSignal) =>
      docker.getContainer(infraId).putArchive(archive as IncomingMessage, { path, abortSignal }),
    );
  } catch (error) {
    const { kind, message } = engineError(error).failure;
    throw kind === 'gone' ? failed('noSandbox', message) : error;
  } finally {
    await call(deadlines.changeMs, (abortSignal) =>
      docker.getContainer(id).remove({ v: true, force: true, abortSignal }),
    );
  }
}
