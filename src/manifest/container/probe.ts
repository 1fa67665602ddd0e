import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { GRPC_SERVICE, PROBE } from '../defaults.ts';
import { checkHandlers, readExec, readHttpGet, readTcpSocket } from './handler.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, isFields, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { Container, ContainerPort } from '../../model/container.ts';
import type { Probe } from '../../model/probe.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const KINDS = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

type ProbeKind = (typeof KINDS)[number];

/** The probes of the container at a place. */
export function readProbes(
  fields: Fields,
  at: Cursor,
  ports: readonly ContainerPort[],
  report: Report,
): Pick<Container, ProbeKind> {
  const probes: { -readonly [Kind in ProbeKind]?: Probe } = {};
  for (const kind of KINDS) {
    const probe = readProbe(fields[kind], below(at, kind), kind, ports, report);
    if (probe !== undefined) probes[kind] = probe;
  }
  return probes;
}

/** One probe, by Kubernetes' rules for its kind. */
function readProbe(
  value: unknown,
  at: Cursor,
  kind: ProbeKind,
  ports: readonly ContainerPort[],
  report: Report,
): Probe | undefined {
  if (!isFields(value)) return undefined;
  checkHandlers(value, HANDLERS, at, report);
  // Kubernetes cannot tell a 0 from an unset field here.
  const count = (name: 'timeoutSeconds' | 'periodSeconds' | 'successThreshold' | 'failureThreshold'): number =>
    integerOf(value[name]) || PROBE[name];
  const grace = integerOf(value['terminationGracePeriodSeconds']);
  const successThreshold = count('successThreshold');
  if (kind !== 'readinessProbe' && successThreshold > 1) {
    const name = kind === 'livenessProbe' ? 'liveness' : 'startup';
    report(below(at, 'successThreshold'), invalid(successThreshold, `must be 1 for a ${name} probe`));
  }
  if (kind === 'readinessProbe' && grace !== undefined) {
    report(below(at, 'terminationGracePeriodSeconds'), 'Forbidden: a readiness probe kills nothing', {
      on: 'key',
      hint: 'remove it',
    });
  }
  return {
    ...readHandler(value, at, ports, report),
    initialDelaySeconds: integerOf(value['initialDelaySeconds']) ?? PROBE.initialDelaySeconds,
    timeoutSeconds: count('timeoutSeconds'),
    periodSeconds: count('periodSeconds'),
    successThreshold,
    failureThreshold: count('failureThreshold'),
    ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
  };
}

function readHandler(value: Fields, at: Cursor, ports: readonly ContainerPort[], report: Report): Partial<Probe> {
  const scope = { of: 'probe', ports } as const;
  const { exec, httpGet, tcpSocket, grpc } = value;
  if (exec !== undefined) return { exec: readExec(exec) };
  if (httpGet !== undefined) return { httpGet: readHttpGet(httpGet, below(at, 'httpGet'), scope, report) };
  if (tcpSocket !== undefined) return { tcpSocket: readTcpSocket(tcpSocket, below(at, 'tcpSocket'), scope, report) };
  if (grpc === undefined) return {};
  const { port, service } = fieldsOf(grpc);
  return { grpc: { port: integerOf(port) ?? 0, service: textOf(service) ?? GRPC_SERVICE } };
}
