/** `podrun up` beside a podrun that supervises the same folder: it is handed the file, or asked for Pods by name. */
import { nameablesIn, namedUnits, unitWords } from '../../core/admission/named-units.ts';
import type { NamedUnits } from '../../core/admission/named-units.ts';
import { unitLabel } from '../../core/runtime/hold.ts';
import { podKey } from '../../core/runtime/pod-ref.ts';
import type { Engine } from '../../engine/port.ts';
import type { Project } from '../../model/project.ts';
import { packHandOver } from '../../run/asked/hand-over.ts';
import type { World } from '../../run/world.ts';
import type { Answer } from '../../state/control.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { podNames } from '../options/pod-names.ts';
import type { OpenProject } from '../open-project.ts';
import type { Supervisor } from '../session.ts';
import type { Only } from '../../run/asked/goal.ts';
import { ownOptions } from './own-options.ts';
import { reportUp } from './supervise-up.ts';
import { untilUp } from './until-up.ts';
import type { Awaited } from './until-up.ts';
import type { UpOptions } from './up-options.ts';

/** @returns the exit code; rejects as {@link untilUp} */
export async function upBeside(
  world: World,
  engine: Engine,
  options: UpOptions,
  opened: OpenProject,
  { supervisor, answer }: { readonly supervisor: Supervisor; readonly answer: Answer },
  how: Pick<Awaited, 'goal' | 'timeoutMs' | 'failed'>,
): Promise<number> {
  const names = podNames(options.pod);
  refuseOwn(options, names, answer);
  const { project, place, options: source } = opened;
  const all = nameablesIn(project);
  const { self, report, podrun } = reportUp(world, engine, options, project, false);
  const code = await untilUp({
    ...{ world, engine, supervisor, report, podrun, ...how },
    teller: { project, self, bundle: options.bundle },
    ...(names.length === 0
      ? { request: { op: 'apply', id: world.id, from: packHandOver(world, { options: source, place }) } }
      : {
          request: {
            ...{ op: 'release', names: unitWords(all) },
            pods: project.pods.map(({ metadata }) => metadata.name),
          },
          only: { names, ...onlyOf(project, namedUnits(names, all)) },
        }),
  });
  engine.close();
  return code;
}

/** Of a Job it counts whether it is Complete: which Pods it has had for that does not. */
function onlyOf({ pods }: Project, { pods: named, units }: NamedUnits): Only {
  const ofJobs = new Set(
    pods.filter(({ metadata }) => metadata.ownerReference?.kind === 'Job').map(({ metadata }) => podKey(metadata)),
  );
  const jobs = units.filter((unit) => unit.split('/')[1] === 'Job').map(unitLabel);
  return { keys: named.filter((key) => !ofJobs.has(key)), jobs };
}

/** What was fixed when that one began is not taken for done. */
function refuseOwn(options: UpOptions, names: readonly string[], { owner: { pid }, fixed }: Answer): void {
  const [first] = ownOptions(options, names, fixed);
  if (first === undefined) return;
  const text = `${first} is for the podrun that supervises the project (pid ${pid}): end that, and start it with ${first}`;
  throw new CommandError(exitCode.usage, text);
}
