import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { EngineError } from '../../engine/port.ts';
import type { EngineInfo, Tunnel } from '../../engine/port.ts';
import type { DialPod } from './forward.ts';

/**
 * How a Pod's ports are reached. kubectl's way is from within, at the Pod's loopback (containerd's sandbox_portforward),
 * and a server may listen there alone. Here that takes a process in the infra for each connection, so where this machine
 * reaches the Pod's address that is dialled first, and the loopback where nobody listens there:
 * [why](docs/decisions/port-forward.md). A server that listens at the Pod's address alone is reached, too.
 * @param address the Pod's
 */
export function dialPod(reach: EngineInfo['reach'], tunnel: Pick<Tunnel, 'connect'>, address: string): DialPod {
  if (reach === 'infra') return (port) => tunnel.connect([...loopback, address], port);
  return async (port) => {
    try {
      return await dialHere(address, port);
    } catch (refusal) {
      if ((refusal as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw refusal;
      return tunnel.connect(loopback, port).catch((error: unknown) => {
        // Nobody listens at all: what was said of the Pod's own address says more.
        throw error instanceof EngineError ? error : refusal;
      });
    }
  };
}

const loopback = ['127.0.0.1', '::1'];

function dialHere(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
