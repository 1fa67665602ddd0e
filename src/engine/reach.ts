import { hostname, platform } from 'node:os';
import type { Address, Environment } from './transport/address.ts';
import { failed } from './transport/failure.ts';
import type { EngineInfo } from './port.ts';

/** What `info` tells that matters here. */
export interface EngineFacts {
  /** The engine's machine. */
  readonly Name: string;
  readonly OperatingSystem?: string;
  readonly SecurityOptions?: readonly string[] | null;
}

/**
 * A bridge's addresses are reached on the engine's own machine, in its own network namespace, and nowhere else: not where
 * the engine is rootless or in a machine of its own (Docker Desktop and its like), and not from inside a container that
 * was given the engine's socket, whose host name is another. PODRUN_PROBE_DIAL=direct|infra overrules all that.
 */
export function findReach(address: Address, facts: EngineFacts, env: Environment): EngineInfo['reach'] {
  const wish = env['PODRUN_PROBE_DIAL'] ?? '';
  if (wish === 'direct' || wish === 'infra') return wish;
  if (wish !== '') throw failed('refused', `PODRUN_PROBE_DIAL: ${JSON.stringify(wish)} is neither direct nor infra`);
  const isRootless = facts.SecurityOptions?.some((option) => option.startsWith('name=rootless')) === true;
  return isHere(address, facts) && !isRootless ? 'direct' : 'infra';
}

/** Whether the engine is on this very machine. */
export const isHere = (address: Address, facts: EngineFacts): boolean =>
  isLocal(address) && platform() === 'linux' && facts.Name === hostname() && facts.OperatingSystem !== 'Docker Desktop';

function isLocal(address: Address): boolean {
  if (address.kind === 'tcp') return /^(localhost|127\..*|::1)$/.test(address.host);
  return address.kind === 'unix';
}
