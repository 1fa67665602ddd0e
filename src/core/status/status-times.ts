/**
 * Since when a Pod's conditions are as they are, as near as the engine tells it: for a podrun that did not see it, say
 * after another one's death. A container's start bounds from above when what comes before it was done.
 */
import { probeKey } from '../state/part-key.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { ConditionTimes } from './conditions.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { allInstances } from '../pod/sandbox.ts';
import type { Sandbox } from '../pod/sandbox.ts';
import type { PodMemory } from '../state/pod-memory.ts';

export function conditionTimes(
  memory: PodMemory,
  spec: PodSpec,
  observed: ObservedPod | undefined,
  sandbox: Sandbox,
  acceptedAtMs: number,
): ConditionTimes {
  return {
    acceptedAtMs,
    sandboxAtMs: Math.max(acceptedAtMs, sandboxAtMs(sandbox) ?? acceptedAtMs),
    initializedAtMs: Math.max(acceptedAtMs, initializedAtMs(spec, observed) ?? acceptedAtMs),
    changedAtMs: Math.max(acceptedAtMs, ...changeTimes(memory, observed)),
  };
}

function sandboxAtMs(sandbox: Sandbox): number | undefined {
  if (sandbox.kind === 'absent') return undefined;
  const { startedAtMs, finishedAtMs } = sandbox.infra.container;
  return sandbox.kind === 'ready' ? startedAtMs : finishedAtMs;
}

/** The first regular container began, else the last init container ended; without any of these it was so at once. */
function initializedAtMs(
  { initContainers, containers }: PodSpec,
  observed: ObservedPod | undefined,
): number | undefined {
  if (initContainers.length === 0 || observed === undefined) return undefined;
  const timesOf = (names: readonly { readonly name: string }[], key: 'startedAtMs' | 'finishedAtMs') =>
    names.flatMap(({ name }) => observed.instances.get(name) ?? []).flatMap(({ container }) => container[key] ?? []);
  const starts = timesOf(containers, 'startedAtMs');
  const ends = timesOf(initContainers, 'finishedAtMs');
  if (starts.length > 0) return Math.min(...starts);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** When containers began and ended, and verdicts changed. */
function changeTimes({ probes }: PodMemory, observed: ObservedPod | undefined): number[] {
  const containers = allInstances(observed).map(
    ({ container }) => container.finishedAtMs ?? container.startedAtMs ?? 0,
  );
  if (observed === undefined) return containers;
  const keys = [...observed.instances.keys()].map((name) => probeKey(observed, name, 'readiness'));
  return [...containers, ...keys.map((key) => probes.get(key)?.sinceMs ?? 0)];
}
