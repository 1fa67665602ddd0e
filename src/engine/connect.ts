import { createAdapter } from './adapter.ts';
import { addressText, configDir, findCandidates } from './transport/address.ts';
import type { Address, Candidate, Environment } from './transport/address.ts';
import { shareOutputs } from './build/step-output.ts';
import { call, expectObject, usualDeadlines } from './transport/call.ts';
import type { Deadlines } from './transport/call.ts';
import { loadClient } from './transport/client.ts';
import type { Endpoint } from './transport/client.ts';
import { engineError, failed } from './transport/failure.ts';
import { machineOf } from './machine.ts';
import type { MachineInfo } from './machine.ts';
import { createMemory } from './memory.ts';
import { createPauses } from './containers/pauses.ts';
import type { Engine } from './port.ts';
import { findReach, isHere } from './reach.ts';
import type { EngineFacts } from './reach.ts';
import { openTunnel } from './transport/ssh.ts';
import { storageBytesOf } from './volumes/storage.ts';
import { clockOffsetMs } from './containers/translate.ts';

export interface ConnectOptions {
  readonly env: Environment;
  /** The user's home folder: docker's config and contexts, and Docker Desktop's sockets, are below it. */
  readonly home: string;
  /** `-H`: before all else. */
  readonly host?: string;
  /** For all that is tried together; 2 s. Building an ssh connection has its own 30 s. */
  readonly deadlineMs?: number;
  /** For the calls after that. */
  readonly deadlines?: Partial<Deadlines>;
}

/**
 * Finds the engine and connects to it. One that the user named is the only one tried.
 * Rejects with EngineError: `away` with all that was tried and how to start one, `refused` where what is named is no
 * engine's address or the engine is too old.
 */
export async function connectEngine(options: ConnectOptions): Promise<Engine> {
  const { isExplicit, candidates } = await findCandidates(options.env, options.home, options.host);
  const until = Date.now() + (options.deadlineMs ?? 2000);
  const tried: string[] = [];
  for (const candidate of candidates) {
    try {
      // One that takes the connection and stays silent must leave time for the others.
      const leftMs = Math.max(until - Date.now(), 50);
      return await connectTo(candidate, options, isExplicit ? leftMs : leftMs / 2);
    } catch (error) {
      const { kind, message } = engineError(error).failure;
      if (kind === 'refused') throw error;
      // A web server or a proxy has no such page.
      const words =
        kind === 'gone' ? 'what answers is no container engine' : message.replace(/^the engine does not answer: /, '');
      tried.push(`${addressText(candidate.address)} (${candidate.from}): ${words}`);
    }
  }
  throw failed('away', awayMessage(tried, isExplicit));
}

function awayMessage(tried: readonly string[], isExplicit: boolean): string {
  const lines = ['no container engine answers; tried', ...tried.map((line) => `  ${line}`)];
  const hint = isExplicit
    ? 'start that engine, or name another by -H or DOCKER_HOST'
    : 'start one: `sudo systemctl start docker`, Docker Desktop, or `systemctl --user start podman.socket`; or name one by DOCKER_HOST';
  return [...lines, hint].join('\n');
}

async function connectTo(candidate: Candidate, options: ConnectOptions, deadlineMs: number): Promise<Engine> {
  const { address } = candidate;
  const link = await openLink(address, options.env);
  try {
    const deadlines = { ...usualDeadlines, ...options.deadlines };
    // Both questions at once: a command's start waits for them.
    const [apiVersion, { info, offsetMs }] = await Promise.all([
      negotiate(link.endpoint, address, deadlineMs),
      readInfo(link.endpoint, deadlineMs),
    ]);
    const docker = await loadClient(link.endpoint, apiVersion);
    const closing = new AbortController();
    const here = isHere(address, info);
    const machine = machineOf(info, await storageBytesOf(here ? info.DockerRootDir : undefined));
    const session = {
      docker,
      apiVersion,
      offsetMs,
      deadlines,
      memory: createMemory(),
      pauses: createPauses(docker, deadlines),
      outputs: shareOutputs(),
      platform: `${machine.os}/${machine.arch}`,
      endings: new Map<string, Promise<void>>(),
      mountpoints: new Map<string, string>(),
      isHere: here,
      configDir: configDir(options.env, options.home),
      env: options.env,
      closed: closing.signal,
    };
    const engineInfo = {
      id: info.ID || info.Name,
      name: info.Name,
      address: addressText(address),
      apiVersion,
      machine,
      reach: findReach(address, info, options.env),
    };
    return createAdapter(session, engineInfo, () => {
      closing.abort();
      link.close();
    });
  } catch (error) {
    link.close();
    throw error;
  }
}

interface Info extends EngineFacts, MachineInfo {
  readonly ID: string;
  readonly DockerRootDir?: string;
  readonly SystemTime?: string;
}

async function readInfo(endpoint: Endpoint, deadlineMs: number): Promise<{ info: Info; offsetMs: number }> {
  const docker = await loadClient(endpoint);
  const sentAtMs = Date.now();
  const info = await call(Math.max(deadlineMs, 1000), async () => expectObject((await docker.info()) as Info, 'ID'));
  return { info, offsetMs: clockOffsetMs(info.SystemTime, sentAtMs, Date.now()) };
}

interface Link {
  readonly endpoint: Endpoint;
  readonly close: () => void;
}

async function openLink(address: Address, env: Environment): Promise<Link> {
  const nothing = (): void => undefined;
  switch (address.kind) {
    case 'unix':
      return { endpoint: { socketPath: address.path }, close: nothing };
    case 'tcp':
      return { endpoint: address, close: nothing };
    case 'ssh': {
      const tunnel = await openTunnel(address, env, sshDeadlineMs);
      return { endpoint: { socketPath: tunnel.socketPath }, close: () => tunnel.close() };
    }
  }
}

/** A human may have to confirm a key or type a passphrase. */
const sshDeadlineMs = 30_000;

/**
 * The engine's API version or the newest that is known here, whichever is older: behaviour moves with the version, so
 * none is left to the engine.
 */
async function negotiate(endpoint: Endpoint, address: Address, deadlineMs: number): Promise<string> {
  const docker = await loadClient(endpoint);
  const answer = await call(deadlineMs, async () => expectObject(await docker.version(), 'ApiVersion'));
  const engines = answer.ApiVersion;
  if (minorOf(engines) < minorOf(oldest)) {
    throw failed(
      'refused',
      `the engine at ${addressText(address)} speaks API ${engines}; podrun needs ${oldest} (Docker 20.10) or later`,
    );
  }
  return minorOf(engines) < minorOf(newestKnown) ? engines : newestKnown;
}

const oldest = '1.41';
const newestKnown = '1.47';

const minorOf = (version: string): number => Number(version.split('.')[1] ?? 0);
