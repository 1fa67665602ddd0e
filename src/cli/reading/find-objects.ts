/** All objects of a project: as its supervisor knows them, else as the file and the engine tell. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { objectList } from '../../core/objects/object-list.ts';
import { seenState, stateWith } from '../../core/state/seen-state.ts';
import { initialState } from '../../core/state/state.ts';
import type { ApiObject } from '../../core/status/api-object.ts';
import { podList } from '../../core/status/status.ts';
import type { Engine } from '../../engine/port.ts';
import { makeSelf } from '../../run/self.ts';
import type { World } from '../../run/world.ts';
import { loadProbes } from '../../state/probes.ts';
import { probesPath } from '../../state/paths.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { countFindings, findFiles, namedProject, silentSupervisor, supervisorOf, tellDiagnostics } from '../session.ts';

export interface FoundObjects {
  readonly pods: readonly KubernetesPod[];
  /** All but the Pods. */
  readonly objects: readonly ApiObject[];
  /** A sentence where no supervisor tells them. */
  readonly from?: string;
}

/** Rejects where neither a supervisor nor the engine answers, and where nobody supervises and the file is not valid. */
export async function findObjects(world: World, globals: GlobalOptions): Promise<FoundObjects> {
  const project = await namedProject(world, globals);
  const engine = await world.connect(globals.host);
  const supervisor = await supervisorOf(world, engine, project.name);
  const asked = await supervisor.ask({ op: 'objects', watch: false });
  if (asked.kind === 'answer') {
    engine.close();
    const { pods, objects = [] } = asked.answer;
    return { pods: pods as readonly KubernetesPod[], objects: objects as readonly ApiObject[] };
  }
  if (project.dir === undefined)
    throw new CommandError(
      exitCode.usage,
      `no podrun supervises project ${project.name}, and -p alone names no file that tells its objects`,
    );
  const found = await withoutSupervisor(world, globals, engine, project.name, supervisor.folder);
  engine.close();
  const from =
    asked.kind === 'silent'
      ? `${silentSupervisor(project.name)}; this is what the file and the engine hold`
      : `no podrun supervises project ${project.name}; showing what the file and the engine have`;
  return { ...found, from };
}

async function withoutSupervisor(
  world: World,
  globals: GlobalOptions,
  engine: Engine,
  name: string,
  folder: string,
): Promise<FoundObjects> {
  const { place, source } = await findFiles(world, globals);
  const { loadProject } = await import('../../run/project-source.ts');
  const loaded = await loadProject(world, source, place);
  if (loaded.project === undefined) {
    tellDiagnostics(world, globals, loaded);
    throw new CommandError(exitCode.usage, countFindings(loaded.diagnostics));
  }
  const nowMs = world.clock.nowMs();
  const self = makeSelf(world, engine.info, name, '', { infraImage: '' });
  const savedProbes = new Map(await loadProbes(probesPath(folder)));
  const fresh = { ...initialState(self, world.seed, nowMs), savedProbes };
  const snapshot = await engine.snapshot(name);
  // Pods that are not there yet are nobody's to tell of.
  const pods = podList(seenState(fresh, snapshot, nowMs), nowMs);
  const state = seenState(stateWith(fresh, loaded.project), snapshot, nowMs);
  return { pods, objects: objectList(state, nowMs, pods) };
}
