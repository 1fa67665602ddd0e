import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Engine, EngineInfo } from '../engine/port.ts';

/**
 * Makes a connection. Rejects as soon as `signal` is aborted; else with the `code` of a socket that could not connect, or
 * with an EngineError where the engine that should dial could not.
 */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Duplex>;

/** What dialling asks of an engine. */
export interface DialPort extends Pick<Engine, 'dial'> {
  readonly info: Pick<EngineInfo, 'reach'>;
}

export interface DialSpec {
  readonly containerId: string;
  /** The handler's own host; unset: the Pod's address. */
  readonly host: string | undefined;
  /** For what the engine starts to dial: it ends by itself a moment later. */
  readonly timeoutMs: number;
}

/** A host that the user gave is dialled from here, as the kubelet would; the Pod's address by the way that reaches it. */
export function chooseDial(engine: DialPort, { containerId, host, timeoutMs }: DialSpec): Dial {
  if (host !== undefined || engine.info.reach === 'direct') return dialDirect;
  return (address, port, signal) =>
    untilAborted(engine.dial(containerId, { address, port, timeoutMs }, signal), signal);
}

/** A socket of our own. */
export const dialDirect: Dial = (host, port, signal) => {
  const socket = connect({ host, port });
  const connected = new Promise<Duplex>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    // It stays: a late error of a destroyed socket must find a listener.
    socket.on('error', reject);
  });
  const destroy = () => socket.destroy();
  // A chain of redirects dials many times under one signal: what is closed must not be heard of again.
  socket.once('close', () => signal.removeEventListener('abort', destroy));
  signal.addEventListener('abort', destroy, { once: true });
  return untilAborted(connected, signal);
};

/** A connection that comes after the abort is closed. */
function untilAborted(dialling: Promise<Duplex>, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('the dial was given up'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    dialling
      .then((socket) => {
        if (signal.aborted) socket.destroy();
        else resolve(socket);
      }, reject)
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}
