/** The life of one probe of one container (pkg/kubelet/prober/worker.go). */
import { instanceOf } from '../runtime/run-key.ts';
import type { Container } from '../../model/container.ts';
import type { Probe } from '../../model/probe.ts';
import type { ProbeHandler, ProbeResult } from './check.ts';
import { expand, expandEnv } from '../spec/expand.ts';
import type { EngineContainer } from '../runtime/snapshot.ts';

export type ProbeType = 'startup' | 'liveness' | 'readiness';

export interface ProbeMemory {
  /** The instance it is about: another id or start is a new instance. */
  readonly instance: string;
  /** The verdict in force; before the first one readiness is false and liveness true. */
  readonly passing: boolean;
  /** How often the last result came in a row. */
  readonly run: { readonly passed: boolean; readonly count: number } | undefined;
  /** Liveness has failed: no more checks until there is a new instance. */
  readonly held: boolean;
  /** When the next regular check is due. */
  readonly nextAtMs: number;
  /** Extra checks before the first success, for fast starts; their failures do not count. */
  readonly early: { readonly atMs: number; readonly afterMs: number } | undefined;
  /** The check under way; an early one does not count its failure. */
  readonly checking: 'regular' | 'early' | undefined;
  /** When `passing` last changed. */
  readonly sinceMs: number;
  /** What the last counted check said. */
  readonly output: string;
}

const firstEarlyMs = 50;

export const probeOf = (container: Container, type: ProbeType): Probe | undefined => container[`${type}Probe`];

/** The memory for the instance that runs now: the one of before where it is the same, else a fresh one. */
export function probeFor(
  before: ProbeMemory | undefined,
  probe: Probe,
  type: ProbeType,
  container: EngineContainer,
  earlyChecks: boolean,
): ProbeMemory {
  const instance = instanceOf(container);
  if (before?.instance === instance) return before;
  const firstAtMs = (container.startedAtMs ?? 0) + probe.initialDelaySeconds * 1000;
  const early = earlyChecks && type !== 'liveness' && probe.exec === undefined;
  return {
    instance,
    passing: type === 'liveness',
    // The count of equal results in a row goes on over a restart.
    run: before?.run,
    held: false,
    nextAtMs: firstAtMs,
    early: early ? { atMs: firstAtMs + firstEarlyMs, afterMs: firstEarlyMs } : undefined,
    checking: undefined,
    sinceMs: container.startedAtMs ?? 0,
    output: '',
  };
}

/** When the next check is due: Infinity while one is under way or none is to come. */
export function dueAtMs(memory: ProbeMemory): number {
  if (memory.held || memory.checking !== undefined) return Infinity;
  return Math.min(memory.nextAtMs, memory.early?.atMs ?? Infinity);
}

/** The memory once the check that is due has begun. Regular checks keep their rhythm; missed ones are not made up for. */
export function beginCheck(memory: ProbeMemory, probe: Probe, nowMs: number): ProbeMemory {
  const periodMs = probe.periodSeconds * 1000;
  if (nowMs < memory.nextAtMs) return { ...memory, checking: 'early', early: nextEarly(memory, periodMs, nowMs) };
  const missed = Math.floor((nowMs - memory.nextAtMs) / periodMs);
  return { ...memory, checking: 'regular', nextAtMs: memory.nextAtMs + (missed + 1) * periodMs };
}

/** The memory after a check. An error of the prober's own is thrown away. */
export function endCheck(
  memory: ProbeMemory,
  probe: Probe,
  type: ProbeType,
  result: ProbeResult,
  nowMs: number,
): ProbeMemory {
  const idle = { ...memory, checking: undefined };
  if (result.verdict === 'error') return idle;
  const passed = result.verdict !== 'failure';
  if (!passed && memory.checking === 'early') return idle;
  const count = memory.run?.passed === passed ? memory.run.count + 1 : 1;
  const counted = { ...idle, run: { passed, count }, output: result.output, early: passed ? undefined : idle.early };
  if (count < (passed ? probe.successThreshold : probe.failureThreshold)) return counted;
  const held = type === 'startup' || (type === 'liveness' && !passed);
  return {
    ...counted,
    passing: passed,
    sinceMs: passed === memory.passing ? memory.sinceMs : nowMs,
    held,
    run: held ? undefined : counted.run,
  };
}

/** The handler with its named port resolved. */
export function resolveHandler(probe: Probe, container: Container): ProbeHandler {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec !== undefined) {
    // Only the values that are written in `env` (container/helpers.go ExpandContainerCommandOnlyStatic).
    const values = expandEnv(container.env);
    return { kind: 'exec', command: exec.command.map((word) => expand(word, values)) };
  }
  if (grpc !== undefined) return { kind: 'grpc', port: grpc.port, service: grpc.service };
  const action = httpGet ?? tcpSocket;
  if (action === undefined) return { kind: 'invalid', message: 'missing probe handler' };
  const port = typeof action.port === 'number' ? action.port : namedPort(container, action.port);
  if (port === undefined)
    return { kind: 'invalid', message: `couldn't find port: ${action.port} in container: ${container.name}` };
  const host = action.host === undefined ? {} : { host: action.host };
  if (httpGet === undefined) return { kind: 'tcpSocket', port, ...host };
  return { kind: 'httpGet', scheme: httpGet.scheme, port, path: httpGet.path, headers: httpGet.httpHeaders, ...host };
}

export function namedPort(container: Pick<Container, 'ports'>, name: string): number | undefined {
  const port = container.ports.find((candidate) => candidate.name === name)?.containerPort ?? Number(name);
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
}

function nextEarly(memory: ProbeMemory, periodMs: number, nowMs: number): ProbeMemory['early'] {
  const afterMs = (memory.early?.afterMs ?? firstEarlyMs) * 2;
  return afterMs < periodMs ? { atMs: nowMs + afterMs, afterMs } : undefined;
}
