import { belongsTo, othersClaims } from '../../core/runtime/folder.ts';
import { isAllDown } from '../../core/stopping/leftovers.ts';
import { observe } from '../../core/runtime/observed.ts';
import type { Intent } from '../../core/state/self.ts';
import type { Engine } from '../../engine/port.ts';
import { nameablesOn, namedUnits } from '../../core/admission/named-units.ts';
import type { ProgressMode } from '../../run/report/console.ts';
import { startReport } from '../../run/report/report.ts';
import type { Report } from '../../run/report/report.ts';
import { makeSelf } from '../../run/self.ts';
import { supervise } from '../../run/supervise.ts';
import type { World } from '../../run/world.ts';
import { followNamed } from '../beside/follow-named.ts';
import { holdDown } from '../beside/hold-down.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readDuration } from '../options/go-duration.ts';
import { podNames } from '../options/pod-names.ts';
import { readGrace } from '../options/grace.ts';
import type { GraceOptions } from '../options/grace.ts';
import { checkOwner } from '../reading/owner.ts';
import { namedProject, silentSupervisor, supervisorOf } from '../session.ts';
import type { NamedProject, Supervisor } from '../session.ts';

export interface DownOptions extends GlobalOptions, GraceOptions {
  readonly pod: readonly string[];
  readonly progress: ProgressMode;
  readonly timeout: string;
  readonly volumes: boolean;
  readonly takeOver: boolean;
}

/** How often `down` may find that a supervisor died, or came up, while it worked. */
const mostTries = 5;

/** What one `down` is about. */
interface Job {
  readonly world: World;
  readonly engine: Engine;
  readonly options: DownOptions;
  readonly project: NamedProject;
  readonly request: Omit<Extract<Intent, { kind: 'down' }>, 'kind' | 'only'>;
  /** Those alone go; none: all. */
  readonly names: readonly string[];
  readonly timeoutMs: number;
}

/** `podrun down`: asks the supervisor to take the project down and follows it; takes it down itself where none lives. */
export async function down(world: World, options: DownOptions): Promise<number> {
  const graceSeconds = readGrace(options);
  const timeoutMs = readDuration('timeout', options.timeout);
  const names = podNames(options.pod);
  if (options.volumes && names.length > 0)
    throw new CommandError(exitCode.usage, '--volumes is for the whole project: name no Pods with it');
  const request = { ...(graceSeconds === undefined ? {} : { graceSeconds }), volumes: options.volumes, kill: false };
  const project = await namedProject(world, options);
  const engine = await world.connect(options.host);
  const job: Job = { world, engine, options, project, request, names, timeoutMs };
  for (let tries = 0; tries < mostTries; tries += 1) {
    const supervisor = await supervisorOf(world, engine, project.name);
    const asked = await supervisor.ask({ op: 'status' });
    if (asked.kind === 'silent') throw new CommandError(exitCode.owned, silentSupervisor(project.name));
    const owner = asked.kind === 'answer' ? asked.answer.owner : undefined;
    if (!options.takeOver) await checkOwner(engine, project, owner, '--take-over takes it down all the same');
    if (options.volumes && tries === 0) await tellVolumes(job);
    const code = owner === undefined ? await takeDown(job) : await askSupervisor(job, supervisor);
    if (code !== undefined) {
      engine.close();
      return code;
    }
  }
  throw new CommandError(exitCode.owned, `project ${project.name} is restarted again and again by another podrun`);
}

/** Names what is about to be lost. Throws with exit code 4 where another folder made some of it: a copy has no volumes of its own. */
async function tellVolumes({ world, engine, project: { name, dir }, options }: Job): Promise<void> {
  const observed = observe(await engine.snapshot(name));
  const others = dir === undefined || options.takeOver ? [] : othersClaims(observed, dir);
  if (dir !== undefined && others.length > 0) {
    const lines = others.map((claim) => belongsTo(`volume ${claim.name}`, claim.dir, dir));
    throw new CommandError(exitCode.owned, `${lines.join('\npodrun: ')}: --take-over removes it all the same`);
  }
  const names = [...observed.claims.keys()].toSorted();
  if (names.length > 0) world.stderr.write(`podrun: --volumes removes ${names.join(', ')}\n`);
}

/** Where none of several attempts is cut off by a podrun that ends. */
async function askSupervisor(job: Job, supervisor: Supervisor): Promise<number | undefined> {
  if (job.names.length === 0) return askForAll(job, supervisor);
  const { world, timeoutMs, names, request } = job;
  const { volumes: _all, kill: _now, ...grace } = request;
  const asked = { world, supervisor, timeoutMs, request: { op: 'hold', names, ...grace } } as const;
  return holdDown(asked, names, beginReport(job).report);
}

/** What it says is what it has seen itself, once the supervisor has ended; undefined when that died on the way. */
async function askForAll(job: Job, supervisor: Supervisor): Promise<number | undefined> {
  const { engine, project, request, world, timeoutMs } = job;
  const { report } = beginReport(job);
  const asked = { world, supervisor, timeoutMs, request: { op: 'down', ...request } } as const;
  const followed = await followNamed(asked, (pods) => {
    report.pods(pods);
    return false;
  });
  if (followed === 'late') return tellLate(job, report);
  if (followed !== 'gone' && followed !== 'met') {
    await report.close();
    return signalCode(followed);
  }
  if (!isAllDown(await engine.snapshot(project.name), request)) {
    await report.close();
    return undefined;
  }
  await report.end({ kind: 'down', left: [] });
  return exitCode.done;
}

/** A podrun that only takes down makes nothing: it needs no image. */
function beginReport({ world, engine, project, names, options: { color, takeOver, progress } }: Job) {
  const self = makeSelf(world, engine.info, project.name, project.dir ?? '', { infraImage: '', takeOver });
  return {
    self,
    report: startReport(world, engine, { verb: 'down', self, color, progress, podrun: 'podrun', names }),
  };
}

/** The Pods of those names that are on the engine. What is held down may have none. Throws with exit code 1. */
async function findKeys({ engine, project: { name }, names }: Job): Promise<readonly string[]> {
  const { pods: keys, missing } = namedUnits(names, nameablesOn(observe(await engine.snapshot(name))));
  if (missing.length > 0)
    throw new CommandError(
      exitCode.failed,
      missing.map((each) => `there is no Pod ${each} in project ${name}`).join('\npodrun: '),
    );
  return keys;
}

async function tellLate({ project: { name }, names }: Job, report: Pick<Report, 'close'>): Promise<number> {
  await report.close();
  const what = names.length === 0 ? `project ${name}` : names.join(', ');
  throw new CommandError(exitCode.timedOut, `timed out waiting for ${what} to end; podrun down again goes on with it`);
}

async function takeDown(job: Job): Promise<number | undefined> {
  const { world, engine, request, names, timeoutMs } = job;
  const only = names.length === 0 ? {} : { only: await findKeys(job) };
  const { self, report } = beginReport(job);
  const ending = await supervise(
    world,
    engine,
    {
      self,
      intent: { kind: 'down', ...request, ...only },
      untilFinished: false,
      ...(timeoutMs > 0 ? { timeoutMs } : {}),
    },
    report.listener,
  );
  if (ending.kind === 'owned' || ending.kind === 'ousted') return undefined;
  if (ending.kind === 'late') return tellLate(job, report);
  await report.end(ending);
  if (ending.kind !== 'down') return exitCode.done;
  if (ending.signal !== undefined) return signalCode(ending.signal);
  return ending.left.length === 0 ? exitCode.done : exitCode.failed;
}
