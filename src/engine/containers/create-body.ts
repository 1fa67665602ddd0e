/** What is sent to create a container: the fields of the engine's API that podrun sets, and how they are sent. */
import type { ContainerLaunch, InfraLaunch, LaunchDns, LaunchPort, SecurityLaunch } from '../../core/runtime/action.ts';
import { cpuPeriodUs } from '../../core/spec/qos.ts';
import type { Cgroup } from '../../core/runtime/snapshot.ts';
import type { MountBody } from '../volumes/mounts.ts';
import { infraCommand } from '../volumes/prepare.ts';

/**
 * Options for a create call. Without `_query` and `_body` dockerode writes the whole body, secrets included, into the URL
 * as well (docs/engines.md#create-bodies). Its types know neither key; `T` is the type that the call asks for.
 */
export function bodyOnly<T>(query: Readonly<Record<string, string>>, body: object, abortSignal: AbortSignal): T {
  return { _query: query, _body: body, abortSignal } as T;
}

/** A Pod's infra: it owns the namespaces, sleeps for ever and reaps. */
export function infraBody(launch: InfraLaunch, mounts: readonly MountBody[]): object {
  return {
    ...commonBody(launch),
    // Not the image's own entrypoint; a bare `sleep` as the first process would ignore TERM, so an init is before it.
    Entrypoint: infraCommand(launch.roots),
    Cmd: [],
    User: '0:0',
    ...(launch.hostname === '' ? {} : { Hostname: launch.hostname }),
    ...(launch.domainname === undefined ? {} : { Domainname: launch.domainname }),
    ExposedPorts: Object.fromEntries(launch.ports.map((port) => [portKey(port), {}])),
    HostConfig: {
      ...commonHostConfig(mounts),
      Init: true,
      IpcMode: launch.hostIpc ? 'host' : 'shareable',
      NetworkMode: launch.networkId ?? 'host',
      ...dnsConfig(launch.dns),
      ...(launch.extraHosts.length === 0 ? {} : { ExtraHosts: launch.extraHosts }),
      ...(Object.keys(launch.sysctls).length === 0 ? {} : { Sysctls: launch.sysctls }),
      PortBindings: portBindings(launch.ports),
      CapDrop: ['ALL'],
      // What making and owning files in the Pod's volumes takes, and no more.
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'],
      SecurityOpt: ['no-new-privileges'],
    },
    ...(launch.networkId === undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [launch.networkId]: { Aliases: launch.aliases } } } }),
  };
}

/** A container of a Pod, joined to the infra's namespaces. */
export function containerBody(launch: ContainerLaunch, mounts: readonly MountBody[]): object {
  const infra = `container:${launch.infraId}`;
  return {
    ...commonBody(launch),
    ...(launch.entrypoint === undefined
      ? launch.cmd && { Cmd: launch.cmd }
      : { Entrypoint: launch.entrypoint, Cmd: launch.cmd ?? [] }),
    ...(launch.workingDir === undefined ? {} : { WorkingDir: launch.workingDir }),
    Env: launch.env.map(([name, value]) => `${name}=${value}`),
    ...(launch.security.user === undefined ? {} : { User: launch.security.user }),
    ...(launch.tty ? { Tty: true } : {}),
    ...(launch.stdin === 'closed' ? {} : { OpenStdin: true, StdinOnce: launch.stdin === 'once' }),
    HostConfig: {
      ...commonHostConfig(mounts),
      NetworkMode: infra,
      IpcMode: launch.hostIpc ? 'host' : infra,
      ...pidMode(launch, infra),
      ...securityConfig(launch.security),
      ...cgroupBody(launch.cgroup),
      ...(launch.cgroup.oomScoreAdj === undefined ? {} : { OomScoreAdj: launch.cgroup.oomScoreAdj }),
    },
  };
}

function pidMode({ sharePid, hostPid }: ContainerLaunch, infra: string): object {
  if (hostPid) return { PidMode: 'host' };
  return sharePid ? { PidMode: infra } : {};
}

function securityConfig(security: SecurityLaunch): object {
  const { groups, privileged, capAdd, capDrop, readOnlyRoot, unmasked, options } = security;
  return {
    ...(groups.length === 0 ? {} : { GroupAdd: groups }),
    ...(privileged ? { Privileged: true } : {}),
    ...(capAdd.length === 0 ? {} : { CapAdd: capAdd }),
    ...(capDrop.length === 0 ? {} : { CapDrop: capDrop }),
    ...(readOnlyRoot ? { ReadonlyRootfs: true } : {}),
    ...(unmasked ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    ...(options.length === 0 ? {} : { SecurityOpt: options }),
  };
}

/** Limits for a create or an update; memory and swap always go together (docs/engines.md#limits-and-memory). */
export function cgroupBody({ cpuShares, cpuQuotaUs, memoryBytes }: Cgroup): object {
  return {
    ...(cpuShares === 0 ? {} : { CpuShares: cpuShares }),
    ...(cpuQuotaUs === 0 ? {} : { CpuPeriod: cpuPeriodUs, CpuQuota: cpuQuotaUs }),
    // No swap beyond the limit, as on a node of Kubernetes.
    ...(memoryBytes === 0 ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
  };
}

function dnsConfig({ nameservers, searches, options }: LaunchDns): object {
  return {
    ...(nameservers.length === 0 ? {} : { Dns: nameservers }),
    ...(searches.length === 0 ? {} : { DnsSearch: searches }),
    ...(options.length === 0 ? {} : { DnsOptions: options }),
  };
}

/** A short-lived container that looks at or acts on something next to it; it has no network and never restarts. */
export function helperBody(
  image: string,
  labels: Readonly<Record<string, string>>,
  command: readonly string[],
  hostConfig: object,
): object {
  return {
    Image: image,
    Labels: labels,
    Entrypoint: command,
    Cmd: [],
    User: '0:0',
    NetworkDisabled: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no' }, ...hostConfig },
  };
}

function commonBody(launch: InfraLaunch | ContainerLaunch): object {
  return {
    Image: launch.image,
    Labels: launch.labels,
    StopTimeout: launch.stopGraceSeconds,
    // The image's HEALTHCHECK would run beside our probes.
    Healthcheck: { Test: ['NONE'] },
  };
}

function commonHostConfig(mounts: readonly MountBody[]): object {
  return {
    Mounts: mounts,
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } },
  };
}

function portBindings(ports: readonly LaunchPort[]): Readonly<Record<string, readonly object[]>> {
  const bindings: Record<string, object[]> = {};
  for (const port of ports) {
    (bindings[portKey(port)] ??= []).push({ HostIp: port.hostIP, HostPort: String(port.hostPort) });
  }
  return bindings;
}

const portKey = (port: LaunchPort): string => `${port.containerPort}/${port.protocol}`;
