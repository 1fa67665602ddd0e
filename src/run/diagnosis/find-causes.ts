/** Why Pods are not as they should be, with the ends of their logs: the engine is asked for these. */
import type { Event, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { observe } from '../../core/runtime/observed.ts';
import type { Instance, ObservedPod } from '../../core/runtime/observed.ts';
import type { Engine } from '../../engine/port.ts';
import { diagnose } from '../../output/diagnosis/diagnosis.ts';
import type { LogTail, PodDiagnosis } from '../../output/diagnosis/diagnosis.ts';
import { readTail } from './read-log.ts';

/** How many lines of each container's log are told. */
const tailLines = 20;
/** The logs of so many Pods are read; of more nobody reads all. */
const mostPods = 10;

export interface Trouble {
  readonly project: string;
  /** The Pods that are to be told of; those that are well among them are left out. */
  readonly pods: readonly KubernetesPod[];
  readonly events: readonly Event[];
  readonly nowMs: number;
}

/** Never rejects: an engine that does not answer leaves the logs out. */
export async function findCauses(engine: Engine, trouble: Trouble): Promise<readonly PodDiagnosis[]> {
  const { project, pods, events, nowMs } = trouble;
  const causes = diagnose({ pods, events, logs: [], nowMs });
  const snapshot = await engine.snapshot(project).catch(() => undefined);
  if (snapshot === undefined) return causes;
  const wanted = causes.slice(0, mostPods).map(({ pod }) => pod);
  const lives = observe(snapshot).pods.filter(({ uid }) => pods.some(({ metadata }) => metadata?.uid === uid));
  const inTheWay = lives.flatMap((life) => {
    const told = causes.find(({ uid }) => uid === life.uid);
    return told === undefined || !wanted.includes(told.pod)
      ? []
      : told.containers.map(({ name }) => tailOfContainer(engine, life, name));
  });
  return diagnose({ pods, events, logs: await Promise.all(inTheWay), nowMs });
}

/** Of the newest instance; of the one before, where that has written nothing yet. */
async function tailOfContainer(engine: Engine, life: ObservedPod, container: string): Promise<LogTail> {
  const [newest, before] = (life.instances.get(container) ?? []).filter(hasRun);
  let lines: readonly string[] = newest === undefined ? [] : await tailOf(engine, newest);
  if (lines.length === 0 && before !== undefined) lines = await tailOf(engine, before);
  return { uid: life.uid, container, lines };
}

const hasRun = ({ container }: Instance): boolean => container.startedAtMs !== undefined;

const tailOf = (engine: Engine, { container }: Instance): Promise<readonly string[]> =>
  readTail(engine, container, tailLines).catch(() => []);
