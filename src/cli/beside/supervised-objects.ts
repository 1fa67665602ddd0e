/** What commands begin with that ask a supervisor to change an object, or to tell how it gets on. */
import { readAskedObjects } from '../../core/naming/asked-objects.ts';
import { notFound } from '../../core/naming/kinds.ts';
import type { ObjectKind } from '../../core/naming/kinds.ts';
import type { ApiObject } from '../../core/status/api-object.ts';
import type { World } from '../../run/world.ts';
import type { Request } from '../../state/control.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { checkOwner } from '../reading/owner.ts';
import { namedProject, silentSupervisor, supervisorOf } from '../session.ts';
import type { Supervisor } from '../session.ts';

export interface ObjectsToAsk extends GlobalOptions {
  readonly object: readonly string[];
  readonly namespace: string;
}

export interface SupervisedObjects {
  /** Those that are named, in their order. */
  readonly objects: readonly ApiObject[];
  /** All of the project but the Pods. */
  readonly all: readonly ApiObject[];
  readonly supervisor: Supervisor;
  /** Rejects with exit code 1 where it is not done. */
  readonly ask: (request: Request) => Promise<void>;
}

/**
 * The objects of these words, as their supervisor tells them. Rejects with exit code 1 where one is not there or nobody
 * supervises, with 2 where the words are wrong, with 4 where the project is another folder's.
 * @param kinds that the command is for
 */
export async function supervisedObjects(
  world: World,
  options: ObjectsToAsk,
  command: string,
  kinds: readonly ObjectKind[],
): Promise<SupervisedObjects> {
  const asked = readAskedObjects(options.object);
  const example = `${command} takes KIND/NAME: podrun ${command} deploy/web`;
  if (typeof asked === 'string') throw new CommandError(exitCode.usage, asked);
  if (asked === undefined) throw new CommandError(exitCode.usage, example);
  const wrong = asked.find(({ kind, name }) => name === undefined || !kinds.includes(kind));
  if (wrong !== undefined)
    throw new CommandError(exitCode.usage, wrong.name === undefined ? example : `${command} is not for ${wrong.kind}s`);
  const project = await namedProject(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project.name);
  const told = await supervisor.ask({ op: 'objects', watch: false });
  if (told.kind === 'silent') throw new CommandError(exitCode.owned, silentSupervisor(project.name));
  if (told.kind === 'nobody')
    throw new CommandError(
      exitCode.failed,
      `no podrun supervises project ${project.name}; this needs a running podrun up`,
    );
  const otherwise = `-p ${project.name} and no file changes it all the same`;
  await checkOwner(engine, project, told.answer.owner, otherwise);
  engine.close();
  const all = (told.answer.objects ?? []) as readonly ApiObject[];
  const objects = asked.map(({ kind, name = '' }) => {
    const found = all.find(
      (each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === options.namespace,
    );
    if (found === undefined) throw new CommandError(exitCode.failed, notFound(kind, name));
    return found;
  });
  async function ask(request: Request): Promise<void> {
    const done = await supervisor.ask(request);
    const gone = 'the podrun that supervises the project ended before that was done';
    if (done.kind !== 'answer') throw new CommandError(exitCode.failed, gone);
    if (done.answer.problem !== undefined) throw new CommandError(exitCode.failed, done.answer.problem);
  }
  return { objects, all, supervisor, ask };
}

/** The key by which a supervisor knows it. */
export const objectKeyOf = ({ kind, metadata: { namespace, name } }: ApiObject): string =>
  `${namespace}/${kind}/${name}`;
