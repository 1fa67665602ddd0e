/** dependsOn: a Pod that was never there is not begun before all that it depends on is as it asks. */
import { allMemory } from '../../core/memory.ts';
import { label } from '../../../src/core/runtime/labels.ts';
import { podKey } from '../../../src/core/runtime/pod-ref.ts';
import type { State } from '../../../src/core/state/state.ts';
import { podList } from '../../../src/core/status/status.ts';
import type { Step } from '../../../src/core/state/input.ts';
import type { Dependency, Pod } from '../../../src/model/pod.ts';
import type { Project } from '../../../src/model/project.ts';
import type { Happening } from '../engine.ts';

export interface GateRule {
  /** Why the step must not have been taken. */
  onStep(after: Step, nowMs: number): string | undefined;
  onHappening(happening: Happening): void;
  /** A Pod that the file no longer names is another one when it names it again. */
  onFile(project: Project): void;
  /** The Pod is rightly not there: it has not begun, and what it asks for is not so. */
  isHeld(state: State, pod: Pod, nowMs: number): boolean;
}

export function makeGateRule(): GateRule {
  const begun = new Set<string>();

  const missing = (state: State, pod: Pod, nowMs: number): Dependency | undefined => {
    if (pod.dependsOn === undefined) return undefined;
    const told = podList(state, nowMs);
    return pod.dependsOn.find(({ name, namespace, condition }) => {
      const status = told.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace)?.status;
      const { phase = 'Pending', conditions = [] } = status ?? {};
      if (phase === 'Succeeded') return false;
      if (condition === 'Ready') return !conditions.some((one) => one.type === 'Ready' && one.status === 'True');
      return condition === 'Succeeded' || phase === 'Pending';
    });
  };

  return {
    onStep: ({ state, effects }, nowMs) => {
      for (const effect of effects) {
        if (effect.kind !== 'perform' || effect.planned.pod === undefined) continue;
        // Images come at once, for those that wait as well.
        if (imageVerbs.has(effect.planned.action.verb)) continue;
        const key = podKey(effect.planned.pod);
        const pod = state.project?.pods.find(({ metadata }) => podKey(metadata) === key);
        if (pod === undefined || begun.has(key)) continue;
        const wanted = missing(state, pod, nowMs);
        if (wanted !== undefined) return `${effect.planned.action.target} before ${wanted.name} is ${wanted.condition}`;
        // What has begun goes on, whatever becomes of the other.
        begun.add(key);
      }
      return undefined;
    },
    onHappening: ({ kind, container: { labels } }) => {
      const [name, namespace] = [labels[label.podName], labels[label.podNamespace]];
      if (kind === 'created' && name !== undefined && namespace !== undefined) begun.add(podKey({ name, namespace }));
    },
    onFile: ({ pods }) => {
      const named = new Set(pods.map(({ metadata }) => podKey(metadata)));
      for (const key of begun) if (!named.has(key)) begun.delete(key);
    },
    // What an earlier podrun saw of a life that is over, this one does not know.
    isHeld: (state, pod, nowMs) =>
      !allMemory(state).begun.has(podKey(pod.metadata)) && missing(state, pod, nowMs) !== undefined,
  };
}

const imageVerbs: ReadonlySet<string> = new Set(['inspectImage', 'pullImage', 'inspectBuild', 'buildImage']);
