import type { Cursor } from './cursor.ts';
import { below } from './cursor.ts';
import { HTTP_PATH, HTTP_SCHEME, PROBE } from './defaults.ts';
import type { Fields } from './read.ts';
import { fieldsOf, integerOf, isFields, listOf, oneOf, textOf, textsOf } from './read.ts';
import type { Report } from './report.ts';
import { invalid } from './report.ts';
import type { ContainerPort, HttpGetAction, Probe } from './types.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

export type ProbeKind = 'livenessProbe' | 'readinessProbe';

/** One probe of a container, by Kubernetes' rules for its kind. */
export function readProbe(
  value: unknown,
  at: Cursor,
  kind: ProbeKind,
  ports: readonly ContainerPort[],
  report: Report,
): Probe | undefined {
  if (!isFields(value)) return undefined;
  const given = HANDLERS.filter((handler) => value[handler] !== undefined);
  if (given.length === 0) {
    report(at, 'Required value: must specify a handler type', {
      on: 'key',
      hint: 'add one of exec, httpGet and tcpSocket',
    });
  }
  for (const extra of given.slice(1)) {
    report(below(at, extra), 'Forbidden: may not specify more than 1 handler type', {
      on: 'key',
      hint: `keep ${given[0] ?? ''} or ${extra}`,
    });
  }
  // Kubernetes cannot tell a 0 from an unset field here.
  const count = (name: 'timeoutSeconds' | 'periodSeconds' | 'successThreshold' | 'failureThreshold'): number =>
    integerOf(value[name]) || PROBE[name];
  const grace = integerOf(value['terminationGracePeriodSeconds']);
  const successThreshold = count('successThreshold');
  if (kind === 'livenessProbe' && successThreshold > 1) {
    report(below(at, 'successThreshold'), invalid(successThreshold, 'must be 1 for a liveness probe'));
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

function readHandler(fields: Fields, at: Cursor, ports: readonly ContainerPort[], report: Report): Partial<Probe> {
  if (fields['exec'] !== undefined) return { exec: { command: textsOf(fieldsOf(fields['exec'])['command']) } };
  if (fields['httpGet'] !== undefined) {
    const from = fieldsOf(fields['httpGet']);
    return { httpGet: { ...readAddress(from, below(at, 'httpGet'), ports, report), ...readRequest(from) } };
  }
  if (fields['tcpSocket'] === undefined) return {};
  return { tcpSocket: readAddress(fieldsOf(fields['tcpSocket']), below(at, 'tcpSocket'), ports, report) };
}

function readRequest(fields: Fields): Pick<HttpGetAction, 'path' | 'scheme' | 'httpHeaders'> {
  const headers = listOf(fields['httpHeaders']).map(fieldsOf);
  return {
    path: textOf(fields['path']) || HTTP_PATH,
    scheme: oneOf(fields['scheme'], ['HTTP', 'HTTPS'] as const) ?? HTTP_SCHEME,
    httpHeaders: headers.map((header) => ({
      name: textOf(header['name']) ?? '',
      value: textOf(header['value']) ?? '',
    })),
  };
}

function readAddress(
  fields: Fields,
  at: Cursor,
  ports: readonly ContainerPort[],
  report: Report,
): { readonly port: number | string; readonly host?: string } {
  const host = textOf(fields['host']);
  const named = textOf(fields['port']);
  if (named !== undefined && /[a-z]/.test(named) && !ports.some((port) => port.name === named)) {
    report(below(at, 'port'), `no port of this container is named ${named}: the probe will always fail`, {
      severity: 'warning',
    });
  }
  return { port: named ?? integerOf(fields['port']) ?? 0, ...(host === undefined || host === '' ? {} : { host }) };
}
