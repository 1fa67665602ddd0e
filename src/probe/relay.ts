import { createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';

export interface Relay {
  /** Where the connection is to be had. */
  readonly address: string;
  close(): void;
}

/** A door to a connection for a client that insists on dialling by itself: the first who comes gets it. */
export async function openRelay(connection: Duplex): Promise<Relay> {
  let taken: Socket | undefined;
  const server = createServer((socket) => {
    if (taken !== undefined) return void socket.destroy();
    taken = socket;
    // Whichever ends or breaks ends both; the client sees why it matters.
    pipeline(connection, socket, connection, () => undefined);
  });
  connection.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      taken?.destroy();
      connection.destroy();
    },
  };
}
