import { fieldsOf } from '../yaml/read.ts';
import type { Draft } from './draft.ts';
import { literal, many, seconds, text } from './values.ts';

/** compose's own, where Kubernetes' is one second. */
const defaultTimeoutSeconds = 30;

/** `healthcheck` is a readiness probe: compose, too, restarts nothing that is unhealthy. */
export function readHealthcheck(value: unknown, draft: Draft): void {
  const { test, disable, interval, timeout, retries, start_interval: early } = fieldsOf(value);
  if (disable === true || many(test)[0] === 'NONE') return;
  if (test === undefined)
    return draft.note('healthcheck', "podrun does not run an image's own HEALTHCHECK: write a readinessProbe");
  const numbers = {
    periodSeconds: interval === undefined ? undefined : seconds(interval),
    timeoutSeconds: timeout === undefined ? defaultTimeoutSeconds : seconds(timeout),
    failureThreshold: retries === undefined ? undefined : Number(retries),
  };
  if (early !== undefined)
    draft.note('healthcheck.start_interval', 'a startupProbe with its own periodSeconds does it');
  const set = Object.entries(numbers).filter(([, number]) => number !== undefined && !Number.isNaN(number));
  draft.container['readinessProbe'] = { exec: { command: commandOf(test) }, ...Object.fromEntries(set) };
}

function commandOf(test: unknown): readonly string[] {
  const [kind, ...rest] = typeof test === 'string' ? ['CMD-SHELL', test] : many(test).map(text);
  return (kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : rest).map(literal);
}
