/** Which probes are due on what runs, and what their answers mean. */
import { withEntry, withoutEntry } from '../state/entries.ts';
import { probeKey, readPartKey } from '../state/part-key.ts';
import { EARLY_PROBES } from '../../model/annotations.ts';
import type { Container } from '../../model/container.ts';
import type { Check, ProbeResult } from './check.ts';
import { allContainers } from '../runtime/facts.ts';
import { hookKey } from './hook.ts';
import type { Life } from '../pod/life.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import { wakeAt } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import { beginCheck, dueAtMs, endCheck, probeFor, probeOf, resolveHandler } from './probe.ts';
import { instanceOf } from '../runtime/run-key.ts';
import type { ProbeType } from './probe.ts';
import { sandboxOf } from '../pod/sandbox.ts';
import { hasStarted } from './started.ts';
import type { PodMemory, PodMemoryDraft } from '../state/pod-memory.ts';

/** Begins the checks that are due; asks to be called again for the next. */
export function planChecks(p: PodPlanner, observed: ObservedPod): void {
  const pod = p.memory.applied.get(observed.uid);
  const sandbox = sandboxOf(observed);
  if (pod === undefined || sandbox.kind !== 'ready') return;
  const life: Life = { p, pod, observed, infra: sandbox.infra };
  for (const container of allContainers(pod.spec)) {
    const instance = observed.instances.get(container.name)?.[0];
    // Half seen, it would be taken for another run, and its verdicts forgotten.
    if (instance?.container.state !== 'running' || instance.container.listedOnly === true) continue;
    for (const type of checkTypes(life, container, instance)) planCheck(life, container, instance, type);
  }
}

/** Takes the answer of a check in; one about an instance that is no more is dropped. */
export function takeResult(
  memory: PodMemoryDraft,
  check: Check,
  container: Container | undefined,
  result: ProbeResult,
  nowMs: number,
): void {
  const type = readPartKey(check.key).rest as ProbeType;
  const before = memory.probes.get(check.key);
  const probe = container === undefined ? undefined : probeOf(container, type);
  if (before?.instance !== check.instance) return;
  if (probe === undefined) memory.probes = withoutEntry(memory.probes, check.key);
  else memory.probes = withEntry(memory.probes, check.key, endCheck(before, probe, type, result, nowMs));
}

/** Until it has started, only its startup is checked; while it is being ended, only its readiness (prober/worker.go). */
function checkTypes({ p, observed }: Life, container: Container, instance: Instance): readonly ProbeType[] {
  const ending = observed.record.deletion !== undefined || p.memory.stops.has(instanceOf(instance.container));
  if (!isHooked(p.memory, instance)) return [];
  if (!hasStarted(p.memory, observed, container, instance)) return ending ? [] : ['startup'];
  return ending ? ['readiness'] : ['liveness', 'readiness'];
}

/** Upstream a container's status is not looked at while its postStart hook runs. */
function isHooked(memory: PodMemory, instance: Instance): boolean {
  return memory.hooks.get(hookKey(instance, 'postStart')) !== 'running';
}

function planCheck({ p, pod, observed, infra }: Life, container: Container, instance: Instance, type: ProbeType): void {
  const key = probeKey(observed, container.name, type);
  const probe = probeOf(container, type);
  if (probe === undefined) {
    p.memory.probes = withoutEntry(p.memory.probes, key);
    return;
  }
  const early = pod.metadata.annotations[EARLY_PROBES] !== 'false';
  const memory = probeFor(p.memory.probes.get(key), probe, type, instance.container, early);
  p.memory.probes = withEntry(p.memory.probes, key, memory);
  const dueMs = dueAtMs(memory);
  if (p.nowMs < dueMs) {
    if (dueMs !== Infinity) wakeAt(p, dueMs);
    return;
  }
  p.memory.probes = withEntry(p.memory.probes, key, beginCheck(memory, probe, p.nowMs));
  const handler = resolveHandler(probe, container);
  const { id } = instance.container;
  const request = {
    containerId: id,
    address: infra.container.address,
    handler,
    timeoutMs: probe.timeoutSeconds * 1000,
  };
  p.turn.checks.push({ key, pod: observed, instance: instanceOf(instance.container), request });
}
