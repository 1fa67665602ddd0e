/** `podrun up` as the podrun that supervises, in the foreground or in the background. */
import type { Self } from '../../core/state/self.ts';
import type { Engine } from '../../engine/port.ts';
import type { Project } from '../../model/project.ts';
import type { LoadedProject } from '../../run/project-source.ts';
import { startReport } from '../../run/report/report.ts';
import type { Report } from '../../run/report/report.ts';
import { gatewayOf, makeServing } from '../../run/services/serving.ts';
import { makeSelf } from '../../run/self.ts';
import type { OutputStream, World } from '../../run/world.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { withPorts } from '../open-project.ts';
import type { OpenProject } from '../open-project.ts';
import { readScales } from '../options/scale-option.ts';
import { tellDiagnostics } from '../session.ts';
import { endRule } from './end-rules.ts';
import { runForeground } from './foreground.ts';
import type { UpOptions } from './up-options.ts';

/**
 * Supervises until a signal, `podrun down`, or the Pods' own end; see {@link runForeground}.
 * @param begun called once it has the project's lock; given: it has no terminal, and stays for edits when all Pods have ended
 * @returns the exit code
 */
export async function superviseUp(
  world: World,
  engine: Engine,
  options: UpOptions,
  opened: OpenProject,
  begun?: () => void,
): Promise<number> {
  const { project, place, options: source, ports } = await withPorts(engine, opened);
  const hands = readScales(project, options.scale);
  // Who waits for one in the background takes it down himself, once he has seen why.
  const rule = begun === undefined ? endRule(options, project) : undefined;
  const gateway = await gatewayOf(world, options.servicesImage);
  const withGateway = gateway === undefined ? options : { ...options, gateway };
  const { self, report } = reportUp(world, engine, withGateway, project, begun === undefined);
  const serving = makeServing(engine, { gateway, pull: options.pull !== 'never' });
  const follow = options.watch ? { follow: { options: source, place } } : {};
  const isLeft = !options.watch || (begun === undefined && world.stdout.isTTY !== true);
  const code = await runForeground(world, engine, {
    ...{ self, project, report, rule },
    setup: {
      hands,
      ports,
      serving,
      untilFinished: isLeft,
      ...follow,
      ...(begun === undefined ? {} : { background: true }),
    },
    ...(begun === undefined ? { teller: { project, self, bundle: options.bundle } } : { started: begun }),
  });
  engine.close();
  return code;
}

/** @param hasLogs what containers print is told as well */
export function reportUp(
  world: World,
  engine: Engine,
  options: UpOptions & { readonly gateway?: Self['gateway'] },
  project: Project,
  hasLogs: boolean,
): { readonly self: Self; readonly report: Report; readonly podrun: string } {
  const self = makeSelf(world, engine.info, project.name, project.dir, options);
  const { color, progress } = options;
  const podrun = commandFor(world, options, project.name);
  const diagnostics = (loaded: LoadedProject) => diagnosticsText(world, options, loaded);
  const report = startReport(world, engine, { verb: 'up', self, color, progress, podrun, logs: hasLogs, diagnostics });
  return { self, report, podrun };
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
