/** The port of a Service: its targets as they are now, and which of them the next connection goes to. */
import type { GatewayPort, GatewayTarget } from '../../model/service/gateway.ts';
import { Affinity } from './affinity.ts';

export interface PortState {
  readonly targets: GatewayPort['targets'];
  /** Unset: no affinity. */
  readonly affinityMs?: number;
}

export class Choice {
  readonly #affinity = new Affinity();
  #state: PortState;
  #turn = 0;

  constructor(state: PortState) {
    this.#state = state;
  }

  get targets(): readonly GatewayTarget[] {
    return this.#state.targets;
  }

  update(state: PortState): void {
    this.#state = state;
  }

  /**
   * The targets in the order in which they are tried: each takes its turn as the first one, and a client's own comes first.
   * @param client its address
   */
  inOrder(client: string, nowMs: number): readonly GatewayTarget[] {
    const { targets, affinityMs } = this.#state;
    if (targets.length === 0) return [];
    const own = affinityMs === undefined ? undefined : this.#affinity.of(client, targets, nowMs);
    const from = own === undefined ? this.#turn++ % targets.length : targets.indexOf(own);
    return [...targets.slice(from), ...targets.slice(0, from)];
  }

  /** The client's connection goes to this target. */
  took(client: string, target: GatewayTarget, nowMs: number): void {
    const { affinityMs } = this.#state;
    if (affinityMs !== undefined) this.#affinity.note(client, target, nowMs + affinityMs);
  }
}
