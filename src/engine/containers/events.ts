import { label } from '../../core/runtime/labels.ts';
import { openStream } from '../transport/call.ts';
import { engineError, failed } from '../transport/failure.ts';
import { readLines } from '../transport/lines.ts';
import type { EngineError, Subscription } from '../port.ts';
import type { Session } from '../session.ts';

/**
 * Hints at everything that happens to a project's containers, except what a call of ours in flight brings about. Hints
 * once when the feed stands, since what happened before is not in it. Events of networks and volumes carry no labels, so
 * they are not seen (docs/engines.md#looks-and-events).
 */
export function watchEvents(
  session: Session,
  project: string,
  hint: () => void,
  lost: (error: EngineError) => void,
): Subscription {
  const closing = new AbortController();
  const ended = AbortSignal.any([closing.signal, session.closed]);
  void follow(session, project, hint, ended).catch((error: unknown) => {
    if (!ended.aborted) lost(engineError(error));
  });
  return { close: () => closing.abort() };
}

async function follow(session: Session, project: string, hint: () => void, ended: AbortSignal): Promise<never> {
  const filters = { type: ['container'], event: watched, label: [`${label.project}=${project}`] };
  const stream = await openStream(session.deadlines.lookMs, ended, (abortSignal) =>
    session.docker.getEvents({ filters: JSON.stringify(filters), abortSignal }),
  );
  stream.on('error', () => undefined);
  hint();
  for await (const line of readLines(stream as AsyncIterable<Buffer>)) {
    if (take(session, line)) hint();
  }
  throw failed('away', 'the engine ended the event feed');
}

/** Execs of probes would flood the feed and the engine's history of 256 events, so only these are asked for. */
const watched: readonly string[] = [
  'create',
  'start',
  'die',
  'oom',
  'destroy',
  'pause',
  'unpause',
  'rename',
  'restart',
  'update',
];

/**
 * An event is no truth, but whom it names is looked at again. True when it is news: while twenty Pods start, a look at
 * each container for each step of our own would take the engine more time than the work itself.
 */
function take({ memory }: Session, line: string): boolean {
  const event = parse(line);
  if (event?.id === undefined) return true;
  const { id, Action: action = '', Actor: actor } = event;
  if (memory.isOwn(`${action} ${id}`) || memory.isOwn(`${action} ${actor?.Attributes?.['name']}`)) return false;
  memory.doubt(id);
  if (action === 'oom') memory.noteOom(id);
  return true;
}

interface EngineEvent {
  readonly id?: string;
  readonly Action?: string;
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

function parse(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}
