/** Which target a client's connections go to, for as long as it is heard of (sessionAffinity: ClientIP). */
import type { GatewayTarget } from '../../model/service/gateway.ts';

/** Beyond so many clients the one that was silent longest is forgotten. */
const mostClients = 10_000;

export class Affinity {
  /** The client heard of last comes last. */
  readonly #clients = new Map<string, { readonly target: string; readonly untilMs: number }>();

  /** The target that the client had, where it is still one. */
  of(client: string, targets: readonly GatewayTarget[], nowMs: number): GatewayTarget | undefined {
    const known = this.#clients.get(client);
    if (known === undefined || known.untilMs <= nowMs) return undefined;
    return targets.find((target) => targetKey(target) === known.target);
  }

  note(client: string, target: GatewayTarget, untilMs: number): void {
    this.#clients.delete(client);
    this.#clients.set(client, { target: targetKey(target), untilMs });
    for (const oldest of this.#clients.keys()) {
      if (this.#clients.size <= mostClients) break;
      this.#clients.delete(oldest);
    }
  }
}

export const targetKey = ({ address, port }: GatewayTarget): string => `${address}:${port}`;
