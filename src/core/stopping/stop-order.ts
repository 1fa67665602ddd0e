/** In which order a Pod's containers end, and how each is asked to (kuberuntime_termination_order.go). */
import { allContainers, podFacts } from '../runtime/facts.ts';
import type { PodFacts } from '../runtime/facts.ts';
import type { HookSpec } from '../probes/hook.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';
import type { PodPlanner } from '../state/planner.ts';
import { isRunning } from '../pod/restart.ts';

/**
 * True while a sidecar is still needed: by a regular container, or by a sidecar that started after it. All others end
 * at once. A Pod of which no facts are left ends without order.
 */
export function holdsBack(p: PodPlanner, pod: ObservedPod, instance: Instance): boolean {
  const applied = p.memory.applied.get(pod.uid);
  const facts = pod.facts?.pod ?? (applied && podFacts(applied.spec));
  const position = facts === undefined ? undefined : sidecarPosition(facts, instance.name);
  if (facts === undefined || position === undefined) return false;
  return [...pod.instances].some(([name, instances]) => {
    const needs = facts.containers[name] !== undefined || (sidecarPosition(facts, name) ?? -1) > position;
    return needs && instances.some(({ container }) => isRunning(container));
  });
}

export interface HowItEnds {
  readonly preStop?: HookSpec;
  /** Over the image's own. */
  readonly stopSignal?: string;
}

/** A container's way to end: as last applied, else as its labels say, so that a deletion needs no file. */
export function lifecycleOf(p: PodPlanner, pod: ObservedPod, instance: Instance): HowItEnds {
  const applied = p.memory.applied.get(pod.uid);
  const container =
    applied === undefined ? undefined : allContainers(applied.spec).find(({ name }) => name === instance.name);
  const live = pod.facts?.live.containers[instance.name];
  const lifecycle = container === undefined ? live?.lifecycle : container.lifecycle;
  const ports = container?.ports ?? Object.values(live?.ports ?? {});
  const address = pod.infras[0]?.container.address ?? '';
  return {
    ...(lifecycle?.preStop === undefined
      ? {}
      : { preStop: { handler: lifecycle.preStop, container: { name: instance.name, ports }, address } }),
    ...(lifecycle?.stopSignal === undefined ? {} : { stopSignal: lifecycle.stopSignal }),
  };
}

function sidecarPosition(facts: PodFacts, name: string): number | undefined {
  const init = facts.initContainers?.[name];
  return init !== undefined && 'restartPolicy' in init ? init.position : undefined;
}
