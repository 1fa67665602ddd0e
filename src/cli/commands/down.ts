import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { belongsTo, othersClaims } from '../../core/runtime/folder.ts';
import { observe } from '../../core/runtime/observed.ts';
import type { Intent } from '../../core/state/self.ts';
import type { Engine } from '../../engine/port.ts';
import { startReport } from '../../run/report/report.ts';
import { makeSelf } from '../../run/self.ts';
import { supervise } from '../../run/supervise.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readGrace } from '../options/grace.ts';
import type { GraceOptions } from '../options/grace.ts';
import { checkOwner } from '../reading/owner.ts';
import { namedProject, silentSupervisor, supervisorOf } from '../session.ts';
import type { NamedProject, Supervisor } from '../session.ts';

export interface DownOptions extends GlobalOptions, GraceOptions {
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
  readonly request: Omit<Extract<Intent, { kind: 'down' }>, 'kind'>;
}

/** `podrun down`: asks the supervisor to take the project down and follows it; takes it down itself where none lives. */
export async function down(world: World, options: DownOptions): Promise<number> {
  const graceSeconds = readGrace(options);
  const request = { ...(graceSeconds === undefined ? {} : { graceSeconds }), volumes: options.volumes, kill: false };
  const project = await namedProject(world, options);
  const engine = await world.connect(options.host);
  const job: Job = { world, engine, options, project, request };
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

/** True to its word only when the supervisor has ended and nothing is left; undefined when it died on the way. */
async function askSupervisor(job: Job, supervisor: Supervisor): Promise<number | undefined> {
  const { engine, project, request } = job;
  const { report } = beginReport(job);
  await supervisor
    .follow({ op: 'down', ...request }, (answer) => report.pods(answer.pods as readonly KubernetesPod[]))
    .catch(() => {});
  const { containers, networks, volumes } = await engine.snapshot(project.name);
  if (containers.length > 0 || networks.length > 0 || (request.volumes && volumes.length > 0)) return undefined;
  await report.end({ kind: 'down', left: [] });
  return exitCode.done;
}

/** A podrun that only takes down makes nothing: it needs no image. */
function beginReport({ world, engine, project, options: { color, takeOver } }: Job) {
  const self = makeSelf(world, engine.info, project.name, project.dir ?? '', { infraImage: '', takeOver });
  return {
    self,
    report: startReport(world, engine, { verb: 'down', self, color, progress: 'auto', podrun: 'podrun' }),
  };
}

async function takeDown(job: Job): Promise<number | undefined> {
  const { world, engine, request } = job;
  const { self, report } = beginReport(job);
  const ending = await supervise(
    world,
    engine,
    { self, intent: { kind: 'down', ...request }, untilFinished: false },
    report.listener,
  );
  if (ending.kind === 'owned' || ending.kind === 'ousted') return undefined;
  await report.end(ending);
  if (ending.kind !== 'down') return exitCode.done;
  if (ending.signal !== undefined) return signalCode(ending.signal);
  return ending.left.length === 0 ? exitCode.done : exitCode.failed;
}
