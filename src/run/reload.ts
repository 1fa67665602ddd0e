/** Hot reload: reads the files again when one of them may have changed, and passes on what is valid and new. */
import type { Project } from '../model/project.ts';
import { EngineError } from '../engine/port.ts';
import { watchFiles } from '../platform/watch.ts';
import { headline } from '../output/diagnostics/diagnostics.ts';
import { refusedEdit } from './edit-rules.ts';
import type { HandOver } from './asked/hand-over.ts';
import { lostBy } from './lost.ts';
import { loadProject } from './project-source.ts';
import type { LoadedProject } from './project-source.ts';
import type { ProjectOptions, ProjectPlace } from './project-place.ts';
import type { World } from './world.ts';

/** An edit is often several writes, of several files: they are read together. */
const gatherMs = 50;
/** For so long nothing may be written before what an edit takes away goes: it may be a save that is not done yet. */
const settledMs = 1_000;

/** What the engine kept from being read is read again after so long. */
const readAgainMs = 1_000;

export interface ReloadListener {
  /** The project as it can be run, of what was read; unset: as it was read. Rejects with EngineError. */
  fit?(project: Project): Promise<Project>;
  /**
   * Valid, and means something else than before; `fitted`: as it can be run; `asked`: the names that another podrun asked for
   * since.
   */
  changed(project: Project, fitted: Project, loaded: LoadedProject, asked: readonly string[]): void;
  /** Valid, and names less than before: told before that goes, unless the file names it again. */
  losing(lost: readonly string[]): void;
  /** Valid, and means what it meant: comments, order, quoting. */
  unchanged(): void;
  /** Not valid, or not for what runs: nothing is to be touched. */
  refused(loaded: LoadedProject): void;
}

export interface ProjectWatch {
  /** They are to run as well, whatever their profiles: by the names of controllers and Pods, and of all their Pods. */
  readonly also: (names: readonly string[], pods: readonly string[]) => void;
  /** The project is read from there from now on. `done` is told once that was read. */
  readonly handOver: (from: HandOver, done: (read: HandedOver) => void) => void;
  readonly close: () => Promise<void>;
}

/** What became of a file that was handed over: what is wrong with it, or whether it says what was said before. */
export interface HandedOver {
  readonly problem?: string;
  readonly isUnchanged?: true;
}

/** Watches until it is closed. `before` is the project as it is applied now. */
export function watchProject(
  world: World,
  first: ProjectOptions,
  firstPlace: ProjectPlace,
  before: Project,
  listener: ReloadListener,
): ProjectWatch {
  let options = first;
  let place = firstPlace;
  /** Who handed files over that are not read yet. */
  let handed: ((read: HandedOver) => void)[] = [];
  let asked: readonly string[] = [];
  let applied = before;
  let refusedText = '';
  /** Of an edit that takes something away: what, and what was read. */
  let losing: { readonly lost: string; readonly text: string; readonly settlesAtMs: number } | undefined;
  let reading = false;
  let again = false;
  let cancel = () => {};
  const watched = new Set<string>();
  const closers: (() => Promise<void>)[] = [];
  let ended = false;

  /** @param quiet nobody told of an edit: that there is none is no news */
  async function read(quiet = false): Promise<void> {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    do {
      again = false;
      const [asking] = [handed, (handed = [])];
      try {
        await readOnce(quiet, asking);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        // Which ports are free, and what serves Services, only the engine can say: until it does, all stays as it is.
        handed = [...asking, ...handed];
        readAt(world.clock.nowMs() + readAgainMs);
      }
    } while (again);
    reading = false;
  }

  async function readOnce(quiet: boolean, asking: readonly ((read: HandedOver) => void)[]): Promise<void> {
    const loaded = forWhatRuns(await loadProject(world, options, place), applied);
    const { project } = loaded;
    const fitted = project === undefined ? undefined : await (listener.fit?.(project) ?? project);
    watchNew();
    const before = applied;
    take(loaded, fitted, quiet, asking.length > 0);
    const [wrong] = project === undefined ? loaded.diagnostics : [];
    const unchanged = applied === before ? ({ isUnchanged: true } as const) : {};
    for (const done of asking) done(wrong === undefined ? unchanged : { problem: headline(wrong) });
  }

  /** @param isWhole it was handed over: it is no save that is not done yet */
  function take(loaded: LoadedProject, fitted: Project | undefined, quiet: boolean, isWhole: boolean): void {
    const { project } = loaded;
    if (project === undefined || fitted === undefined) {
      const text = JSON.stringify([...loaded.texts, loaded.diagnostics]);
      if (text !== refusedText) listener.refused(loaded);
      refusedText = text;
      return;
    }
    refusedText = '';
    if (isWhole) losing = undefined;
    else if (isUnsettled(project)) return;
    if (JSON.stringify(project) === JSON.stringify(applied)) {
      if (!quiet) listener.unchanged();
      return;
    }
    applied = project;
    listener.changed(project, fitted, loaded, asked);
    asked = [];
  }

  /** Something is taken away, and has not been for long enough: it is read again then. */
  function isUnsettled(project: Project): boolean {
    const lost = lostBy(applied, project);
    const [before, nowMs] = [losing, world.clock.nowMs()];
    losing = undefined;
    if (lost.length === 0) return false;
    const next = { lost: lost.join(), text: JSON.stringify(project) };
    const isSame = before?.text === next.text;
    if (isSame && nowMs >= before.settlesAtMs) return false;
    losing = { ...next, settlesAtMs: isSame ? before.settlesAtMs : nowMs + settledMs };
    if (before?.lost !== next.lost) listener.losing(lost);
    readAt(losing.settlesAtMs);
    return true;
  }

  function readAt(atMs: number): void {
    cancel();
    cancel = world.clock.at(atMs, () => void read());
  }

  /** An edit may name files that were not watched before. */
  function watchNew(): void {
    const fresh = [...place.watched].filter((path) => !watched.has(path));
    if (ended || fresh.length === 0) return;
    for (const path of fresh) watched.add(path);
    const changed = () => readAt(world.clock.nowMs() + gatherMs);
    // What was written between the reading and the watching is found by another reading.
    closers.push(watchFiles(fresh, changed, () => void read(true)));
  }

  watchNew();
  return {
    also(names, pods) {
      const { only = [], named = [] } = options;
      asked = [...asked, ...names];
      options = {
        ...options,
        ...(only.length > 0 ? { only: [...only, ...names] } : { named: [...named, ...names, ...pods] }),
      };
      void read(true);
    },
    handOver(from, done) {
      const { ports } = options;
      options = { ...from.options, ...(ports === undefined ? {} : { ports }) };
      ({ place } = from);
      handed = [...handed, done];
      void read(true);
    },
    close: async () => {
      ended = true;
      cancel();
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** What is valid by itself is refused where what runs forbids it. */
function forWhatRuns({ project, ...loaded }: LoadedProject, applied: Project): LoadedProject {
  if (project === undefined) return loaded;
  const file = [...loaded.texts.keys()][0] ?? '';
  const refusal = refusedEdit(applied, project, file);
  return refusal === undefined ? { ...loaded, project } : { ...loaded, diagnostics: [refusal] };
}
