/** A Pod's infra as the engine is to make it (kuberuntime_sandbox.go, dns.go). */
import type { ContainerPort } from '../../model/container.ts';
import type { Pod, PodSpec } from '../../model/pod.ts';
import type { InfraLaunch, LaunchDns, LaunchPort } from '../runtime/action.ts';
import { isSidecar, sandboxFacts } from '../runtime/facts.ts';
import { birthLabels, generationLabel, label, podLabels, projectLabels, supervisorLabel } from '../runtime/labels.ts';
import type { Birth, Generation } from '../runtime/labels.ts';
import { clusterSearches, infraName, podAliases, podDomain, podHostname } from '../runtime/names.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { dnsOption, infraMounts } from './pod-volumes.ts';
import { serviceKey } from '../services/range.ts';
import type { Self } from '../state/self.ts';
import { volumeRoots } from './volume-roots.ts';

export interface SandboxOf {
  /** Which of the Pod's sandboxes it is. */
  readonly attempt: number;
  /** When its Pod came to be. */
  readonly birth: Birth;
  readonly generation: Generation;
}

/** Where Services are served. */
export interface Cluster {
  /** The address that answers their names. */
  readonly dns: string;
  /** The Services, as `NAMESPACE/NAME`. */
  readonly names: ReadonlySet<string>;
}

export function infraLaunch(
  self: Self,
  pod: Pod,
  ref: PodRef,
  { attempt, birth, generation }: SandboxOf,
  networkId: string,
  cluster?: Cluster,
): InfraLaunch {
  const { metadata, spec } = pod;
  const name = infraName(self.project, ref, attempt);
  const ofHost = spec.hostNetwork === true;
  return {
    role: 'infra',
    name,
    image: self.infraImage,
    labels: {
      ...projectLabels(self, 'infra', name),
      ...podLabels(ref),
      [label.attempt]: String(attempt),
      [label.dir]: self.dir,
      [label.supervisor]: supervisorLabel(self),
      ...(ofHost ? {} : { [label.network]: networkId }),
      ...birthLabels(birth),
      [label.generation]: generationLabel(generation),
      [label.facts]: JSON.stringify(sandboxFacts(pod)),
    },
    // In the machine's network the name is the machine's too.
    hostname: ofHost ? '' : podHostname(metadata, spec),
    ...(ofHost ? {} : domainOf(spec, metadata.namespace)),
    ...(ofHost ? {} : { networkId }),
    aliases: podAliases(
      ref,
      podHostname(metadata, { ...spec, setHostnameAsFQDN: undefined, hostnameOverride: undefined }),
      spec.subdomain,
      pod.aliases,
      cluster?.names.has(serviceKey(ref)),
    ),
    hostIpc: spec.hostIPC === true,
    // The engine writes what is before the colon as it is: one line an alias, as the kubelet.
    extraHosts: (spec.hostAliases ?? []).map(({ ip, hostnames }) => `${hostnames.join('\t')}:${ip}`),
    dns: ofHost && spec.dnsPolicy !== 'ClusterFirstWithHostNet' ? ownDns(spec) : podDns(spec, ref.namespace, cluster),
    sysctls: Object.fromEntries(
      (spec.securityContext?.sysctls ?? []).map(({ name: key, value }) => [key.replaceAll('/', '.'), value]),
    ),
    // As in Kubernetes, a plain init container's ports are not published.
    ports: ofHost
      ? []
      : [...spec.initContainers.filter(isSidecar), ...spec.containers].flatMap(({ ports }) =>
          ports.flatMap(toLaunchPort),
        ),
    mounts: infraMounts(self, pod, ref),
    roots: volumeRoots(pod),
    stopGraceSeconds: 2,
  };
}

function toLaunchPort(port: ContainerPort): LaunchPort[] {
  if (port.hostPort === undefined) return [];
  const protocol = port.protocol.toLowerCase() as LaunchPort['protocol'];
  return [{ containerPort: port.containerPort, protocol, hostIP: port.hostIP ?? '127.0.0.1', hostPort: port.hostPort }];
}

/** With it the engine writes `ADDRESS FQDN HOSTNAME` to /etc/hosts, as the kubelet; a hostname that is whole has it in it. */
function domainOf(
  { subdomain, setHostnameAsFQDN, hostnameOverride }: PodSpec,
  namespace: string,
): Pick<InfraLaunch, 'domainname'> {
  if (subdomain === undefined || setHostnameAsFQDN === true || hostnameOverride !== undefined) return {};
  return { domainname: podDomain(namespace, subdomain) };
}

/**
 * The engine's own resolver knows the Pods of the network, and asks the machine's for all else: what is not there may take
 * it long to say. So ndots is not the kubelet's 5, but the least with which the first name asked for is the right one:
 * in `default` that is the name as it is written, for its Pods have their short names as aliases; elsewhere `POD` and
 * `HOSTNAME.SUBDOMAIN` are looked for in the asker's own namespace first.
 */
function podDns(spec: PodSpec, namespace: string, cluster: Cluster | undefined): LaunchDns {
  const own = ownDns(spec);
  if (spec.dnsPolicy === 'Default' || spec.dnsPolicy === 'None') return own;
  const searches = [...new Set([...clusterSearches(namespace), ...own.searches])];
  const isSet = own.options.some((option) => option.startsWith('ndots:'));
  if (cluster !== undefined) {
    const nameservers = [cluster.dns, ...own.nameservers].slice(0, 3);
    return { nameservers, searches, options: isSet ? own.options : [...own.options, 'ndots:5'] };
  }
  return { ...own, searches, options: isSet || namespace === 'default' ? own.options : [...own.options, 'ndots:2'] };
}

function ownDns({ dnsConfig }: PodSpec): LaunchDns {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  return { nameservers, searches, options: options.map(dnsOption) };
}
