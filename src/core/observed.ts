/** The engine's snapshot seen as Pods. Only what carries our labels under its own name is in it. */
import type { ContainerFacts, SandboxFacts } from './facts.ts';
import {
  attemptOf,
  backoffMsOf,
  containerFactsOf,
  isOurs,
  kindOf,
  label,
  podRefOf,
  recordOf,
  sandboxFactsOf,
  supervisorOf,
  volumeKindOf,
} from './labels.ts';
import type { PodRecord, Supervisor, VolumeKind } from './labels.ts';
import type { PodRef } from './pod-ref.ts';
import { podKey } from './pod-ref.ts';
import type { EngineContainer, EngineNetwork, EngineVolume, Snapshot } from './snapshot.ts';

export interface Observed {
  /** If there are several by a race: the one that the oldest Pod is on, else the oldest. */
  readonly network?: EngineNetwork;
  /** All of ours, that one first. */
  readonly networks: readonly EngineNetwork[];
  /** Every life of every Pod, oldest uid first by creation; usually one a Pod. */
  readonly pods: readonly ObservedPod[];
  /** The persistent volumes by name, with the folder that made each. */
  readonly claims: ReadonlyMap<string, string | undefined>;
  /** Helpers that outlived the podrun that started them. */
  readonly helpers: readonly EngineContainer[];
  /** Names of objects that carry our label and not under their own name: told, never touched. */
  readonly strangers: readonly string[];
}

export interface ObservedPod extends PodRef {
  readonly key: string;
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
  ...{ key: podKey(ref), infras: [], instances: new Map(), volumes: [], record: {}, records: [] },
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
  const objects = [...snapshot.containers, ...snapshot.volumes, ...snapshot.networks];
  const containers = snapshot.containers.filter(isOurs);
  const volumes = snapshot.volumes.filter(isOurs);
  const pods = observePods(containers, volumes);
  const networks = observeNetworks(snapshot.networks.filter(isOurs), pods);
  return {
    ...(networks[0] === undefined ? {} : { network: networks[0] }),
    networks,
    pods,
    claims: new Map(
      volumes.filter((v) => kindOf(v.labels) === 'claim').map((v) => [v.name, v.labels[label.dir]] as const),
    ),
    helpers: containers.filter((c) => kindOf(c.labels) === 'helper'),
    strangers: objects.filter((object) => !isOurs(object)).map((object) => object.name),
  };
}

function observeNetworks(ours: readonly EngineNetwork[], pods: readonly ObservedPod[]): readonly EngineNetwork[] {
  const oldestFirst = ours.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const used = pods.flatMap((pod) => pod.infras.map(({ networkId }) => networkId));
  const first = used
    .map((id) => oldestFirst.find((network) => network.id === id))
    .find((network) => network !== undefined);
  return first === undefined ? oldestFirst : [first, ...oldestFirst.filter((network) => network !== first)];
}

function observePods(containers: readonly EngineContainer[], volumes: readonly EngineVolume[]): ObservedPod[] {
  const parts = new Map<string, { ref: PodRef; containers: EngineContainer[]; volumes: EngineVolume[] }>();
  const partOf = (ref: PodRef) => {
    const part = parts.get(ref.uid) ?? { ref, containers: [], volumes: [] };
    parts.set(ref.uid, part);
    return part;
  };
  for (const container of containers) {
    const ref = podRefOf(container.labels);
    if (ref !== undefined) partOf(ref).containers.push(container);
  }
  for (const volume of volumes) {
    const ref = podRefOf(volume.labels);
    if (ref !== undefined) partOf(ref).volumes.push(volume);
  }
  const bornAtMs = (part: { containers: EngineContainer[] }) => Math.min(...part.containers.map((c) => c.createdAtMs));
  return [...parts.values()]
    .toSorted((a, b) => bornAtMs(a) - bornAtMs(b) || (a.ref.uid < b.ref.uid ? -1 : 1))
    .map((part) => observePod(part.ref, part.containers, part.volumes));
}

function observePod(
  ref: PodRef,
  containers: readonly EngineContainer[],
  volumes: readonly EngineVolume[],
): ObservedPod {
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
  const networkId = container.labels[label.network];
  return {
    container,
    attempt: attemptOf(container.labels),
    ...(supervisor === undefined ? {} : { supervisor }),
    ...(dir === undefined ? {} : { dir }),
    ...(networkId === undefined ? {} : { networkId }),
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
