/** The engine's JSON in podrun's words: pure, and the only place where the engine's clock becomes ours. */
import type Docker from 'dockerode';
import type { Cgroup, EngineContainer, EngineNetwork, EngineState, EngineVolume } from '../../core/runtime/snapshot.ts';

/** @param offsetMs what is added to the engine's time to get ours */
export function translateContainer(inspect: Docker.ContainerInspectInfo, offsetMs: number): EngineContainer {
  const { Config: config, State: state, HostConfig: host } = inspect;
  const startedAtMs = ourTime(state.StartedAt, offsetMs);
  const finishedAtMs = endTime(state, startedAtMs, ourTime(state.FinishedAt, offsetMs));
  return {
    id: inspect.Id,
    name: plainName(inspect.Name),
    labels: config.Labels ?? {},
    image: config.Image,
    imageId: inspect.Image,
    state: stateOf(state.Status),
    createdAtMs: ourTime(inspect.Created, offsetMs) ?? 0,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    error: state.Error ?? '',
    ...joined(host.NetworkMode),
    address: isOfHost(host) ? hostAddress : addressOf(inspect.NetworkSettings?.Networks),
    env: environmentOf(config.Env),
    stopSignal: stopSignalOf(config),
    cgroup: cgroupOf(host),
  };
}

function cgroupOf(host: Docker.HostConfig): Cgroup {
  const { CpuShares = 0, CpuQuota = 0, Memory = 0, OomScoreAdj = 0 } = host;
  return {
    cpuShares: CpuShares,
    cpuQuotaUs: Math.max(CpuQuota, 0),
    memoryBytes: Math.max(Memory, 0),
    // 0 is what nobody has set: no class of Kubernetes has it.
    ...(OomScoreAdj === 0 ? {} : { oomScoreAdj: OomScoreAdj }),
  };
}

/**
 * The engine notes a start only after the process runs, so one that ends at once seems to end before it began. While it
 * runs, an end is that of the run before and is left as it is.
 */
function endTime(
  state: Docker.ContainerInspectInfo['State'],
  startedAtMs: number | undefined,
  finishedAtMs: number | undefined,
): number | undefined {
  const isOver = state.Status === 'exited' || state.Status === 'dead';
  return isOver && startedAtMs !== undefined && finishedAtMs !== undefined
    ? Math.max(startedAtMs, finishedAtMs)
    : finishedAtMs;
}

/**
 * What a list alone tells, for a container whose inspect did not answer and is not known from before:
 * it has no exact times, no exit code and no environment.
 */
export function translateListed(listed: Docker.ContainerInfo, offsetMs: number): EngineContainer {
  return {
    id: listed.Id,
    name: listedName(listed),
    labels: listed.Labels ?? {},
    image: listed.Image,
    imageId: listed.ImageID,
    state: stateOf(listed.State),
    createdAtMs: listed.Created * 1000 + offsetMs,
    exitCode: Number(/^Exited \((\d+)\)/.exec(listed.Status)?.[1] ?? 0),
    oomKilled: false,
    error: '',
    ...joined(listed.HostConfig?.NetworkMode),
    address: listedAddress(listed),
    env: {},
    stopSignal: 'SIGTERM',
    listedOnly: true,
  };
}

export function translateVolume(volume: Docker.VolumeInspectInfo): EngineVolume {
  return { name: volume.Name, labels: volume.Labels ?? {} };
}

export function translateNetwork(network: Docker.NetworkInspectInfo, offsetMs: number): EngineNetwork {
  const configs = network.IPAM?.Config ?? [];
  const subnet = configs.map((config) => config['Subnet']).find((each) => each?.includes('.') === true);
  return {
    ...(subnet === undefined ? {} : { subnet }),
    id: network.Id,
    name: network.Name,
    labels: network.Labels ?? {},
    createdAtMs: ourTime(network.Created, offsetMs) ?? 0,
    gateway: configs.map((config) => config['Gateway']).find((gateway) => gateway) ?? '',
  };
}

/** The name in a list: of several (links make more) the one without a further slash. */
export function listedName(listed: Docker.ContainerInfo): string {
  const names = listed.Names.map(plainName);
  return names.find((name) => !name.includes('/')) ?? names[0] ?? '';
}

/**
 * An engine's time on our clock, in whole milliseconds; unset for the engine's zero time.
 * @param text RFC 3339 with up to nine digits of a second
 */
export function ourTime(text: string | undefined, offsetMs: number): number | undefined {
  if (text === undefined || text === '' || text.startsWith('0001-01-01')) return undefined;
  const engineMs = Date.parse(text);
  return Number.isNaN(engineMs) ? undefined : engineMs + offsetMs;
}

/**
 * What must be added to the engine's time to get ours, from one `info`.
 * Half the round trip is what cannot be known; an engine on this machine has our clock, so less than that plus some slack is 0.
 */
export function clockOffsetMs(systemTime: string | undefined, sentAtMs: number, receivedAtMs: number): number {
  const engineMs = ourTime(systemTime, 0);
  if (engineMs === undefined) return 0;
  const offsetMs = Math.round((sentAtMs + receivedAtMs) / 2 - engineMs);
  const uncertainMs = (receivedAtMs - sentAtMs) / 2 + 100;
  return Math.abs(offsetMs) <= uncertainMs ? 0 : offsetMs;
}

/**
 * How long ago, at the least, a container began what a list's Status says of it (`Up 2 hours`, `Exited (3) 5 seconds ago`).
 * Unset where the text is not understood. Docker's and Podman's texts are go-units' HumanDuration.
 */
export function leastAgeMs(status: string): number | undefined {
  const match =
    /^(?:Up|Exited \(-?\d+\)) (?:(Less than a|About an?) |(\d+) )(second|minute|hour|day|week|month|year)s?\b/.exec(
      status,
    );
  if (!match) return undefined;
  const [, about, count, unit] = match;
  if (about === 'Less than a') return 0;
  // Hours are rounded half up; every longer unit is cut from those rounded hours.
  const slackMs = unit === 'second' || unit === 'minute' ? 0 : unitMs.hour / 2;
  return (count === undefined ? 1 : Number(count)) * unitMs[unit as keyof typeof unitMs] - slackMs;
}

const unitMs = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
} as const;

/** Where a container in the machine's own network is reached from there. */
const hostAddress = '127.0.0.1';

const isOfHost = ({ NetworkMode: mode }: { readonly NetworkMode?: string | undefined }): boolean => mode === 'host';

const plainName = (name: string): string => name.replace(/^\//, '');

const states: readonly EngineState[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** Podman's further words (`configured`, `stopped`, `initialized`, `stopping`) are Docker's by another name. */
function stateOf(text: string): EngineState {
  const state = states.find((known) => known === text);
  if (state !== undefined) return state;
  if (text === 'stopping') return 'running';
  return text === 'configured' || text === 'initialized' ? 'created' : 'exited';
}

function joined(networkMode: string | undefined): { readonly joinedTo?: string } {
  const prefix = 'container:';
  return networkMode?.startsWith(prefix) ? { joinedTo: networkMode.slice(prefix.length) } : {};
}

/** The address on the Pods' network; '' for one that has none, or does not run. */
export function listedAddress(listed: Docker.ContainerInfo): string {
  if (listed.HostConfig !== undefined && isOfHost(listed.HostConfig)) return hostAddress;
  return addressOf(listed.NetworkSettings?.Networks);
}

function addressOf(networks: Readonly<Record<string, { readonly IPAddress?: string }>> | undefined): string {
  return Object.values(networks ?? {}).find((network) => network.IPAddress)?.IPAddress ?? '';
}

function environmentOf(entries: readonly string[] | null | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (entries ?? []).map((entry) => {
      const end = entry.indexOf('=');
      return end === -1 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

/** The engine copies the image's STOPSIGNAL here; Podman writes a number's text. */
function stopSignalOf(config: Docker.ContainerInspectInfo['Config'] & { readonly StopSignal?: string }): string {
  return config.StopSignal || 'SIGTERM';
}
