/** A Pod, with every default filled in. */
import type { Container, RestartPolicy } from './container.ts';
import type { PodSecurityContext } from './security.ts';
import type { Volume } from './volume.ts';

export interface Pod {
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  /** The names of the Services that select it, sorted; unset where there are none. */
  readonly services?: readonly string[];
  /** Those of them that are names of the Pod itself, where nothing leads to its ready Pods alone; unset where there are none. */
  readonly aliases?: readonly string[];
  /** What its first start waits for; unset where that is nothing. */
  readonly dependsOn?: readonly Dependency[];
}

/** Another Pod of the project, and what is asked of it. */
export interface Dependency {
  readonly name: string;
  readonly namespace: string;
  readonly condition: 'Ready' | 'Started' | 'Succeeded';
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The controller it belongs to. */
  readonly ownerReference?: OwnerReference;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export interface PodSpec {
  readonly restartPolicy: RestartPolicy;
  readonly terminationGracePeriodSeconds: number;
  /** Unset: the Pod's name, cut to 63 characters. */
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: true;
  /** The hostname as it is, whatever the three above say; the Pod's names for others stay theirs. */
  readonly hostnameOverride?: string;
  readonly shareProcessNamespace: boolean;
  readonly hostNetwork?: true;
  readonly hostPID?: true;
  readonly hostIPC?: true;
  readonly hostAliases?: readonly HostAlias[];
  /** Unset: ClusterFirst. */
  readonly dnsPolicy?: DnsPolicy;
  readonly dnsConfig?: DnsConfig;
  readonly securityContext?: PodSecurityContext;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  /** Labels that the node must have. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** The one node it may be on. */
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  /** In order; those with restartPolicy Always are sidecars. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  /** Conditions that must be True, besides the containers' readiness, for the Pod to be Ready. */
  readonly readinessGates: readonly { readonly conditionType: string }[];
  /** From the Pod's start: then it is Failed, and ended. */
  readonly activeDeadlineSeconds?: number;
  readonly volumes: readonly Volume[];
}

export interface HostAlias {
  readonly ip: string;
  readonly hostnames: readonly string[];
}

export type DnsPolicy = 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';

export interface DnsConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly { readonly name: string; readonly value?: string }[];
}
