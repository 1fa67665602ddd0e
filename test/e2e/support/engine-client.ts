import { setTimeout as pause } from 'node:timers/promises';
import { askEngine } from '../../engine/api.mjs';

export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** The part of the engine's own answer that scenarios look at. */
export interface ContainerDetails {
  readonly Id: string;
  readonly Name: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly OOMKilled: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: {
    readonly Env: readonly string[];
    readonly Hostname: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Name?: string;
    readonly Destination: string;
    readonly RW: boolean;
    readonly Propagation?: string;
  }[];
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

export interface ExecOutput {
  readonly code: number;
  /** Both streams as they came, with plain line ends. */
  readonly output: string;
}

/** What a human could do behind podrun's back, and what they could look at. */
export class EngineClient {
  readonly #host: string;
  readonly #filter: string;

  constructor(host: string, project: string) {
    this.#host = host;
    this.#filter = `filters=${encodeURIComponent(JSON.stringify({ label: [`dev.podrun.project=${project}`] }))}`;
  }

  /** The project's containers, the dead ones too. */
  async containers(): Promise<ContainerSummary[]> {
    return (await this.#ask('GET', `/containers/json?all=1&${this.#filter}`)) as ContainerSummary[];
  }

  /** The one running container of a Pod's container; the infra where no container is named. */
  async container(pod: string, container?: string): Promise<ContainerDetails> {
    const all = await this.containers();
    const found = all.filter(
      ({ Labels, State }) =>
        State !== 'exited' &&
        Labels['io.kubernetes.pod.name'] === pod &&
        Labels['io.kubernetes.container.name'] === container,
    );
    const [first] = found;
    if (first && found.length === 1) return this.inspect(first.Id);
    const names = all.map((item) => `${item.Names.join()} ${item.Status}`).join('\n');
    throw new Error(`${found.length} containers of ${pod}/${container ?? '(infra)'} are live; there are:\n${names}`);
  }

  async inspect(id: string): Promise<ContainerDetails> {
    return (await this.#ask('GET', `/containers/${id}/json`)) as ContainerDetails;
  }

  async volumes(): Promise<string[]> {
    const { Volumes } = (await this.#ask('GET', `/volumes?${this.#filter}`)) as { Volumes: { Name: string }[] | null };
    return (Volumes ?? []).map((volume) => volume.Name);
  }

  /** The ids of the project's networks. */
  async networks(): Promise<string[]> {
    const networks = (await this.#ask('GET', `/networks?${this.#filter}`)) as { Id: string }[];
    return networks.map((network) => network.Id);
  }

  /** What the engine told of a Pod's containers from a time on until now, as `ACTION POD/CONTAINER`; it keeps the last 256 alone. */
  async eventsSince(sinceMs: number): Promise<string[]> {
    const times = `since=${sinceMs / 1000}&until=${Date.now() / 1000}`;
    const { text } = await askEngine(this.#host, 'GET', `/events?${times}&${this.#filter}`);
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EngineEvent);
    return events.map(
      ({ Action, Actor: { Attributes: of } }) =>
        `${Action} ${of['io.kubernetes.pod.name']}/${of['io.kubernetes.container.name']}`,
    );
  }

  async exec(id: string, ...command: string[]): Promise<ExecOutput> {
    // With a terminal the output comes without the engine's frames.
    const body = { Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true };
    const { Id } = (await this.#ask('POST', `/containers/${id}/exec`, body)) as { Id: string };
    const { text } = await askEngine(this.#host, 'POST', `/exec/${Id}/start`, { body: { Tty: true } });
    const { ExitCode } = (await this.#ask('GET', `/exec/${Id}/json`)) as { ExitCode: number };
    return { code: ExitCode, output: text.replaceAll('\r\n', '\n') };
  }

  async kill(id: string, signal = 'KILL'): Promise<void> {
    await this.#ask('POST', `/containers/${id}/kill?signal=${signal}`);
  }

  async stop(id: string, graceSeconds = 1): Promise<void> {
    await this.#ask('POST', `/containers/${id}/stop?t=${graceSeconds}`);
  }

  async restart(id: string, graceSeconds = 1): Promise<void> {
    await this.#ask('POST', `/containers/${id}/restart?t=${graceSeconds}`);
  }

  /** Takes a container off all its networks. */
  async disconnect(id: string): Promise<void> {
    const { NetworkSettings } = await this.inspect(id);
    for (const name of Object.keys(NetworkSettings.Networks))
      await this.#ask('POST', `/networks/${name}/disconnect`, { Container: id, Force: true });
  }

  async remove(id: string): Promise<void> {
    await this.#ask('DELETE', `/containers/${id}?force=1&v=1`);
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#ask('POST', `/containers/${id}/rename?name=${encodeURIComponent(name)}`);
  }

  async pause(id: string): Promise<void> {
    await this.#ask('POST', `/containers/${id}/pause`);
  }

  async unpause(id: string): Promise<void> {
    await this.#ask('POST', `/containers/${id}/unpause`);
  }

  /** Removes all that carries the project's label; what somebody else removes meanwhile is fine. */
  async removeAll(): Promise<void> {
    await this.#deleteAll((await this.containers()).map(({ Id }) => `/containers/${Id}?force=1&v=1`));
    await this.#deleteAll((await this.volumes()).map((name) => `/volumes/${name}`));
    await Promise.all((await this.networks()).map((id) => this.#removeNetwork(id)));
  }

  /** The engine answers that a container is removed a moment before it lets go of the container's endpoint. */
  async #removeNetwork(id: string): Promise<void> {
    for (let tries = 1; ; tries += 1)
      try {
        return await this.#deleteAll([`/networks/${id}`]);
      } catch (error) {
        if (tries === 100 || !(error instanceof Error) || !error.message.includes('active endpoints')) throw error;
        await pause(100);
      }
  }

  async #deleteAll(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => this.#ask('DELETE', path).catch(ignoreMissing)));
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return (await askEngine(this.#host, method, path, { body })).json;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error) || !/ (404|409) /.test(error.message)) throw error;
}
