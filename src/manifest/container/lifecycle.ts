import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { checkHandlers, readExec, readHttpGet } from './handler.ts';
import { fieldsOf, integerOf, isFields, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { ContainerPort } from '../../model/container.ts';
import type { Lifecycle, LifecycleHandler } from '../../model/probe.ts';

const HANDLERS = ['exec', 'httpGet', 'sleep'] as const;

/** What the hooks of a container are checked against. */
export interface LifecycleScope {
  readonly ports: readonly ContainerPort[];
  /** The Pod's grace, which no sleep may outlast. */
  readonly graceSeconds: number;
  readonly hasOs: boolean;
}

/** The hooks and the stop signal of a container; `undefined` where it has neither. */
export function readLifecycle(
  value: unknown,
  at: Cursor,
  scope: LifecycleScope,
  report: Report,
): Lifecycle | undefined {
  const fields = fieldsOf(value);
  const postStart = readHook(fields['postStart'], below(at, 'postStart'), scope, report);
  const preStop = readHook(fields['preStop'], below(at, 'preStop'), scope, report);
  const stopSignal = textOf(fields['stopSignal']);
  if (stopSignal !== undefined && !scope.hasOs) {
    const message = 'Forbidden: may not be set for containers with empty `spec.os.name`';
    report(below(at, 'stopSignal'), message, { on: 'key', hint: 'add os: {name: linux} to the spec of the Pod' });
  }
  const lifecycle: Lifecycle = {
    ...(postStart === undefined ? {} : { postStart }),
    ...(preStop === undefined ? {} : { preStop }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  };
  return Object.keys(lifecycle).length === 0 ? undefined : lifecycle;
}

function readHook(value: unknown, at: Cursor, scope: LifecycleScope, report: Report): LifecycleHandler | undefined {
  // The schema has told of a tcpSocket.
  if (!isFields(value) || value['tcpSocket'] !== undefined) return undefined;
  checkHandlers(value, HANDLERS, at, report);
  const { exec, httpGet, sleep } = value;
  if (exec !== undefined) return { exec: readExec(exec) };
  if (httpGet !== undefined) {
    const hook = { of: 'hook', ports: scope.ports } as const;
    return { httpGet: readHttpGet(httpGet, below(at, 'httpGet'), hook, report) };
  }
  return sleep === undefined ? {} : { sleep: readSleep(sleep, below(at, 'sleep'), scope.graceSeconds, report) };
}

function readSleep(value: unknown, at: Cursor, graceSeconds: number, report: Report): { readonly seconds: number } {
  const seconds = integerOf(fieldsOf(value)['seconds']) ?? 0;
  if (seconds > graceSeconds) {
    report(below(at, 'seconds'), invalid(seconds, `must be at most the Pod's grace, which is ${graceSeconds}`), {
      hint: 'sleep less, or raise terminationGracePeriodSeconds of the Pod',
    });
  }
  return { seconds };
}
