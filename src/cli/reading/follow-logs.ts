import { observe } from '../../core/runtime/observed.ts';
import type { ObservedPod } from '../../core/runtime/observed.ts';
import { EngineError } from '../../engine/port.ts';
import type { Engine, LogOptions } from '../../engine/port.ts';
import { meantNames, meantPods } from './log-sources.ts';
import type { LogChoice, Source } from './log-sources.ts';
import type { Supervisor } from '../session.ts';

export interface ProjectLogs {
  readonly engine: Engine;
  readonly project: string;
  readonly supervisor: Supervisor;
  readonly choice: LogChoice;
  /** Prints one log as it grows, until its container ends or the signal says so. */
  readonly print: (source: Source, read: LogOptions) => Promise<void>;
}

/**
 * Follows all containers of a project: the sources first, as `read` says, and each instance that comes after them, from its
 * first line. Ends when all of them have ended and nobody is there who would start another; rejects when the engine goes away.
 */
export async function followProject(
  { engine, project, supervisor, choice, print }: ProjectLogs,
  first: readonly Source[],
  read: LogOptions,
  signal: AbortSignal,
): Promise<void> {
  /** The newest attempt of each container that is followed, and the end of what is printed of it: its next one waits for that. */
  const followed = new Map<string, { readonly attempt: number; readonly runs: Set<string>; ended: Promise<void> }>();
  let open = 0;
  let end: (error?: Error) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  const fail = (error: unknown): void => end(error as Error);
  const leaving = new AbortController();
  let supervised: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  function follow(source: Source, options: LogOptions): void {
    const key = keyOf(source);
    const before = followed.get(key);
    open += 1;
    const ended = (before?.ended ?? Promise.resolve())
      .then(() => print(source, options))
      .catch(unlessGone)
      .then(() => (open -= 1))
      .then(() => void look())
      .catch(fail);
    const runs = new Set(before?.runs).add(runOf(source));
    followed.set(key, { attempt: source.instance.attempt, runs, ended });
  }

  /** One look at a time; what is told meanwhile is seen by the next. */
  function look(): Promise<void> {
    again = true;
    looking ??= lookOn()
      .catch(fail)
      .finally(() => (looking = undefined));
    return looking;
  }

  async function lookOn(): Promise<void> {
    while (again && !signal.aborted) {
      again = false;
      watchSupervisor();
      for (const source of comeSince(observe(await engine.snapshot(project)).pods)) {
        // The engine goes on with the log of a container that it starts again under its id.
        const isSame = [...(followed.get(keyOf(source))?.runs ?? [])].some((run) =>
          run.startsWith(source.instance.container.id),
        );
        const sinceMs = isSame ? source.instance.container.startedAtMs : undefined;
        follow(source, { follow: true, ...(sinceMs === undefined ? {} : { sinceMs }) });
      }
      if (open === 0 && (await supervisor.ask({ op: 'status' })).kind === 'nobody' && !again) end();
    }
  }

  /** Started, and later than what is followed of its container; oldest first. */
  function comeSince(pods: readonly ObservedPod[]): readonly Source[] {
    return meantPods(choice, pods).flatMap((pod) =>
      meantNames(choice, pod).flatMap((name) =>
        (pod.instances.get(name) ?? [])
          .map((instance): Source => ({ pod, instance }))
          .filter((source) => {
            const known = followed.get(keyOf(source));
            if (source.instance.container.startedAtMs === undefined) return false;
            return known === undefined || (source.instance.attempt >= known.attempt && !known.runs.has(runOf(source)));
          })
          .toReversed(),
      ),
    );
  }

  /** The end of the podrun that supervises may be that of the last one who would start another. */
  function watchSupervisor(): void {
    supervised ??= supervisor
      .follow({ op: 'watch' }, () => {}, leaving.signal)
      .then(
        () => (again = true),
        () => {},
      )
      .then(() => (supervised = undefined))
      .then(() => (again ? look() : undefined));
  }

  for (const source of first) follow(source, read);
  signal.addEventListener('abort', () => end());
  const hints = engine.watch(project, () => void look(), end);
  await done.finally(() => {
    hints.close();
    leaving.abort();
  });
  await Promise.all([...followed.values()].map(({ ended }) => ended));
}

const keyOf = ({ pod, instance }: Source): string => `${pod.uid}/${instance.name}`;

/** A run of an instance: a hand may start a container again under its id. */
const runOf = ({ instance: { container } }: Source): string => `${container.id}@${container.startedAtMs ?? 0}`;

/** A container that was removed has no more to tell. */
export function unlessGone(error: unknown): void {
  if (!(error instanceof EngineError) || error.failure.kind !== 'gone') throw error;
}
