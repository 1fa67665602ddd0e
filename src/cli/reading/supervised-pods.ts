/** What commands begin and end with that ask a supervisor to do something to Pods. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podKey } from '../../core/runtime/pod-ref.ts';
import { summarizePod } from '../../output/tables/pod-summary.ts';
import type { World } from '../../run/world.ts';
import type { Answer, Request } from '../../state/control.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import type { Selectors } from '../options/selectors.ts';
import { meantOf } from './meant-pods.ts';
import { checkOwner } from './owner.ts';
import { namedProject, silentSupervisor, supervisorOf } from '../session.ts';

export interface SupervisedPods {
  /** Those that were asked for. */
  readonly pods: readonly KubernetesPod[];
  /** True where none is named. */
  readonly isAll: boolean;
  readonly ask: (request: Request) => Promise<unknown>;
  /**
   * Resolves when the Pods of the project are as asked for. Rejects with what `are` throws, with exit code 124 when
   * that takes longer than `timeoutMs` (0 or less: no limit), with 1 when the supervisor ends before.
   */
  readonly until: (are: (pods: readonly KubernetesPod[]) => boolean, timeoutMs: number) => Promise<void>;
}

export interface PodsToAsk extends GlobalOptions, Selectors {
  readonly pod: readonly string[];
  readonly namespace: string;
}

/**
 * The Pods of those names in the namespace, all of it where none is named, as their supervisor tells them. Rejects with
 * exit code 1 when there is none or a Pod is not there, with 4 when it does not answer or another folder's is.
 * @param mayBeAbsent a name that no Pod has is no error
 */
export async function supervisedPods(world: World, options: PodsToAsk, mayBeAbsent = false): Promise<SupervisedPods> {
  const named = await namedProject(world, options);
  const { name: project } = named;
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project);
  const asked = await supervisor.ask({ op: 'status' });
  if (asked.kind === 'silent') throw new CommandError(exitCode.owned, silentSupervisor(project));
  if (asked.kind === 'nobody')
    throw new CommandError(exitCode.failed, `no podrun supervises project ${project}; this needs a running podrun up`);
  await checkOwner(engine, named, asked.answer.owner, `-p ${project} and no file changes it all the same`);
  engine.close();
  const all = podsOf(asked.answer);
  const { pods, missing, isAll } = await meantOf(world, options, options, all);
  if (missing.length > 0 && !mayBeAbsent) throw new CommandError(exitCode.failed, missing.join('\npodrun: '));

  async function until(are: (pods: readonly KubernetesPod[]) => boolean, timeoutMs: number): Promise<void> {
    const ending = new AbortController();
    let [met, late] = [false, false];
    let last = pods;
    let refused: Error | undefined;
    const endLate = () => {
      late = true;
      ending.abort();
    };
    const cancel = timeoutMs > 0 ? world.clock.at(world.clock.nowMs() + timeoutMs, endLate) : () => {};
    const look = (answer: Answer) => {
      last = podsOf(answer);
      try {
        met ||= are(last);
      } catch (error) {
        refused = error instanceof Error ? error : new Error(String(error));
      }
      if (met || refused !== undefined) ending.abort();
    };
    await supervisor.follow({ op: 'watch' }, look, ending.signal).catch(() => {});
    cancel();
    if (refused !== undefined) throw refused;
    if (late && !met) throw new CommandError(exitCode.timedOut, lateText(last));
    if (!met) throw new CommandError(exitCode.failed, `podrun up of project ${project} ended before that was done`);
  }
  function lateText(now: readonly KubernetesPod[]): string {
    const lines = pods.map((pod) => {
      const is = now.findLast((other) => keyOf(other) === keyOf(pod));
      if (is === undefined) return `timed out waiting for pods/${pod.metadata?.name}: it is not there`;
      const { status, ready, total } = summarizePod(is, world.clock.nowMs());
      return `timed out waiting for pods/${pod.metadata?.name}: it is ${status}, ${ready}/${total} ready`;
    });
    return lines.join('\npodrun: ');
  }
  return { pods, isAll, ask: (request) => supervisor.ask(request), until };
}

export const keyOf = ({ metadata }: KubernetesPod): string =>
  podKey({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? 'default' });

const podsOf = (answer: Answer): readonly KubernetesPod[] => answer.pods as readonly KubernetesPod[];
