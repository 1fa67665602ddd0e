import { nameablesIn, namedUnits, unitWords } from '../../core/admission/named-units.ts';
import type { Engine } from '../../engine/port.ts';
import type { Project } from '../../model/project.ts';
import type { ProgressMode } from '../../run/report/console.ts';
import { startReport } from '../../run/report/report.ts';
import type { LoadedProject } from '../../run/project-source.ts';
import { makeSelf } from '../../run/self.ts';
import { gatewayOf, makeServing } from '../../run/services/serving.ts';
import { supervise } from '../../run/supervise.ts';
import type { Ending } from '../../run/supervise.ts';
import type { OutputStream, World } from '../../run/world.ts';
import { bringBack } from '../beside/bring-back.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { podNames } from '../options/pod-names.ts';
import { openProject } from '../open-project.ts';
import type { PullOption } from '../open-project.ts';
import { silentSupervisor, supervisorOf, tellDiagnostics } from '../session.ts';

export interface UpOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly removeOrphans: boolean;
  readonly takeOver: boolean;
  readonly watch: boolean;
  readonly infraImage: string;
  readonly servicesImage: string;
  readonly build: boolean;
  readonly pull?: PullOption | undefined;
  readonly progress: ProgressMode;
  readonly allowSysctl: readonly string[];
  readonly terminatedPodGcThreshold: number;
}

/** `podrun up`: converge, then supervise in the foreground until a signal, `podrun down`, or the Pods' own end. */
export async function up(world: World, options: UpOptions): Promise<number> {
  const { project, place, options: source } = await openProject(world, options, podNames(options.pod));
  const engine = await world.connect(options.host);
  const names = podNames(options.pod);
  const besides = names.length === 0 ? undefined : await upBeside(world, engine, options, project);
  if (besides !== undefined) return besides;
  const gateway = await gatewayOf(world, options.servicesImage);
  const self = makeSelf(world, engine.info, project.name, project.dir, {
    ...options,
    ...(gateway === undefined ? {} : { gateway }),
  });
  const serve = makeServing(engine, gateway, true, (text) => world.stderr.write(`podrun: ${text}\n`));
  const report = startReport(world, engine, {
    verb: 'up',
    self,
    color: options.color,
    progress: options.progress,
    podrun: commandFor(world, options, project.name),
    diagnostics: (loaded) => diagnosticsText(world, options, loaded),
  });
  const untilFinished = !options.watch || world.stdout.isTTY !== true;
  const follow = options.watch ? { follow: { options: source, place } } : {};
  const ending = await supervise(
    world,
    engine,
    { self, intent: { kind: 'up' }, project, serve, untilFinished, ...follow },
    report.listener,
  );
  await report.end(ending);
  engine.close();
  return endingCode(ending, project);
}

/** Brings Pods up by name beside a podrun that supervises this folder's project; undefined where none does. */
async function upBeside(
  world: World,
  engine: Engine,
  options: UpOptions,
  project: Project,
): Promise<number | undefined> {
  const supervisor = await supervisorOf(world, engine, project.name);
  const asked = await supervisor.ask({ op: 'status' });
  if (asked.kind !== 'answer' || asked.answer.owner.dir !== project.dir) return undefined;
  const [own] = [...(options.build ? ['--build'] : []), ...(options.pull === undefined ? [] : ['--pull'])];
  if (own !== undefined)
    throw new CommandError(
      exitCode.usage,
      `${own} is for the podrun that supervises the project (pid ${asked.answer.owner.pid}): end that, and start it with ${own}`,
    );
  const names = podNames(options.pod);
  const all = nameablesIn(project);
  const { pods: keys } = namedUnits(names, all);
  const self = makeSelf(world, engine.info, project.name, project.dir, options);
  const report = startReport(world, engine, {
    verb: 'up',
    self,
    color: options.color,
    progress: options.progress,
    podrun: commandFor(world, options, project.name),
  });
  const request = {
    op: 'release',
    names: unitWords(all),
    pods: project.pods.map(({ metadata }) => metadata.name),
  } as const;
  const code = await bringBack({ world, supervisor, request, timeoutMs: 0 }, names, keys, report);
  engine.close();
  return code;
}

/** What leads a later command to this project: nothing where it would be found without. */
function commandFor({ env }: World, { host, project, file }: GlobalOptions, name: string): string {
  const isFound = project === undefined && file.length === 0 && (env['PODRUN_PROJECT'] ?? '') === '';
  return ['podrun', ...(host === undefined ? [] : ['-H', host]), ...(isFound ? [] : ['-p', name])].join(' ');
}

function diagnosticsText(world: World, options: GlobalOptions, loaded: LoadedProject): string {
  let text = '';
  const { isTTY, columns } = world.stderr;
  const stderr: OutputStream = {
    ...(isTTY === undefined ? {} : { isTTY }),
    ...(columns === undefined ? {} : { columns }),
    write(part) {
      text += String(part);
      return true;
    },
  };
  tellDiagnostics({ ...world, stderr }, options, loaded);
  return text;
}

function endingCode(ending: Ending, project: Project): number {
  switch (ending.kind) {
    case 'down':
      return ending.signal === undefined ? exitCode.done : signalCode(ending.signal);
    case 'finished':
      return ending.pods.some(({ status }) => status?.phase === 'Failed') ? exitCode.failed : exitCode.done;
    case 'owned': {
      if (ending.owner === undefined) throw new CommandError(exitCode.owned, silentSupervisor(project.name));
      const { pid, dir, startedAt } = ending.owner;
      // A podrun that only takes down has no folder.
      const how =
        dir === '' ? `is being taken down: podrun pid ${pid}` : `is supervised already: podrun pid ${pid} in ${dir}`;
      throw new CommandError(exitCode.owned, `project ${project.name} ${how}, since ${startedAt}`);
    }
    case 'late':
      return exitCode.timedOut;
    case 'ousted':
      throw new CommandError(exitCode.owned, ending.message);
  }
}
