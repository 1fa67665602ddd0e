import type Docker from 'dockerode';
import { label } from '../../core/runtime/labels.ts';
import type { EngineContainer, Snapshot } from '../../core/runtime/snapshot.ts';
import { call, expectList, expectObject } from '../transport/call.ts';
import { engineError } from '../transport/failure.ts';
import { hasMessage, withMessage } from './message.ts';
import type { Known } from '../memory.ts';
import type { Session } from '../session.ts';
import type { ListedProject } from '../port.ts';
import {
  leastAgeMs,
  listedAddress,
  listedName,
  ourTime,
  translateContainer,
  translateListed,
  translateNetwork,
  translateVolume,
} from './translate.ts';

/**
 * Lists everything of a project, and inspects only the containers of which a list does not prove that nothing changed.
 * What we change while the lists are under way may or may not be in the answer: the core folds it over (core/step/fold.ts).
 * Rejects with EngineError when a list fails or the engine goes away.
 */
export async function takeSnapshot(session: Session, project: string): Promise<Snapshot> {
  const { memory, offsetMs } = session;
  const askedAtMs = Date.now();
  const lists = await listProject(session, `${label.project}=${project}`);
  const heardAtMs = Date.now();
  const looks = lists.containers.map((listed) => lookAt(session, listed, { askedAtMs, heardAtMs }));
  const containers = (await Promise.all(looks)).filter((container) => container !== undefined);
  const live = new Set(lists.containers.map((listed) => listed.Id));
  memory.forget((container) => projectOf(container) === project && !live.has(container.id));
  return {
    containers,
    volumes: lists.volumes.map(translateVolume),
    networks: lists.networks.map((network) => translateNetwork(network, offsetMs)),
  };
}

/** All projects that have a container, volume or network on this engine, by name. */
export async function listProjects(session: Session): Promise<readonly ListedProject[]> {
  return projectsIn(await listProject(session, label.project), session.offsetMs);
}

/** @param offsetMs what is added to the engine's time to get ours */
export function projectsIn({ containers, volumes, networks }: Lists, offsetMs: number): readonly ListedProject[] {
  const found = new Map<string, { readonly leases: Set<string | undefined>; newestAtMs: number }>();
  const objects = [
    ...containers.map(({ Labels, Created }) => ({ Labels, atMs: timeOf(Created, offsetMs) })),
    ...networks.map(({ Labels, Created }) => ({ Labels, atMs: ourTime(Created, offsetMs) })),
    ...volumes.map((volume) => ({ Labels: volume.Labels, atMs: ourTime(createdAt(volume), offsetMs) })),
  ];
  for (const { Labels: labels, atMs = Infinity } of objects) {
    const name = labels?.[label.project] ?? '';
    if (name === '') continue;
    const project = found.get(name) ?? { leases: new Set(), newestAtMs: -Infinity };
    found.set(name, project);
    project.leases.add(labels?.[label.lease]);
    project.newestAtMs = Math.max(project.newestAtMs, atMs);
  }
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        name,
        {
          leases: [first, ...others],
          newestAtMs,
        },
      ]) => (first === undefined || others.length > 0 ? { name, newestAtMs } : { name, newestAtMs, lease: first }),
    );
}

/** @param seconds as a list of containers has it */
const timeOf = (seconds: number, offsetMs: number): number | undefined =>
  Number.isFinite(seconds) ? seconds * 1000 + offsetMs : undefined;

/** The engine's types don't know it. */
const createdAt = (volume: Docker.VolumeInspectInfo & { readonly CreatedAt?: string }): string | undefined =>
  volume.CreatedAt;

/** The container after a change of ours, put into the memory. Rejects with EngineError. */
export function lookAfterChange(session: Session, id: string): Promise<EngineContainer> {
  return inspectContainer(session, id, session.deadlines.lookMs);
}

async function inspectContainer(session: Session, id: string, deadlineMs: number): Promise<EngineContainer> {
  const askedAtMs = Date.now();
  const answer = await call(deadlineMs, (abortSignal) => session.docker.getContainer(id).inspect({ abortSignal }));
  const inspected = translateContainer(expectObject(answer, 'State'), session.offsetMs);
  if (!hasMessage(inspected)) {
    session.memory.learn(inspected, askedAtMs);
    return inspected;
  }
  const { container, isRead } = await withMessage(session, inspected);
  session.memory.learn(container, askedAtMs);
  // The next look asks again.
  if (!isRead) session.memory.doubt(container.id);
  return container;
}

export interface Lists {
  readonly containers: readonly Docker.ContainerInfo[];
  readonly volumes: readonly Docker.VolumeInspectInfo[];
  readonly networks: readonly Docker.NetworkInspectInfo[];
}

async function listProject({ docker, deadlines }: Session, labelFilter: string): Promise<Lists> {
  const filters = { label: [labelFilter] };
  const [containers, volumes, networks] = await Promise.all([
    call(deadlines.lookMs, (abortSignal) => docker.listContainers({ all: true, filters, abortSignal })),
    call(deadlines.lookMs, (abortSignal) => docker.listVolumes({ filters, abortSignal })),
    call(deadlines.lookMs, (abortSignal) => docker.listNetworks({ filters, abortSignal })),
  ]);
  return {
    containers: expectList(containers),
    volumes: expectList(expectObject(volumes, 'Volumes').Volumes),
    networks: expectList(networks),
  };
}

interface Moment {
  readonly askedAtMs: number;
  readonly heardAtMs: number;
}

/** A container as it is now; undefined when it is gone. */
async function lookAt(
  session: Session,
  listed: Docker.ContainerInfo,
  moment: Moment,
): Promise<EngineContainer | undefined> {
  const { memory, offsetMs } = session;
  const known = memory.known(listed.Id);
  const before = (): EngineContainer => known?.container ?? translateListed(listed, offsetMs);
  // Its lock is held by our own call, whose outcome tells more than half a look: until then, all as it was.
  if (memory.isHeld(listed.Id)) return before();
  if (known && !memory.isDoubted(listed.Id) && isProved(known, listed, moment)) {
    memory.prove(listed.Id, moment.askedAtMs);
    return withOom(session, { ...known.container, name: listedName(listed) });
  }
  if (listed.State === 'removing') return { ...before(), state: 'removing' };
  try {
    return withOom(session, await inspectContainer(session, listed.Id, session.deadlines.inspectMs));
  } catch (error) {
    const { failure } = engineError(error);
    if (failure.kind === 'gone') return undefined;
    if (failure.kind === 'away') throw error;
    return before();
  }
}

/**
 * A list has no StartedAt, so a restart by hand shows only in "Up 3 seconds". What began longer ago than we last
 * knew it to be so is what we knew; anything younger is looked at.
 */
function isProved({ container, provedAtMs }: Known, listed: Docker.ContainerInfo, moment: Moment): boolean {
  // No event and no age tells that a network was taken away.
  if (container.state !== listed.State || container.address !== listedAddress(listed)) return false;
  if (container.state === 'created') return true;
  const ageMs = leastAgeMs(listed.Status);
  return ageMs !== undefined && ageMs >= moment.heardAtMs - provedAtMs + clockSlackMs;
}

/** The engine rounds its ages down, so only the two clocks' rates differ. */
const clockSlackMs = 100;

/**
 * The flag is set only at the end, when a process inside was killed before; and now and then it is false after a kill of
 * the first process. The event was seen both times.
 */
function withOom(session: Session, container: EngineContainer): EngineContainer {
  const oomKilled = container.oomKilled || session.memory.sawOom(container.id);
  return oomKilled === container.oomKilled ? container : { ...container, oomKilled };
}

const projectOf = (object: { readonly labels: Readonly<Record<string, string>> }): string | undefined =>
  object.labels[label.project];
