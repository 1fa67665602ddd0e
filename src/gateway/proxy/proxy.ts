/** The ports of all Services that have a target. */
import type { GatewayService } from '../../model/service/gateway.ts';
import type { PortState } from './choice.ts';
import type { Listening, Place } from './listening.ts';
import type { Room } from '../room.ts';
import { listenTcp } from './tcp.ts';
import { listenUdp } from './udp.ts';

interface Wanted extends Place {
  readonly protocol: 'TCP' | 'UDP';
  readonly state: PortState;
}

export class Proxy {
  readonly #open = new Map<string, Listening>();
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /**
   * Listens on what there are targets for, and on nothing else; a port that stays keeps its connections and clients.
   * @returns what could not be listened on, in words
   */
  async apply(services: readonly GatewayService[]): Promise<readonly string[]> {
    const wanted = wantedOf(services);
    for (const [key, listening] of this.#open)
      if (!wanted.has(key)) {
        this.#open.delete(key);
        // Its open connections may go on for long.
        void listening.close();
      }
    const results = await Promise.all([...wanted].map(([key, each]) => this.#ensure(key, each)));
    return results.flat();
  }

  async #ensure(key: string, { protocol, state, ...place }: Wanted): Promise<readonly string[]> {
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.update(state);
      return [];
    }
    try {
      const listen = protocol === 'TCP' ? listenTcp : listenUdp;
      this.#open.set(key, await listen(place, state, this.#room));
      return [];
    } catch (error) {
      return [`${key}: ${error instanceof Error ? error.message : String(error)}`];
    }
  }
}

function wantedOf(services: readonly GatewayService[]): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { address, ports, affinityMs } of services)
    for (const { protocol, port, targets } of ports) {
      if (address === undefined || targets.length === 0) continue;
      const state = { targets, ...(affinityMs === undefined ? {} : { affinityMs }) };
      wanted.set(`${protocol} ${address}:${port}`, { protocol, address, port, state });
    }
  return wanted;
}
