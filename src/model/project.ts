/**
 * What a project's files mean once every default is filled in. Field names and units are Kubernetes' own
 * (`...Seconds` are seconds); the manifest room makes these, every other room only reads them.
 */
import type { CronJob, Job } from './job.ts';
import type { Pod } from './pod.ts';
import type { Service } from './service/service.ts';
import type { Workload } from './workload.ts';

export interface Project {
  /** The project's name: a DNS-1123 label. */
  readonly name: string;
  /** The absolute path of the folder the project comes from. */
  readonly dir: string;
  /** In the file's order, in which they get room on the machine; a (namespace, name) occurs once. */
  readonly pods: readonly Pod[];
  /** Pods of the file that this podrun leaves as they are, as `NAMESPACE/NAME`: others were named. */
  readonly apart?: readonly string[];
  /** Those whose Pods come and go by their rules, sorted by namespace, then name; unset where there are none. */
  readonly workloads?: readonly Workload[];
  /** Sorted by namespace, then name; unset where there are none. Of their Pods those that they begin with are in {@link pods}. */
  readonly jobs?: readonly Job[];
  /** Sorted by namespace, then name; unset where there are none. */
  readonly cronJobs?: readonly CronJob[];
  /** Sorted by namespace, then name; unset where there are none. */
  readonly services?: readonly Service[];
  /** Nothing serves them: their names are those of their Pods. */
  readonly aliased?: true;
  /** The persistent volumes that the file declares or a Pod claims, sorted by name. */
  readonly claims: readonly Claim[];
  /** ConfigMaps and Secrets, sorted by kind, namespace and name. Their values are nowhere but in here. */
  readonly objects: readonly DataObject[];
  /** Host ports that somebody else has: no automatic port becomes one of them; unset where none is known. */
  readonly refusedPorts?: readonly number[];
  /** The file's `endpoints`, sorted by name; unset where there are none. They may hold secrets, and are nowhere on the engine. */
  readonly endpoints?: readonly Endpoint[];
}

/** A variable for what uses the Pods from this machine. */
export interface Endpoint {
  readonly name: string;
  /** As it is written: with `{db:5432}` for where that port is reached. */
  readonly text: string;
  /** What each `{POD:PORT}` of it means, by the text between the braces. */
  readonly ports: Readonly<Record<string, PodPort>>;
}

/** A published port of a Pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** A ConfigMap or a Secret. */
export interface DataObject {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string;
  /** What is text, by key. */
  readonly data: Readonly<Record<string, string>>;
  /** By key, in base64: a ConfigMap's binaryData, and what of a Secret's data is no UTF-8 text. */
  readonly binaryData: Readonly<Record<string, string>>;
  /** Only of a Secret. */
  readonly type?: string;
  /** What it holds cannot be changed. */
  readonly immutable?: true;
}

export interface Claim {
  readonly name: string;
  readonly namespace: string;
}
