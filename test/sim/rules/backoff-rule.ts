/** No start before the crash back-off is over (docs/pod-lifecycle.md#crash-back-off), by the engine's facts alone. */
import { isOurs, kindOf, label } from '../../../src/core/runtime/labels.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { isUp } from '../engine.ts';
import type { SimContainer, SimEngine } from '../engine.ts';
import { Violation } from '../safety.ts';

export interface BackoffRule {
  onCreated(container: SimContainer): void;
}

/**
 * @param versionsOf every version of a Pod that the file had
 * @param wasAsked true when podrun asked the container to end
 * @param isReplaced true when podrun ended it for an edit
 * @param isRestarted true when a command asked for another instance after this one
 */
export function makeBackoffRule(
  engine: SimEngine,
  versionsOf: (key: string) => readonly Pod[],
  wasAsked: (id: string) => boolean,
  isRestarted: (container: SimContainer) => boolean,
  isReplaced: (container: SimContainer) => boolean,
): BackoffRule {
  /** The back-off entry that a container was started under, by id; 0 for none. */
  const entries = new Map<string, number>();

  function onCreated(container: SimContainer): void {
    if (kindOf(container.labels) !== 'container' || !isOurs(container)) return;
    const last = newestBefore(container);
    const isFresh = last === undefined || last.handled || isEdited(last, container) || isRestarted(last);
    if (isFresh) return void entries.set(container.id, 0);
    // The engine carries out a call late that was given up and made again: nobody has decided on that now.
    if (Number(last.labels[label.attempt]) >= Number(container.labels[label.attempt])) return;
    if (isUp(last)) throw new Violation(`${container.name} is made while ${last.name} runs`);
    const entry = entries.get(last.id) ?? 0;
    const elsewhere = last.joinedTo !== container.joinedTo;
    // A new sandbox runs init again.
    if (!elsewhere || !isInit(container)) checkPolicy(container, last);
    if (elsewhere) return void entries.set(container.id, entry);
    const endedAtMs = last.finishedAtMs ?? last.createdAtMs;
    const forgiven = endedAtMs - last.createdAtMs > 600_000;
    if (entry === 0 || forgiven) return void entries.set(container.id, 10_000);
    const waitedMs = engine.nowMs() - endedAtMs;
    if (waitedMs < entry) throw new Violation(`${container.name} is made ${waitedMs} ms after the end, not ${entry}`);
    entries.set(container.id, Math.min(entry * 2, 300_000));
  }

  function newestBefore(container: SimContainer): SimContainer | undefined {
    const { labels } = container;
    return [...engine.containers.values()]
      .filter((other) => other !== container && isOurs(other) && kindOf(other.labels) === 'container')
      .filter(
        (other) =>
          other.labels[label.podUid] === labels[label.podUid] &&
          other.labels[label.containerName] === labels[label.containerName],
      )
      .toSorted((a, b) => Number(b.labels[label.attempt]) - Number(a.labels[label.attempt]))[0];
  }

  function checkPolicy(container: SimContainer, last: SimContainer): void {
    const { labels } = container;
    const policies = versionsOf(`${labels[label.podNamespace]}/${labels[label.podName]}`).map((pod) =>
      policyFor(container, pod.spec.restartPolicy),
    );
    const restarts = policies.some(
      (policy) => policy === 'Always' || (policy === 'OnFailure' && (last.exitCode !== 0 || wasAsked(last.id))),
    );
    if (isReplaced(last)) return;
    if (!restarts)
      throw new Violation(
        `${container.name} is made although the Pod is ${policies.join(', ')} and ${last.name} ended ${last.exitCode}`,
      );
  }

  return { onCreated };
}

const isInit = ({ labels }: SimContainer): boolean => /^init\d$/.test(labels[label.containerName] ?? '');

/** A sidecar always restarts, a plain init container until it has succeeded. */
function policyFor({ labels }: SimContainer, policy: Pod['spec']['restartPolicy']): Pod['spec']['restartPolicy'] {
  if (/^mesh\d$/.test(labels[label.containerName] ?? '')) return 'Always';
  return /^init\d$/.test(labels[label.containerName] ?? '') && policy === 'Always' ? 'OnFailure' : policy;
}

function isEdited(last: SimContainer, next: SimContainer): boolean {
  const isOther = last.labels[label.facts] !== next.labels[label.facts];
  return isOther || JSON.stringify(last.env) !== JSON.stringify(next.env) || losesLimits(last, next);
}

/** What no engine changes in place: a limit taken away, another QoS class. */
function losesLimits({ cgroup: was }: SimContainer, { cgroup: is }: SimContainer): boolean {
  if (was === undefined || is === undefined) return false;
  const gone = (field: 'cpuQuotaUs' | 'memoryBytes') => was[field] > 0 && is[field] === 0;
  const isBestEffort = ({ oomScoreAdj }: typeof was) => oomScoreAdj === 1000;
  return gone('cpuQuotaUs') || gone('memoryBytes') || isBestEffort(was) !== isBestEffort(is);
}
