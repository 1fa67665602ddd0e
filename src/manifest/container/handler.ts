import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { HTTP_PATH, HTTP_SCHEME } from '../defaults.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, listOf, oneOf, textOf, textsOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { ContainerPort } from '../../model/container.ts';
import type { HttpGetAction, TcpSocketAction } from '../../model/probe.ts';

/** Where a handler belongs. */
export interface HandlerScope {
  readonly of: 'probe' | 'hook';
  /** The ports of its container, which it may name. */
  readonly ports: readonly ContainerPort[];
}

/** Reports a probe or hook that has no handler, or more than one. */
export function checkHandlers(fields: Fields, known: readonly string[], at: Cursor, report: Report): void {
  const given = known.filter((handler) => fields[handler] !== undefined);
  if (given.length === 0) {
    report(at, 'Required value: must specify a handler type', {
      on: 'key',
      hint: `add one of ${known.slice(0, -1).join(', ')} and ${known.at(-1) ?? ''}`,
    });
  }
  for (const extra of given.slice(1)) {
    report(below(at, extra), 'Forbidden: may not specify more than 1 handler type', {
      on: 'key',
      hint: `keep ${given[0] ?? ''} or ${extra}`,
    });
  }
}

export function readExec(value: unknown): { readonly command: readonly string[] } {
  return { command: textsOf(fieldsOf(value)['command']) };
}

export function readHttpGet(value: unknown, at: Cursor, scope: HandlerScope, report: Report): HttpGetAction {
  const fields = fieldsOf(value);
  const headers = listOf(fields['httpHeaders']).map(fieldsOf);
  return {
    ...readTcpSocket(value, at, scope, report),
    path: textOf(fields['path']) || HTTP_PATH,
    scheme: oneOf(fields['scheme'], ['HTTP', 'HTTPS'] as const) ?? HTTP_SCHEME,
    httpHeaders: headers.map((header) => ({
      name: textOf(header['name']) ?? '',
      value: textOf(header['value']) ?? '',
    })),
  };
}

/** Port and host, with a warning for the name of a port that the container does not have. */
export function readTcpSocket(
  value: unknown,
  at: Cursor,
  { of, ports }: HandlerScope,
  report: Report,
): TcpSocketAction {
  const fields = fieldsOf(value);
  const host = textOf(fields['host']);
  const named = textOf(fields['port']);
  if (named !== undefined && /[a-z]/.test(named) && !ports.some((port) => port.name === named)) {
    report(below(at, 'port'), `no port of this container is named ${named}: the ${of} will always fail`, {
      severity: 'warning',
    });
  }
  return { port: named ?? integerOf(fields['port']) ?? 0, ...(host === undefined || host === '' ? {} : { host }) };
}
