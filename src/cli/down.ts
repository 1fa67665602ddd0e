import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { Intent, Self } from '../core/self.ts';
import type { Engine } from '../engine/port.ts';
import { startReport } from '../run/report.ts';
import type { Report } from '../run/report.ts';
import { makeSelf } from '../run/self.ts';
import { supervise } from '../run/supervise.ts';
import type { World } from '../run/world.ts';
import { CommandError, exitCode, signalCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { readGrace } from './grace.ts';
import type { GraceOptions } from './grace.ts';
import { projectName, silentSupervisor, supervisorOf } from './session.ts';

export interface DownOptions extends GlobalOptions, GraceOptions {
  readonly volumes: boolean;
}

/** How often `down` may find that a supervisor died, or came up, while it worked. */
const mostTries = 5;

/** `podrun down`: asks the supervisor to take the project down and follows it; takes it down itself where none lives. */
export async function down(world: World, options: DownOptions): Promise<number> {
  const graceSeconds = readGrace(options);
  const request = { ...(graceSeconds === undefined ? {} : { graceSeconds }), volumes: options.volumes, kill: false };
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const code =
      (await askSupervisor(world, engine, name, options, request)) ??
      (await takeDown(world, engine, name, options, request));
    if (code !== undefined) {
      engine.close();
      return code;
    }
  }
  throw new CommandError(exitCode.owned, `project ${name} is taken up again and again by another podrun`);
}

type Request = Omit<Extract<Intent, { kind: 'down' }>, 'kind'>;

/** True to its word only when the supervisor has ended and nothing is left; undefined when none lives, or it died on the way. */
async function askSupervisor(
  world: World,
  engine: Engine,
  name: string,
  options: DownOptions,
  request: Request,
): Promise<number | undefined> {
  const supervisor = await supervisorOf(world, engine, name);
  const { kind } = await supervisor.ask({ op: 'status' });
  if (kind === 'silent') throw new CommandError(exitCode.owned, silentSupervisor(name));
  if (kind === 'nobody') return undefined;
  const { report } = beginReport(world, engine, name, options);
  await supervisor
    .follow({ op: 'down', ...request }, (answer) => report.pods(answer.pods as readonly KubernetesPod[]))
    .catch(() => {});
  const { containers, networks, volumes } = await engine.snapshot(name);
  if (containers.length > 0 || networks.length > 0 || (request.volumes && volumes.length > 0)) return undefined;
  await report.end({ kind: 'down', left: [] });
  return exitCode.done;
}

/** A podrun that only takes down makes nothing: it needs no folder and no image. */
function beginReport(
  world: World,
  engine: Engine,
  name: string,
  { color }: DownOptions,
): { self: Self; report: Report } {
  const self = makeSelf(world, engine.info, name, '', { infraImage: '' });
  return { self, report: startReport(world, engine, { verb: 'down', self, color }) };
}

async function takeDown(
  world: World,
  engine: Engine,
  name: string,
  options: DownOptions,
  request: Request,
): Promise<number | undefined> {
  const { self, report } = beginReport(world, engine, name, options);
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
