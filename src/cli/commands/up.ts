import type { World } from '../../run/world.ts';
import type { Answer } from '../../state/control.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { readDuration } from '../options/go-duration.ts';
import { podNames } from '../options/pod-names.ts';
import { openProject } from '../open-project.ts';
import { supervisorOf } from '../session.ts';
import { startBackground } from '../up/background.ts';
import { upBeside } from '../up/beside.ts';
import type { Goal } from '../../run/asked/goal.ts';
import { reportUp, superviseUp } from '../up/supervise-up.ts';
import { untilUp } from '../up/until-up.ts';
import type { UpOptions } from '../up/up-options.ts';

/** `podrun up`: converge, then supervise: in the foreground, or in the background with -d and --wait. */
export async function up(world: World, options: UpOptions): Promise<number> {
  const { wait, pod } = options;
  const isDetached = options.detach || wait;
  checkUsage(options, isDetached);
  const timeoutMs = readDuration('timeout', options.timeout ?? '0s');
  const names = podNames(pod);
  const opened = await openProject(world, options, names);
  const { project } = opened;
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project.name);
  const asked = await supervisor.ask({ op: 'status' });
  const isOwn = ({ owner }: Answer): boolean => owner.dir === project.dir;
  const goal: Goal = wait || !isDetached ? 'ready' : 'started';
  const abort = options.abortOnFailure ? { failed: () => takeDown(world, options, project.name) } : {};
  const how = { goal, timeoutMs, ...abort };
  const beside = (answer: Answer) => upBeside(world, engine, options, opened, { supervisor, answer }, how);
  if (asked.kind === 'answer' && isOwn(asked.answer) && (isDetached || names.length > 0)) return beside(asked.answer);
  if (!isDetached && options.timeout !== undefined) throw new CommandError(exitCode.usage, timeoutAlone);
  if (!isDetached) return superviseUp(world, engine, options, opened);
  const begun = await startBackground(world, supervisor, options, project, opened.place.stdin);
  if (begun.kind === 'owned') {
    // One that began at the same moment, of this folder, is as good.
    const faster = await supervisor.ask({ op: 'status' });
    if (faster.kind === 'answer' && isOwn(faster.answer)) return beside(faster.answer);
    world.stderr.write(begun.text);
    throw new CommandError(exitCode.owned, '');
  }
  const { self, report, podrun } = reportUp(world, engine, options, project, false);
  const teller = { project, self, bundle: options.bundle };
  try {
    return await untilUp({
      ...{ world, engine, supervisor, report, podrun, teller },
      ...how,
      request: { op: 'progress' },
    });
  } finally {
    engine.close();
  }
}

const timeoutAlone =
  '--timeout goes with -d or --wait, or with Pods by name beside a podrun that supervises the project';

function checkUsage(options: UpOptions, isDetached: boolean): void {
  const wrong = isDetached
    ? options.exitCodeFrom !== undefined
      ? '--exit-code-from waits for a Pod’s end in the foreground: leave -d and --wait out'
      : options.abortOnFailure && !options.wait
        ? '--abort-on-failure goes with --wait, or with up in the foreground: after -d nobody waits'
        : undefined
    : options.timeout !== undefined && options.pod.length === 0
      ? timeoutAlone
      : undefined;
  if (wrong !== undefined) throw new CommandError(exitCode.usage, wrong);
}

async function takeDown(world: World, options: UpOptions, project: string): Promise<void> {
  const { down } = await import('./down.ts');
  const rest = { pod: [], timeout: '0s', volumes: false, takeOver: false, force: false, now: false };
  // By its name: standard input has been read, and what failed is told already.
  await down(world, { ...options, ...rest, file: [], project }).catch(() => undefined);
}
