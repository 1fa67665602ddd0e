/** What a container left as its termination message (kuberuntime_container.go getTerminationMessage, readLastStringFromContainerLogs). */
import { containerFactsOf, kindOf } from '../../core/runtime/labels.ts';
import { defaultMessagePath } from '../../core/spec/pod-volumes.ts';
import { cannotRun } from '../../core/pod/restart.ts';
import type { EngineContainer } from '../../core/runtime/snapshot.ts';
import { readTail } from '../volumes/archive.ts';
import { call } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import { readLogTail } from './logs.ts';
import type { Session } from '../session.ts';
import { statFile } from '../volumes/stat.ts';

const longestMessage = 4096;
/** MaxContainerTerminationMessageLogLines and -Length (pkg/kubelet/container/runtime.go). */
const fallback = { lines: 80, bytes: 2048 };

/** True for an instance that has ended and whose message is to be read. */
export const hasMessage = ({ state, labels, startedAtMs }: EngineContainer): boolean =>
  (state === 'exited' || state === 'dead') && kindOf(labels) === 'container' && startedAtMs !== undefined;

/** The container with its message, where it left one; `isRead` is false where the engine could not tell. */
export async function withMessage(
  session: Session,
  container: EngineContainer,
): Promise<{ readonly container: EngineContainer; readonly isRead: boolean }> {
  const { terminationMessagePath = defaultMessagePath, terminationMessagePolicy } =
    containerFactsOf(container.labels) ?? {};
  const withText = (message: string) => (message === '' ? container : { ...container, message });
  try {
    const written = await readFile(session, container.id, terminationMessagePath);
    const falls =
      terminationMessagePolicy === 'FallbackToLogsOnError' && container.exitCode !== 0 && !cannotRun(container);
    const message = written === '' && falls ? await readEnd(session, container.id).catch(() => '') : written;
    return { container: withText(message), isRead: true };
  } catch (error) {
    // The kubelet's words.
    const why = `Error on reading termination log ${terminationMessagePath}: ${engineError(error).failure.message}`;
    return { container: withText(why), isRead: false };
  }
}

/** Through the container itself: what was mounted into it is seen although it has ended. Most write nothing. */
async function readFile(session: Session, id: string, path: string): Promise<string> {
  const size = await statFile(session, id, path).then((stat) => stat.size, sizeOfNone);
  if (size === 0) return '';
  // The engine starts a process for it, which may wait for its turn where many have ended at once.
  const stream = await call(session.deadlines.lookMs, (abortSignal) =>
    session.docker.getContainer(id).getArchive({ path, abortSignal }),
  );
  return (await readTail(stream, longestMessage)).toString('utf8');
}

function sizeOfNone(error: unknown): number {
  if (engineError(error).failure.kind === 'gone') return 0;
  throw error;
}

const readEnd = async (session: Session, id: string): Promise<string> =>
  (await readLogTail(session, id, fallback)).toString('utf8');
