/** Why Services are not served, where waiting alone does not help. */
import { surroundingsOf } from '../runtime/observed.ts';
import { gatewayName } from '../runtime/names.ts';
import { livesOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { isServing } from './gateway-state.ts';
import { hasServices } from './gateway.ts';
import { serviceRange } from './range.ts';

/** Undefined while they may still come to be served, and once they were. */
export function gatewayTrouble(state: State): string | undefined {
  const { self, shared, rest } = state;
  if (!hasServices(state) || shared.isServed) return undefined;
  const name = gatewayName(self.project);
  const { network, gateways } = surroundingsOf(rest, livesOf(state));
  if (network !== undefined && serviceRange(network.subnet) === undefined)
    return `network ${network.name} has no room for their addresses (subnet ${network.subnet ?? 'of no IPv4'})`;
  const wanted = [name, self.gateway?.image];
  for (const { target, failure, verb } of shared.retries.values())
    if (wanted.includes(target) && lasting.has(failure.kind) && verb !== 'inspectImage') return failure.message.trim();
  const [gateway] = gateways;
  if (gateway?.state === 'exited' && gateway.exitCode !== 0 && gateway.startedAtMs !== undefined)
    return `container ${name} ended with exit code ${gateway.exitCode}; docker logs ${name} tells why`;
  return undefined;
}

/** The engine has said no, or has no such image: the same call gets the same answer. */
const lasting: ReadonlySet<string> = new Set(['refused', 'config', 'noImage']);

/** It runs, and says nothing yet. */
export function isSilent(state: State): boolean {
  if (!hasServices(state) || state.shared.isServed) return false;
  return surroundingsOf(state.rest, livesOf(state)).gateways.some(isServing);
}

/** A container of the project has run: what it knows Services by stays. */
export const hasRun = (state: State): boolean =>
  livesOf(state).some(({ instances }) =>
    [...instances.values()].flat().some(({ container }) => container.startedAtMs !== undefined),
  );
