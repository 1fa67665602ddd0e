/** What podrun remembers does not grow with time: only with the project and its edits. */
import { allMemory } from '../../core/memory.ts';
import type { State } from '../../../src/core/state/state.ts';
import type { Project } from '../../../src/model/project.ts';
import { Violation } from '../safety.ts';

/** @param edits how many edits there were */
export function checkMemory(state: State | undefined, project: Project, edits: number): void {
  if (state === undefined) return;
  const containers = project.pods.reduce(
    (count, pod) => count + pod.spec.containers.length + pod.spec.initContainers.length,
    0,
  );
  const most = 12 * (project.pods.length + containers + edits + 1);
  const sizes = Object.entries({
    ...allMemory(state),
    ...state.shared,
    done: state.done,
    blind: state.blind,
    inFlight: state.inFlight,
  }).flatMap(([name, value]) =>
    value instanceof Map || value instanceof Set
      ? [{ name, size: value.size }]
      : Array.isArray(value)
        ? [{ name, size: value.length }]
        : [],
  );
  const large = sizes.find(({ size }) => size > most);
  if (large !== undefined) throw new Violation(`memory.${large.name} holds ${large.size}, more than ${most}`);
}
