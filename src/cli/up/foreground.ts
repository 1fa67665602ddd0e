/** `podrun up` in the foreground: it supervises until a signal, `podrun down`, or the Pods' own end. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { jobOutcomes } from '../../core/jobs/ends.ts';
import { changedPods } from '../../core/state/pod-changes.ts';
import type { Self } from '../../core/state/self.ts';
import { ownPodList } from '../../core/status/status.ts';
import type { Engine } from '../../engine/port.ts';
import type { Project } from '../../model/project.ts';
import type { Report } from '../../run/report/report.ts';
import { supervise } from '../../run/supervise.ts';
import type { Ending } from '../../run/ending.ts';
import type { Supervised, SuperviseListener, Supervision } from '../../run/supervise.ts';
import type { World } from '../../run/world.ts';
import { readEvents } from '../commands/events.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import { silentSupervisor, supervisorOf } from '../session.ts';
import type { EndRule, RuledEnd } from './end-rules.ts';
import { tellCauses } from './tell-causes.ts';
import type { Teller } from './tell-causes.ts';

export interface Foreground {
  readonly self: Self;
  readonly project: Project;
  readonly setup: Omit<Supervision, 'self' | 'intent' | 'project'>;
  readonly report: Report;
  /** What of the Pods ends it before they have all ended; unset: nothing. */
  readonly rule?: EndRule | undefined;
  /** Unset: there is nobody to tell why it failed. */
  readonly teller?: Teller;
  /** The lock is taken. */
  readonly started?: () => void;
}

/** @returns the exit code. Rejects with 4 where another podrun has the project. */
export async function runForeground(world: World, engine: Engine, up: Foreground): Promise<number> {
  const { self, project, setup, report, rule } = up;
  let ruled: RuledEnd | undefined;
  let supervised: Supervised | undefined;
  let telling = Promise.resolve();

  async function end(by: RuledEnd, pods: readonly KubernetesPod[]): Promise<void> {
    if (by.code !== exitCode.done) await tellFailure(world, engine, up, pods, by.why);
    if (supervised?.loop.last.state.intent.kind !== 'up') return;
    supervised.takeDown({ kind: 'down', volumes: false, kill: false, ownOnly: true }, by.why);
  }

  const listener: SuperviseListener = {
    ...report.listener,
    started(its) {
      supervised = its;
      up.started?.();
    },
    stepped(input, before, after) {
      report.listener.stepped?.(input, before, after);
      if (rule === undefined || ruled !== undefined || after.state.intent.kind !== 'up') return;
      if (changedPods(before, after.state).length === 0 && before.shared.jobs === after.state.shared.jobs) return;
      const pods = ownPodList(after.state, world.clock.nowMs());
      ruled = rule(pods, jobOutcomes(after.state));
      if (ruled !== undefined) telling = end(ruled, pods);
    },
  };
  const ending = await supervise(world, engine, { self, intent: { kind: 'up' }, project, ...setup }, listener);
  await telling;
  await report.end(ending);
  const code = endingCode(ending, project);
  // It may all have ended before it could be taken down.
  if (ruled !== undefined && (ending.kind === 'finished' || (ending.kind === 'down' && ending.signal === undefined)))
    return ruled.code;
  if (ending.kind === 'finished' && code === exitCode.failed)
    await tellFailure(world, engine, up, ending.pods, 'a Pod Failed');
  return code;
}

/** The containers' logs stand on standard output already. */
async function tellFailure(
  world: World,
  engine: Engine,
  { teller, project, report }: Foreground,
  pods: readonly KubernetesPod[],
  title: string,
): Promise<void> {
  if (teller === undefined) return;
  const events = await readEvents(engine, await supervisorOf(world, engine, project.name));
  const tell = (text: string) => report.tell(text);
  await tellCauses(world, engine, teller, { pods, events, title, withLogs: false, tell });
}

function endingCode(ending: Ending, project: Project): number {
  switch (ending.kind) {
    case 'down':
      return ending.signal === undefined ? exitCode.done : signalCode(ending.signal);
    case 'finished':
      return ending.hasFailed ? exitCode.failed : exitCode.done;
    case 'owned': {
      if (ending.owner === undefined) throw new CommandError(exitCode.owned, silentSupervisor(project.name));
      const { pid, dir, startedAt } = ending.owner;
      // A podrun that only takes down has no folder.
      const how =
        dir === '' ? `is being taken down: podrun pid ${pid}` : `is supervised already: podrun pid ${pid} in ${dir}`;
      const advice = dir === project.dir ? '; podrun up -d hands it this file, podrun down ends it' : '';
      throw new CommandError(exitCode.owned, `project ${project.name} ${how}, since ${startedAt}${advice}`);
    }
    case 'left':
      return exitCode.done;
    case 'late':
      return exitCode.timedOut;
    case 'ousted':
      throw new CommandError(exitCode.owned, ending.message);
  }
}
