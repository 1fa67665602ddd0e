import { connect } from 'node:net';
import type { ProbeHandler, ProbeResult } from '../core/check.ts';
import { describeFailure, joinHostPort } from './address.ts';

/** Does anybody accept a connection there? Nothing is sent (pkg/probe/tcp). */
export function checkTcp(
  handler: Extract<ProbeHandler, { kind: 'tcpSocket' }>,
  address: string,
  timeoutMs: number,
): Promise<ProbeResult> {
  const host = handler.host ?? address;
  const { port } = handler;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (result: ProbeResult) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => {
      settle({ verdict: 'failure', output: `dial tcp ${joinHostPort(host, port)}: i/o timeout` });
    }, timeoutMs);
    socket.on('connect', () => settle({ verdict: 'success', output: '' }));
    // It stays after the verdict: a late error of a destroyed socket must find a listener.
    socket.on('error', (error) => settle({ verdict: 'failure', output: describeFailure(error, host, port) }));
  });
}
