/** Every label key of ours, and how a value is written and read. What is fixed at an object's creation is here. */
import type { Pod } from '../../model/pod.ts';
import type { ContainerFacts, SandboxFacts } from './facts.ts';
import type { PodRef } from './pod-ref.ts';

export const label = {
  project: 'dev.podrun.project',
  /** Repeats the object's own name: labels are inherited through `docker commit`, names are not. */
  name: 'dev.podrun.name',
  kind: 'dev.podrun.kind',
  dir: 'dev.podrun.dir',
  attempt: 'dev.podrun.attempt',
  facts: 'dev.podrun.facts',
  backoff: 'dev.podrun.backoff-seconds',
  supervisor: 'dev.podrun.supervisor',
  /** When the Pod was accepted, and when it was created, in ms on podrun's clock: of all that tells it, one may be left. */
  born: 'dev.podrun.born',
  created: 'dev.podrun.created',
  /** The id of the network that an infra was made on. */
  network: 'dev.podrun.network',
  volume: 'dev.podrun.volume',
  record: 'dev.podrun.record',
  /** Of what is held down: a {@link Hold}. */
  hold: 'dev.podrun.hold',
  /** Of an object that is no Pod: an {@link ObjectRecord}. */
  object: 'dev.podrun.object',
  /** Of an infra: the generation of the Pod that it was made for, `NUMBER.FINGERPRINT`. */
  generation: 'dev.podrun.generation',
  /** Of all that a `run` makes: who has it, as JSON (core/lease/lease.ts). */
  lease: 'dev.podrun.lease',
  /** Of an image: the hash of all that it was built from. */
  build: 'dev.podrun.build',
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const;

export type Kind =
  'network' | 'infra' | 'container' | VolumeKind | 'claim' | 'record' | 'hold' | 'object' | 'helper' | 'services';

/** The volumes that live and die with a Pod; of `config` and `own` no container writes to the whole. */
const volumeKinds = ['emptyDir', 'config', 'own'] as const;
export type VolumeKind = (typeof volumeKinds)[number];

export const volumeKindOf = (labels: Labels): VolumeKind | undefined =>
  volumeKinds.find((kind) => kind === kindOf(labels));

export type Labels = Readonly<Record<string, string>>;

/** Who made an object: when that podrun started (its clock), and a random word that tells two of one moment apart. */
export interface Supervisor {
  readonly startedAtMs: number;
  readonly id: string;
}

/** When a Pod came to be, in ms on podrun's clock. */
export interface Birth {
  /** It got its uid: metadata.creationTimestamp. */
  readonly createdAtMs: number;
  /** It was begun with, and waits for no other Pod and no room: status.startTime. */
  readonly acceptedAtMs: number;
}

/** What a Pod's record holds: all that changes in its life and cannot be a label of its containers. */
export interface PodRecord {
  /** Its containers may be gone. */
  readonly birth?: Birth;
  /** The Pod is being deleted, with this grace. */
  readonly deletion?: { readonly atMs: number; readonly graceSeconds: number };
  /** The fields edited live since the infra was made. */
  readonly live?: SandboxFacts['live'];
  /** The Pod's spec since it was edited; before, it is the infra's. */
  readonly generation?: Generation;
  /** The folder that has taken the Pod over from the one in its infra's label. */
  readonly dir?: string;
  /** The Pod is finished: it is not run again, whatever is pruned. */
  readonly end?: PodEnd;
  /** Conditions set by hand, by type: for readiness gates. */
  readonly conditions?: Readonly<Record<string, CustomCondition>>;
  /** The ids of the instances that a command wants to be followed by new ones, by container. */
  readonly restarts?: Readonly<Record<string, string>>;
  /** What podrun ended for another to follow, by container, where its exit code may say otherwise. */
  readonly stops?: Readonly<Record<string, FollowedStop>>;
}

/** What `down POD` holds down: a controller's Pods, or one Pod (core/admission/unit.ts). */
export interface Hold {
  readonly unit: string;
  /** Of what it was then: an edit of it releases it. */
  readonly print: string;
  /** Overrides the Pods' own grace. */
  readonly graceSeconds?: number;
}

/** What of an object that is no Pod must outlive podrun. No value of a Secret and no env value is in it. */
export interface ObjectRecord {
  /** `NAMESPACE/KIND/NAME`. */
  readonly object: string;
  readonly uid: string;
  /** metadata.creationTimestamp, in ms on podrun's clock. */
  readonly createdAtMs: number;
  readonly generation: Generation;
  /** The object that it belongs to, as `NAMESPACE/KIND/NAME`. */
  readonly owner?: string;
  /** Of a template: which one of its owner's it is, the highest the newest. */
  readonly revision?: number;
  /** Of a template: what it is made of, to go back to. */
  readonly template?: KeptTemplate;
  /** Of a workload: the template, by its hash, whose rollout was once complete. */
  readonly complete?: string;
  /** What is changed by hand. */
  readonly hand?: Hand;
  /** What a controller of one kind keeps beside. */
  readonly kept?: Readonly<Record<string, unknown>>;
}

export interface KeptTemplate {
  /** Without the values of its variables. */
  readonly pod: Pod;
  /** Of the same with them. */
  readonly print: string;
}

/** Fields that are changed by hand, each with what the file said of it then: an edit of the field lets go of it. */
export interface Hand {
  readonly replicas?: { readonly value: number; readonly file: number };
  readonly paused?: { readonly value: boolean; readonly file: boolean };
  /** The revision that it was rolled back to, and the one that the file had then. */
  readonly template?: { readonly value: string; readonly file: string };
  /** When its Pods were restarted, and the template that the file had then; undefined takes back what was kept of it. */
  readonly restartedAt?: { readonly value: string; readonly file: string } | undefined;
}

/** metadata.generation, and which spec it is of. */
export interface Generation {
  readonly number: number;
  readonly fingerprint: string;
}

/** Why an instance is ended that another is to follow: it is to be another, or it (or its sandbox) failed. */
export type Follows = 'change' | 'failure';

export interface FollowedStop {
  /** The run that was ended, as `instanceOf` names it: what a hand restarts is another. */
  readonly run: string;
  readonly follows: Follows;
}

/** How a Pod ended. */
export interface PodEnd {
  readonly phase: 'Succeeded' | 'Failed';
  /** Why it was ended; unset where its containers ended by themselves. */
  readonly reason?: string;
  readonly message?: string;
  /** What the Pod was: its infra may be pruned. */
  readonly facts: SandboxFacts;
  readonly containers: Readonly<Record<string, ContainerEnd>>;
}

export interface ContainerEnd {
  readonly attempt: number;
  readonly exitCode: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** What it was, for an edit after it is pruned: of its environment the names alone. */
  readonly facts?: ContainerFacts;
}

export interface CustomCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly atMs: number;
}

/** Whose an object is: a project's, and for a while that of a process, if there is a lease. */
export interface Holder {
  readonly project: string;
  readonly lease?: string;
}

export function projectLabels({ project, lease }: Holder, kind: Kind, name: string): Labels {
  const own = { [label.project]: project, [label.kind]: kind, [label.name]: name };
  return lease === undefined ? own : { ...own, [label.lease]: lease };
}

export function podLabels(pod: PodRef): Labels {
  return { [label.podName]: pod.name, [label.podNamespace]: pod.namespace, [label.podUid]: pod.uid };
}

/** True for an object that podrun itself made under the name it still has. */
export function isOurs(object: { readonly name: string; readonly labels: Labels }): boolean {
  return object.labels[label.name] === object.name;
}

export function kindOf(labels: Labels): Kind | undefined {
  return labels[label.kind] as Kind | undefined;
}

/** The Pod that an object belongs to, if its labels name one. */
export function podRefOf(labels: Labels): PodRef | undefined {
  const name = labels[label.podName];
  const namespace = labels[label.podNamespace];
  const uid = labels[label.podUid];
  return name && namespace && uid ? { name, namespace, uid } : undefined;
}

/** The attempt an object is; 0 where the label is missing or no number. */
export function attemptOf(labels: Labels): number {
  const attempt = Number(labels[label.attempt]);
  return Number.isSafeInteger(attempt) && attempt >= 0 ? attempt : 0;
}

export const birthLabels = ({ createdAtMs, acceptedAtMs }: Birth): Labels => ({
  [label.created]: String(createdAtMs),
  [label.born]: String(acceptedAtMs),
});

/** When the Pod of an infra or a container came to be, as far as the object tells. */
export function birthOfLabels({
  labels,
  createdAtMs,
}: {
  readonly labels: Labels;
  readonly createdAtMs: number;
}): Birth {
  const stamped = (key: string) => (Number(labels[key]) > 0 ? Number(labels[key]) : undefined);
  const acceptedAtMs = stamped(label.born) ?? createdAtMs;
  return { createdAtMs: stamped(label.created) ?? acceptedAtMs, acceptedAtMs };
}

/** The crash back-off stamped on a restart, or undefined for a start that was none. */
export function backoffMsOf(labels: Labels): number | undefined {
  const seconds = Number(labels[label.backoff]);
  return seconds > 0 ? seconds * 1000 : undefined;
}

export function supervisorLabel(supervisor: Supervisor): string {
  return `${supervisor.startedAtMs}.${supervisor.id}`;
}

export function supervisorOf(labels: Labels): Supervisor | undefined {
  const match = /^(\d+)\.(.+)$/.exec(labels[label.supervisor] ?? '');
  return match ? { startedAtMs: Number(match[1]), id: match[2] as string } : undefined;
}

export const generationLabel = ({ number, fingerprint }: Generation): string => `${number}.${fingerprint}`;

/** Undefined for an infra that has none. */
export function generationOfLabels(labels: Labels): Generation | undefined {
  const match = /^(\d{1,9})\.([0-9a-f]+)$/.exec(labels[label.generation] ?? '');
  return match ? { number: Number(match[1]), fingerprint: match[2] as string } : undefined;
}

/** An object's labels never change, and are read at every step that sees the object. */
const read = new WeakMap<Labels, Map<string, unknown>>();

/** Reads a JSON label; undefined where it is missing or damaged, so that a hand-made label never stops podrun. */
function readJson<T>(labels: Labels, key: string): T | undefined {
  const values = read.get(labels) ?? new Map<string, unknown>();
  if (!values.has(key)) values.set(key, parseOrNothing(labels[key]));
  read.set(labels, values);
  return values.get(key) as T | undefined;
}

function parseOrNothing(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const sandboxFactsOf = (labels: Labels): SandboxFacts | undefined => readJson(labels, label.facts);
export const containerFactsOf = (labels: Labels): ContainerFacts | undefined => readJson(labels, label.facts);
export const recordOf = (labels: Labels): PodRecord | undefined => readJson(labels, label.record);
export const objectOf = (labels: Labels): ObjectRecord | undefined => readJson(labels, label.object);
export const holdOf = (labels: Labels): Hold | undefined => readJson(labels, label.hold);
