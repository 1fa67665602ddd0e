/** What is sent to create a container: the fields of the engine's API that podrun sets, and how they are sent. */
import type { ContainerLaunch, InfraLaunch, LaunchPort } from '../core/action.ts';

export interface MountBody {
  readonly Type: 'volume' | 'bind';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly VolumeOptions?: { readonly NoCopy: true; readonly Subpath?: string };
}

/**
 * Options for a create call of dockerode, which otherwise writes the whole body, secrets included, into the URL as well
 * (ENGINE.md 0.2). The types know neither key; `T` is what the call wants to see.
 */
export function bodyOnly<T>(query: Readonly<Record<string, string>>, body: object, abortSignal: AbortSignal): T {
  return { _query: query, _body: body, abortSignal } as T;
}

/** A Pod's infra: it owns the namespaces, sleeps for ever and reaps. */
export function infraBody(launch: InfraLaunch, mounts: readonly MountBody[]): object {
  return {
    ...commonBody(launch),
    // Not the image's own entrypoint; a bare `sleep` as the first process would ignore TERM, so an init is before it.
    Entrypoint: ['sleep', '2147483647'],
    Cmd: [],
    User: '0:0',
    Hostname: launch.hostname,
    ExposedPorts: Object.fromEntries(launch.ports.map((port) => [portKey(port), {}])),
    HostConfig: {
      ...commonHostConfig(mounts),
      Init: true,
      IpcMode: 'shareable',
      NetworkMode: launch.networkId,
      // The engine's own ndots is 0, with which a short name is never looked for in the search domains first.
      ...(launch.dnsSearch.length === 0 ? {} : { DnsSearch: launch.dnsSearch, DnsOptions: ['ndots:1'] }),
      PortBindings: portBindings(launch.ports),
      CapDrop: ['ALL'],
      // What making and owning files in the Pod's volumes takes, and no more.
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'],
      SecurityOpt: ['no-new-privileges'],
    },
    NetworkingConfig: { EndpointsConfig: { [launch.networkId]: { Aliases: launch.aliases } } },
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
    HostConfig: {
      ...commonHostConfig(mounts),
      NetworkMode: infra,
      IpcMode: infra,
      ...(launch.sharePid ? { PidMode: infra } : {}),
    },
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
