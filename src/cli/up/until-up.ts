/** Following another podrun's work until what was asked for is there, or can't be. */
import type { Event, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../engine/port.ts';
import type { PodLine } from '../../output/terminal/progress.ts';
import { conclusion } from '../../output/terminal/summary.ts';
import type { Report } from '../../run/report/report.ts';
import type { World } from '../../run/world.ts';
import type { Progress, Request } from '../../state/control.ts';
import { followNamed } from '../beside/follow-named.ts';
import { readEvents } from '../commands/events.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import type { Supervisor } from '../session.ts';
import { judge, keyOf } from '../../run/asked/goal.ts';
import type { Goal, Only } from '../../run/asked/goal.ts';
import { tellCauses } from './tell-causes.ts';
import type { Teller } from './tell-causes.ts';

export interface Awaited {
  readonly world: World;
  readonly engine: Engine;
  readonly supervisor: Supervisor;
  readonly report: Pick<Report, 'lines' | 'tell' | 'done' | 'close'>;
  /** What it is asked; `apply`: what counts is what comes once that is read. */
  readonly request: Request;
  readonly goal: Goal;
  /** 0: no limit. */
  readonly timeoutMs: number;
  /** What alone matters, and how the user named it; unset: all that the file asks for. */
  readonly only?: Only & { readonly names: readonly string[] };
  readonly teller: Teller;
  /** Done once why it failed is told, or its time has run out; unset: the podrun that supervises goes on. */
  readonly failed?: () => Promise<void>;
  /** `podrun`, with the options that lead to this project from here. */
  readonly podrun: string;
}

/**
 * Waits for it, and tells how it ended. The podrun that supervises goes on whatever ends this, a Ctrl-C too.
 * @returns the exit code; rejects with 124 where time runs out, with 1 where it failed: with the causes told
 */
export async function untilUp(awaited: Awaited): Promise<number> {
  const { world, report, request, goal, timeoutMs, only } = awaited;
  const { clock } = world;
  const beganMs = clock.nowMs();
  let wanted: readonly KubernetesPod[] = [];
  let lines: readonly PodLine[] = [];
  let told = 0;
  let read: Progress['applied'][number] | undefined;
  let answers = 0;
  let [hopeless, refused]: [readonly string[], string | undefined] = [[], undefined];
  const followed = await followNamed({ world, supervisor: awaited.supervisor, request, timeoutMs }, (pods, answer) => {
    const { progress } = answer;
    if (progress === undefined) return false;
    const keys = only?.keys ?? progress.wanted;
    wanted = pods.filter((pod) => keys.includes(keyOf(pod)));
    lines = (progress.lines as readonly PodLine[]).map(revived);
    report.lines(lines);
    for (const note of (progress.notes ?? []).slice(told)) report.tell(`podrun: ${note}`);
    told = progress.notes?.length ?? 0;
    if (request.op === 'apply') {
      read ??= progress.applied.find(({ id }) => id === request.id);
      if (read === undefined) return false;
      refused = read.problem;
      if (refused !== undefined) return true;
      answers += 1;
    }
    const verdict = judge(goal, pods, progress, only);
    if (verdict.kind === 'hopeless') hopeless = verdict.causes;
    return verdict.kind !== 'open';
  }).catch(async (error: unknown) => {
    await report.close();
    throw error;
  });
  const isOver = wanted.length > 0 && wanted.every(({ status }) => status?.phase === 'Succeeded');
  if ((followed === 'met' && hopeless.length === 0 && refused === undefined) || (followed === 'gone' && isOver)) {
    const isIdle = read?.isUnchanged === true && answers === 1;
    const took = isIdle ? ', unchanged' : ` in ${((clock.nowMs() - beganMs) / 1000).toFixed(1)} s`;
    await report.done(doneText(awaited, lines, took, followed === 'gone'), 'good');
    return exitCode.done;
  }
  await report.close();
  if (refused !== undefined) throw new CommandError(exitCode.usage, refused);
  if (followed !== 'met' && followed !== 'late' && followed !== 'gone') return signalCode(followed);
  await tellTrouble(awaited, wanted, followed === 'late' ? 'the time has run out' : 'the start failed');
  await awaited.failed?.();
  if (followed === 'late') {
    const what = only === undefined ? 'all to be up' : `${only.names.join(', ')} to be up`;
    const after = awaited.failed === undefined ? '; the podrun that supervises goes on' : '';
    throw new CommandError(exitCode.timedOut, `timed out waiting for ${what}${after}`);
  }
  const gone = 'the podrun that supervises the project ended before that was done';
  throw new CommandError(exitCode.failed, hopeless.length > 0 ? hopeless.join('\npodrun: ') : gone);
}

/** JSON has no Infinity: what is not worth a line of its own at any time has null there. */
const revived = (line: PodLine): PodLine => ({
  ...line,
  waits: line.waits.map((wait) => ((wait.lineFromMs as unknown) === null ? { ...wait, lineFromMs: Infinity } : wait)),
});

function doneText({ only, podrun, world }: Awaited, lines: readonly PodLine[], took: string, isGone: boolean): string {
  if (only !== undefined) return `${only.names.join(', ')} ${only.names.length === 1 ? 'is' : 'are'} up`;
  const said = conclusion(lines, took, world.clock.nowMs(), podrun);
  return isGone ? said : `${said}; podrun goes on in the background: ${podrun} logs -f, ${podrun} down`;
}

async function tellTrouble(
  { world, engine, supervisor, teller, report }: Awaited,
  pods: readonly KubernetesPod[],
  title: string,
): Promise<void> {
  const events: readonly Event[] = await readEvents(engine, supervisor);
  await tellCauses(world, engine, teller, {
    ...{ pods, events, title, withLogs: true },
    tell: (text) => report.tell(text),
  });
}
