/** The gateway: goes by the last state that it was given, also by what it kept before it was started anew. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewayState } from '../model/service/gateway.ts';
import type { Forwarder } from './dns/forward.ts';
import { serveNames } from './dns/server.ts';
import type { NameServer } from './dns/server.ts';
import { zoneOf } from './dns/zone.ts';
import { Proxy } from './proxy/proxy.ts';
import type { Room } from './room.ts';
import { readState } from './state-text.ts';

export interface GatewayOptions {
  /** Where the state is kept. */
  readonly folder: string;
  readonly room: Room;
  readonly forwarder: Forwarder;
  /** 53, but for tests. */
  readonly dnsPort: number;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #proxy: Proxy;
  #names: NameServer | undefined;
  #dns = '';
  /** One state after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#proxy = new Proxy(options.room);
  }

  /** Goes by the state that was kept, if there is one that can be read. */
  async resume(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => undefined);
    // One that is damaged is as good as none: podrun sends another.
    if (text !== undefined) await this.take(text).catch(() => undefined);
  }

  /**
   * Goes by a new state from when this resolves.
   * @param text one line of JSON
   * @returns what of it could not be done, in words. Rejects where it could not be read, or names cannot be answered.
   */
  take(text: string): Promise<readonly string[]> {
    const taken = this.#last.then(() => this.#apply(readState(text), text));
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  /** Lets go of all that it listens on; what it keeps stays. */
  close(): Promise<void> {
    const closed = this.#last.then(async () => {
      await this.#proxy.apply([]);
      await this.#names?.close();
      this.#names = undefined;
    });
    this.#last = closed;
    return closed;
  }

  get #path(): string {
    return join(this.#options.folder, 'state.json');
  }

  async #apply(state: GatewayState, text: string): Promise<readonly string[]> {
    const failures = await this.#proxy.apply(state.services);
    const names = { zone: zoneOf(state), network: state.network };
    if (this.#names !== undefined && state.dns === this.#dns) this.#names.update(names);
    else {
      await this.#names?.close();
      this.#names = undefined;
      const { dnsPort, forwarder } = this.#options;
      this.#names = await serveNames({ address: state.dns, port: dnsPort }, names, forwarder);
      this.#dns = state.dns;
    }
    await writeFile(`${this.#path}.new`, text);
    await rename(`${this.#path}.new`, this.#path);
    return failures;
  }
}
