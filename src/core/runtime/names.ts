/** The names of our objects on the engine. A container's name is also its lock (docs/engines.md#names). */
import type { PodRef } from './pod-ref.ts';

export const networkName = (project: string): string => `podrun-${project}`;

export function infraName(project: string, pod: PodRef, attempt: number): string {
  return [project, ...podParts(pod), uid8(pod), attempt].join('.');
}

export function containerName(project: string, pod: PodRef, container: string, attempt: number): string {
  return [project, ...podParts(pod), container, uid8(pod), attempt].join('.');
}

/** A volume that lives and dies with its Pod. */
export function podVolumeName(project: string, pod: PodRef, volume: string): string {
  return [project, ...podParts(pod), volume, uid8(pod)].join('.');
}

/** The volume that only podrun writes to; a volume of the file has no `_` in its name. */
export const ownVolumeName = (project: string, pod: PodRef): string => podVolumeName(project, pod, '_own');

export function recordName(project: string, pod: PodRef, sequence: number): string {
  return [project, ...podParts(pod), 'record', uid8(pod), sequence].join('.');
}

export function claimVolumeName(project: string, claim: { readonly name: string; readonly namespace: string }): string {
  return claim.namespace === 'default' ? `${project}_${claim.name}` : `${project}_${claim.namespace}.${claim.name}`;
}

/** The container that serves the project's Services. */
export const gatewayName = (project: string): string => `${project}.services`;

/** A short-lived container of ours beside the Pods. */
export const helperName = (project: string, uid: string): string => `${project}.helper.${uid.slice(0, 8)}`;

/** The names under which the Pod resolves on the project's network, its own and its Services'; a short name means the asker's own namespace. */
export function podAliases(
  pod: { readonly name: string; readonly namespace: string },
  hostname: string,
  subdomain: string | undefined,
  services: readonly string[] = [],
  isService = false,
): readonly string[] {
  const { name, namespace } = pod;
  const withDomains = (host: string) => [`${host}.svc`, `${host}.svc.cluster.local`];
  const inNamespace = (service: string) => [`${service}.${namespace}`, ...withDomains(`${service}.${namespace}`)];
  // A Service of the Pod's own name is what that name means.
  const names = [
    ...(isService ? [] : [name]),
    ...services,
    ...(subdomain === undefined ? [] : [`${hostname}.${subdomain}`]),
  ];
  return [...(namespace === 'default' ? names : []), ...names.flatMap(inNamespace)];
}

/** The domain of a Pod with a subdomain: `SUBDOMAIN.NAMESPACE.svc.cluster.local` (kubelet_pods.go GeneratePodHostNameAndDomain). */
export const podDomain = (namespace: string, subdomain: string): string => `${subdomain}.${namespace}.${clusterDomain}`;

/** Where short names are looked for: the asker's own namespace first (dns.go generateSearchesForDNSClusterFirst). */
export const clusterSearches = (namespace: string): readonly string[] => [
  `${namespace}.${clusterDomain}`,
  clusterDomain,
  'cluster.local',
];

const clusterDomain = 'svc.cluster.local';

/**
 * The hostname: hostnameOverride; else `spec.hostname` or the Pod's name, cut to 63 characters and never ending in `-` or
 * `.`, with its domain under setHostnameAsFQDN (docs/pod-lifecycle.md#names-and-hosts).
 */
export function podHostname(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { hostname, subdomain, setHostnameAsFQDN, hostnameOverride }: HostnameFields,
): string {
  if (hostnameOverride !== undefined) return hostnameOverride;
  const short = (hostname ?? name).slice(0, 63).replace(/[-.]+$/, '');
  return setHostnameAsFQDN === true && subdomain !== undefined ? `${short}.${podDomain(namespace, subdomain)}` : short;
}

interface HostnameFields {
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: true | undefined;
  readonly hostnameOverride?: string | undefined;
}

function podParts(pod: PodRef): string[] {
  return pod.namespace === 'default' ? [pod.name] : [pod.namespace, pod.name];
}

const uid8 = (pod: PodRef): string => pod.uid.slice(0, 8);
