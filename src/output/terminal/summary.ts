/** How many Pods are ready, which are not, and the command that says more. */
import { cutInside, oneLine } from '../text.ts';
import type { PodLine } from './progress.ts';

const countPods = (count: number): string => `${count} Pod${count === 1 ? '' : 's'}`;

/** `all 3 Pods ready`, `1 of 3 Pods ready`. */
export function summary(pods: readonly PodLine[]): string {
  const ready = pods.filter(({ state }) => state === 'ok').length;
  if (ready < pods.length) return `${ready} of ${countPods(pods.length)} ready`;
  if (ready === 0) return 'no Pod to run yet';
  return ready === 1 ? '1 Pod ready' : `all ${ready} Pods ready`;
}

/** The most that are named; more are only counted. */
const mostNamed = 3;
/** In characters; `describe` has the rest. */
const longestCause = 80;

/** `not ready: web (readiness: HTTP 503), db (Unschedulable) and 2 more`; undefined where all are. */
export function notReady(pods: readonly PodLine[], nowMs: number): string | undefined {
  const missing = byTrouble(pods, nowMs);
  if (missing.length === 0) return undefined;
  const named = missing.slice(0, mostNamed).map((pod) => `${pod.name} (${causeOf(pod)})`);
  const more = missing.length - named.length;
  return `not ready: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** `podrun describe web`, for the Pod that is in the way; undefined where none is, or only what waits for others says more. */
export function lookCloser(pods: readonly PodLine[], nowMs: number, podrun: string): string | undefined {
  const [pod] = byTrouble(pods, nowMs);
  if (pod === undefined || !(pod.state === 'failed' || isTelling(pod, nowMs))) return undefined;
  const [name = '', namespace] = pod.name.split('/').toReversed();
  return `${podrun} describe ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`;
}

/** What it waits for is not what goes by itself, or lasts for longer than that. */
const isTelling = ({ waits }: PodLine, nowMs: number): boolean =>
  waits.some(({ lineFromMs = nowMs }) => lineFromMs <= nowMs);

/** Those that failed come first, then those with something to tell, in the order in which they were. */
function byTrouble(pods: readonly PodLine[], nowMs: number): readonly PodLine[] {
  const rank = (pod: PodLine) =>
    pod.state === 'failed' ? 0 : pod.status === 'SchedulingGated' ? 3 : isTelling(pod, nowMs) ? 1 : 2;
  return pods.filter(({ state }) => state !== 'ok').toSorted((a, b) => rank(a) - rank(b));
}

/** These say nothing of a cause. */
const plainWords = /^(Running|Pending|ContainerCreating|PodInitializing|SchedulingGated|Init:\d+\/\d+)$/;

/** `CrashLoopBackOff: exit code 1`; what it waits for alone where the status is no trouble. */
function causeOf({ status, waits: [wait] }: PodLine): string {
  if (wait === undefined) return status;
  return cutInside(oneLine(plainWords.test(status) ? wait.text : `${status}: ${wait.text}`), longestCause);
}

/**
 * `2 of 3 Pods ready in 1.2 s; not ready: web (CrashLoopBackOff: exit code 1); look closer: podrun describe web`.
 * @param took behind how many are ready
 * @param shown those of whom rows say so already
 */
export function conclusion(
  pods: readonly PodLine[],
  took: string,
  nowMs: number,
  podrun: string,
  shown: readonly PodLine[] = [],
): string {
  const others = pods.filter((pod) => !shown.includes(pod));
  const closer = lookCloser(others, nowMs, podrun);
  const parts = [`${summary(pods)}${took}`, notReady(others, nowMs), closer && `look closer: ${closer}`];
  return parts.filter((part) => part !== undefined).join('; ');
}
