/** The engine's snapshot seen as Pods. Only what carries our labels under its own name is in it. */
import type { ContainerFacts, SandboxFacts } from './facts.ts';
import { observeHolds } from './hold.ts';
import type { Holds } from './hold.ts';
import {
  attemptOf,
  backoffMsOf,
  containerFactsOf,
  generationOfLabels,
  isOurs,
  kindOf,
  label,
  podRefOf,
  recordOf,
  sandboxFactsOf,
  supervisorOf,
  volumeKindOf,
} from './labels.ts';
import type { Generation, PodRecord, Supervisor, VolumeKind } from './labels.ts';
import { observeObjects } from './object-record.ts';
import type { KeptObjects } from './object-record.ts';
import type { PodRef } from './pod-ref.ts';
import { podKey } from './pod-ref.ts';
import type { EngineContainer, EngineNetwork, EngineVolume, Snapshot } from './snapshot.ts';

/** What belongs to no Pod. */
export interface Surroundings {
  /** If there are several by a race: the one that the oldest Pod is on, else the oldest. */
  readonly network?: EngineNetwork;
  /** All of ours, that one first. */
  readonly networks: readonly EngineNetwork[];
  /** Those that were made to learn of a subnet, by a podrun that died with it. */
  readonly spareNetworks: readonly EngineNetwork[];
  /** The persistent volumes by name, with the folder that made each. */
  readonly claims: ReadonlyMap<string, string | undefined>;
  /** What is held down. */
  readonly holds: Holds;
  /** The containers that serve the project's Services: one, but for a hand's doing. */
  readonly gateways: readonly EngineContainer[];
  /** What is kept of objects that are no Pods. */
  readonly objects: KeptObjects;
  /** Helpers that outlived the podrun that started them. */
  readonly helpers: readonly EngineContainer[];
  /** Names of objects that carry our label and not under their own name: told, never touched. */
  readonly strangers: readonly string[];
}

export interface Observed extends Surroundings {
  /** Every life of every Pod, oldest uid first by creation; usually one a Pod. */
  readonly pods: readonly ObservedPod[];
}

/** The containers and volumes of one life of a Pod, as the engine told of them. */
export interface PodObjects {
  readonly containers: readonly EngineContainer[];
  readonly volumes: readonly EngineVolume[];
}

export interface ObservedPod extends PodRef {
  readonly key: string;
  /** What all the rest was read from. */
  readonly objects: PodObjects;
  /** Newest first. */
  readonly infras: readonly Infra[];
  /** By container name, newest attempt first. */
  readonly instances: ReadonlyMap<string, readonly Instance[]>;
  /** The volumes that go with it. */
  readonly volumes: readonly { readonly name: string; readonly kind: VolumeKind }[];
  readonly record: PodRecord;
  /** The volumes that hold the record, newest first. */
  readonly records: readonly { readonly name: string; readonly sequence: number }[];
  /** What the newest infra was made from, with the fields edited live since; unset while there is none. */
  readonly facts?: SandboxFacts;
}

export interface Infra {
  readonly container: EngineContainer;
  readonly attempt: number;
  readonly supervisor?: Supervisor;
  readonly dir?: string;
  readonly networkId?: string;
  readonly generation?: Generation;
}

export interface Instance {
  readonly container: EngineContainer;
  /** The container's name in the Pod. */
  readonly name: string;
  readonly attempt: number;
  readonly facts?: ContainerFacts;
  readonly backoffMs?: number;
  readonly supervisor?: Supervisor;
}

/** A Pod of which nothing is on the engine. */
export const nothingOf = (ref: PodRef): ObservedPod => ({
  ...ref,
  ...{
    key: podKey(ref),
    infras: [],
    instances: new Map(),
    volumes: [],
    record: {},
    records: [],
    objects: { containers: [], volumes: [] },
  },
});

/** The look lost a container's inspect: what cannot be judged is left alone until the next look. */
export function isHalfSeen({ infras, instances }: ObservedPod): boolean {
  return [...infras, ...[...instances.values()].flat()].some(({ container }) => container.listedOnly === true);
}

/** A snapshot never changes, and is looked at several times a step and many steps long. */
const observations = new WeakMap<Snapshot, Observed>();

export function observe(snapshot: Snapshot): Observed {
  const known = observations.get(snapshot);
  if (known !== undefined) return known;
  const observed = observeAnew(snapshot);
  observations.set(snapshot, observed);
  return observed;
}

function observeAnew(snapshot: Snapshot): Observed {
  const { rest, pods: parts } = splitSnapshot(snapshot);
  const pods = parts.map(({ ref, objects }) => observePod(ref, objects)).toSorted(byBirth);
  return { ...surroundingsOf(rest, pods), pods };
}

/** The snapshot by Pod, and the rest of it. */
export interface Parts {
  readonly pods: readonly { readonly ref: PodRef; readonly objects: PodObjects }[];
  readonly rest: Snapshot;
}

export function splitSnapshot({ containers, volumes, networks }: Snapshot): Parts {
  const parts = new Map<string, { ref: PodRef; objects: { containers: EngineContainer[]; volumes: EngineVolume[] } }>();
  const rest: { containers: EngineContainer[]; volumes: EngineVolume[] } = { containers: [], volumes: [] };
  const objectsOf = (object: EngineContainer | EngineVolume) => {
    const ref = isOurs(object) ? podRefOf(object.labels) : undefined;
    if (ref === undefined) return rest;
    const part = parts.get(ref.uid) ?? { ref, objects: { containers: [], volumes: [] } };
    parts.set(ref.uid, part);
    return part.objects;
  };
  for (const container of containers) objectsOf(container).containers.push(container);
  for (const volume of volumes) objectsOf(volume).volumes.push(volume);
  return { pods: [...parts.values()], rest: { ...rest, networks } };
}

/** A snapshot never changes, and what surrounds the Pods is asked for several times a step. */
const surroundingsSeen = new WeakMap<Snapshot, Surroundings>();

/** @param pods asked only where there are several networks */
export function surroundingsOf(rest: Snapshot, pods: Iterable<ObservedPod>): Surroundings {
  const known = surroundingsSeen.get(rest);
  if (known !== undefined) return known;
  const { containers, volumes, networks } = rest;
  const made = networks.filter(isOurs);
  const ours = observeNetworks(
    made.filter(({ labels }) => kindOf(labels) !== 'helper'),
    pods,
  );
  const surroundings = {
    ...(ours[0] === undefined ? {} : { network: ours[0] }),
    networks: ours,
    spareNetworks: made.filter(({ labels }) => kindOf(labels) === 'helper'),
    claims: new Map(
      volumes
        .filter((v) => isOurs(v) && kindOf(v.labels) === 'claim')
        .map((v) => [v.name, v.labels[label.dir]] as const),
    ),
    holds: observeHolds(volumes),
    gateways: containers.filter((c) => isOurs(c) && kindOf(c.labels) === 'services'),
    objects: observeObjects(volumes),
    helpers: containers.filter((c) => isOurs(c) && kindOf(c.labels) === 'helper'),
    strangers: [...containers, ...volumes, ...networks].filter((object) => !isOurs(object)).map(({ name }) => name),
  };
  // Of several networks the Pods tell which is theirs, and the Pods change.
  if (ours.length < 2) surroundingsSeen.set(rest, surroundings);
  return surroundings;
}

function observeNetworks(ours: readonly EngineNetwork[], pods: Iterable<ObservedPod>): readonly EngineNetwork[] {
  if (ours.length < 2) return ours;
  const oldestFirst = ours.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const used = [...pods].toSorted(byBirth).flatMap((pod) => pod.infras.map(({ networkId }) => networkId));
  const first = used
    .map((id) => oldestFirst.find((network) => network.id === id))
    .find((network) => network !== undefined);
  return first === undefined ? oldestFirst : [first, ...oldestFirst.filter((network) => network !== first)];
}

const createdAtMs = ({ objects }: ObservedPod): number =>
  Math.min(...objects.containers.map((container) => container.createdAtMs));

/** The older first; what has no container last. */
export function byBirth(a: ObservedPod, b: ObservedPod): number {
  const [one, other] = [createdAtMs(a), createdAtMs(b)];
  return one === other ? (a.uid < b.uid ? -1 : 1) : one - other;
}

export function observePod(ref: PodRef, objects: PodObjects): ObservedPod {
  const { containers, volumes } = objects;
  const infras = containers
    .filter((container) => kindOf(container.labels) === 'infra')
    .map(toInfra)
    .toSorted((a, b) => b.attempt - a.attempt);
  const instances = new Map<string, Instance[]>();
  for (const container of containers) {
    const name = container.labels[label.containerName];
    if (kindOf(container.labels) !== 'container' || name === undefined) continue;
    instances.set(name, [...(instances.get(name) ?? []), toInstance(container, name)]);
  }
  for (const [name, list] of instances)
    instances.set(
      name,
      list.toSorted((a, b) => b.attempt - a.attempt || b.container.createdAtMs - a.container.createdAtMs),
    );
  const records = volumes
    .filter((volume) => kindOf(volume.labels) === 'record')
    .map((volume) => ({ name: volume.name, sequence: attemptOf(volume.labels), labels: volume.labels }))
    .toSorted((a, b) => b.sequence - a.sequence);
  const record = (records[0] && recordOf(records[0].labels)) ?? {};
  const facts = (infras[0] && sandboxFactsOf(infras[0].container.labels)) ?? record.end?.facts;
  return {
    ...ref,
    key: podKey(ref),
    objects,
    infras,
    instances,
    volumes: volumes.flatMap(({ name, labels }) => {
      const kind = volumeKindOf(labels);
      return kind === undefined ? [] : [{ name, kind }];
    }),
    record,
    records: records.map(({ name, sequence }) => ({ name, sequence })),
    ...(facts === undefined ? {} : { facts: { pod: facts.pod, live: record.live ?? facts.live } }),
  };
}

function toInfra(container: EngineContainer): Infra {
  const supervisor = supervisorOf(container.labels);
  const dir = container.labels[label.dir];
  const generation = generationOfLabels(container.labels);
  const networkId = container.labels[label.network];
  return {
    container,
    attempt: attemptOf(container.labels),
    ...(supervisor === undefined ? {} : { supervisor }),
    ...(dir === undefined ? {} : { dir }),
    ...(networkId === undefined ? {} : { networkId }),
    ...(generation === undefined ? {} : { generation }),
  };
}

function toInstance(container: EngineContainer, name: string): Instance {
  const facts = containerFactsOf(container.labels);
  const backoffMs = backoffMsOf(container.labels);
  const supervisor = supervisorOf(container.labels);
  return {
    container,
    name,
    attempt: attemptOf(container.labels),
    ...(facts === undefined ? {} : { facts }),
    ...(backoffMs === undefined ? {} : { backoffMs }),
    ...(supervisor === undefined ? {} : { supervisor }),
  };
}
