import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Whether a port of this machine can be listened on now; an address that is not this machine's cannot. */
export function isFreePort(host: string, port: number, protocol: 'TCP' | 'UDP' | 'SCTP'): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'UDP') {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      socket.once('error', () => socket.close(() => resolve(false)));
      socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(true)));
      return;
    }
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
