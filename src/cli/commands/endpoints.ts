import { endpointsOf, endpointsJson, engineHost, placesOf } from '../../core/reach/endpoints.ts';
import { isRunning } from '../../core/pod/restart.ts';
import { observe } from '../../core/runtime/observed.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import { recallPod } from '../../core/spec/recall.ts';
import type { Engine } from '../../engine/port.ts';
import { endpointLines } from '../../output/tables/endpoint-table.ts';
import { loadProject } from '../../run/project-source.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { countFindings, findFiles, tellDiagnostics } from '../session.ts';

export interface EndpointsOptions extends GlobalOptions {
  readonly output: 'table' | 'env' | 'dotenv' | 'json';
  readonly headers: boolean;
}

/**
 * `podrun endpoints`: the file's `endpoints` with where the Pods that run are reached. Exit code 1 where one leads to a
 * Pod of the project that does not run.
 */
export async function endpoints(world: World, options: EndpointsOptions): Promise<number> {
  const { place, source } = await findFiles(world, options);
  const loaded = await loadProject(world, source, place);
  tellDiagnostics(world, options, loaded);
  const { project } = loaded;
  if (project === undefined) throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
  const engine = await world.connect(options.host);
  const places = await placesNow(engine, project.name).finally(() => engine.close());
  const { values, missing } = endpointsOf(project, places);
  if (options.output === 'json')
    world.stdout.write(`${JSON.stringify(endpointsJson(project.name, values, places), undefined, 2)}\n`);
  else for (const line of endpointLines(options.output, values, options.headers)) world.stdout.write(`${line}\n`);
  if (options.output === 'table' && (project.endpoints ?? []).length === 0)
    world.stderr.write('No endpoints found: the file has no endpoints.\n');
  const selected = new Set(project.pods.map(({ metadata }) => podLabel(metadata)));
  // What does not run because of its profile is no failure.
  const away = (project.endpoints ?? []).filter(
    ({ name, ports }) =>
      missing[name] !== undefined &&
      Object.values(ports).every(({ namespace, pod }) => selected.has(podLabel({ namespace, name: pod }))),
  );
  if (away.length === 0) return exitCode.done;
  const lines = away.map(({ name }) => `${name}: {${missing[name]}} leads to a Pod that does not run`);
  throw new CommandError(exitCode.failed, lines.join('\npodrun: '));
}

/** Of the Pods that run, the newest life of each first. */
async function placesNow(engine: Engine, project: string) {
  const { pods } = observe(await engine.snapshot(project));
  const running = pods.filter(({ infras: [infra] }) => infra !== undefined && isRunning(infra.container));
  return placesOf(running.toReversed().map(recallPod), engineHost(engine.info.address));
}
