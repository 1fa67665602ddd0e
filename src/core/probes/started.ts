/** What the probes and hooks say of a container that runs: has it started, must it end (prober/worker.go). */
import { withMember } from '../state/entries.ts';
import type { Reason } from '../runtime/reason.ts';
import { probeKey } from '../state/part-key.ts';
import type { Container } from '../../model/container.ts';
import { hookKey } from './hook.ts';
import type { Infra, Instance, ObservedPod } from '../runtime/observed.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { probeOf } from './probe.ts';
import { instanceOf } from '../runtime/run-key.ts';
import type { ProbeType } from './probe.ts';
import { isRunning } from '../pod/restart.ts';
import type { PodMemory, PodMemoryDraft } from '../state/pod-memory.ts';

/**
 * It has started in this sandbox, now or once: it ran, its postStart hook was done, its startup probe passed. What becomes
 * of it then holds up nothing that comes after it (kuberuntime_container.go computeInitContainerActions).
 */
export function noteOnceStarted(memory: PodMemoryDraft, pod: ObservedPod, container: Container, infra: Infra): boolean {
  const key = `${infra.container.id} ${container.name}`;
  if (memory.onceStarted.has(key)) return true;
  const instances = pod.instances.get(container.name) ?? [];
  const ofSandbox = instances.filter((instance) => instance.container.joinedTo === infra.container.id);
  if (!ofSandbox.some((instance) => ranAsStarted(memory, pod, container, instance))) return false;
  memory.onceStarted = withMember(memory.onceStarted, key);
  return true;
}

/** One that has ended already may have done so before its hook began. */
function ranAsStarted(memory: PodMemory, pod: PodRef, container: Container, instance: Instance): boolean {
  if (instance.container.startedAtMs === undefined || !hasStarted(memory, pod, container, instance)) return false;
  if (isRunning(instance.container) || container.lifecycle?.postStart === undefined) return true;
  return memory.hooks.get(hookKey(instance, 'postStart')) === 'done';
}

/** The same for an instance that runs. */
export function hasStarted(memory: PodMemory, pod: PodRef, container: Container, instance: Instance): boolean {
  const hook = memory.hooks.get(hookKey(instance, 'postStart'));
  if (hook !== undefined && hook !== 'done') return false;
  return container.startupProbe === undefined || verdict(memory, pod, container, instance, 'startup')?.passing === true;
}

export interface ProbeFailure {
  readonly because: readonly Reason[];
  /** The probe's own grace; unset: the Pod's. */
  readonly graceMs?: number;
}

/** The liveness or startup probe that has failed for good on this instance. */
export function probeFailure(
  memory: PodMemory,
  pod: PodRef,
  container: Container,
  instance: Instance,
): ProbeFailure | undefined {
  for (const type of ['liveness', 'startup'] as const) {
    const probe = verdict(memory, pod, container, instance, type);
    if (probe === undefined || probe.passing || !probe.held) continue;
    const seconds = probeOf(container, type)?.terminationGracePeriodSeconds;
    const because = [{ kind: 'probeFailed', container: container.name, probe: type }] as const;
    return seconds === undefined ? { because } : { because, graceMs: seconds * 1000 };
  }
  return undefined;
}

function verdict(memory: PodMemory, pod: PodRef, container: Container, instance: Instance, type: ProbeType) {
  const probe = memory.probes.get(probeKey(pod, container.name, type));
  return probe?.instance === instanceOf(instance.container) && probeOf(container, type) !== undefined
    ? probe
    : undefined;
}
