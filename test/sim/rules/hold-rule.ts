/** `down POD` and `up POD`: what is held down ends once that is written down, begins with nothing, and outlives podrun. */
import { holdName, observeHolds } from '../../../src/core/runtime/hold.ts';
import { label } from '../../../src/core/runtime/labels.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import { podKey } from '../../../src/core/runtime/pod-ref.ts';
import type { HoldCommand, ReleaseCommand } from '../../../src/core/admission/hold-command.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import type { Step } from '../../../src/core/state/input.ts';
import type { Pod } from '../../../src/model/pod.ts';
import type { Project } from '../../../src/model/project.ts';
import type { SimEngine } from '../engine.ts';

export interface HoldRule {
  /** Why the step must not have been taken. */
  onStep(after: Step): string | undefined;
  onCommand(command: HoldCommand | ReleaseCommand): void;
  onFile(project: Project): void;
  /** podrun dies: what it was told and has not written down may be lost. */
  onDeath(): void;
  /** The engine holds it down. */
  isDown(pod: Pod): boolean;
  /** Why what is held down in the end is not what was asked for. */
  whyNot(project: Project): string | undefined;
}

/** What a Pod is to be: held down, or not; unset where both may be, for a death or an edit came between. */
interface Wanted {
  readonly isDown: boolean | undefined;
  /** The Pod when it was held down. */
  readonly print: string;
}

export function makeHoldRule(engine: SimEngine): HoldRule {
  const wanted = new Map<string, Wanted>();
  let prints = new Map<string, string>();
  const isThere = ({ metadata: { name, namespace } }: Pod) =>
    [...engine.containers.values()].some(
      ({ labels }) => labels[label.podName] === name && labels[label.podNamespace] === namespace,
    );
  const holds = () => observeHolds([...engine.volumes.values()]);

  return {
    onStep({ state, effects }) {
      const known = observe(snapshotOf(state)).holds;
      for (const effect of effects) {
        if (effect.kind !== 'perform' || effect.planned.pod === undefined) continue;
        const { action, because, pod } = effect.planned;
        const key = podKey(pod);
        const begins = action.verb === 'createContainer' || action.verb === 'startContainer';
        if (begins && known.has(key) && state.shared.wishes.get(key)?.kind !== 'up')
          return `${action.verb} ${action.target}, which is held down`;
        const isRefused = state.shared.retries.get(`createVolume ${holdName(state.self.project, key)}`) !== undefined;
        if (because.some(({ kind }) => kind === 'heldDown') && !known.has(key) && !isRefused)
          return `${action.verb} ${action.target} before it is written down that ${key} is held down`;
      }
      return undefined;
    },
    onCommand({ kind, units }) {
      for (const unit of units) wanted.set(unit, { isDown: kind === 'hold', print: prints.get(unit) ?? '' });
    },
    onFile({ pods }) {
      prints = new Map(pods.map((pod) => [podKey(pod.metadata), JSON.stringify(pod)]));
      // An edit releases it; one that is taken back may have been seen, or not.
      for (const [unit, { isDown, print }] of wanted)
        if (isDown !== false && prints.get(unit) !== print) wanted.set(unit, { isDown: undefined, print });
    },
    onDeath() {
      const there = holds();
      for (const [unit, { isDown, print }] of wanted)
        if (isDown !== there.has(unit)) wanted.set(unit, { isDown: undefined, print });
    },
    isDown: ({ metadata }) => holds().has(podKey(metadata)),
    whyNot({ pods }) {
      const there = holds();
      const left = [...there.keys()].find((unit) => !pods.some(({ metadata }) => podKey(metadata) === unit));
      if (left !== undefined) return `${left} is held down, and the file does not name it`;
      for (const pod of pods) {
        const key = podKey(pod.metadata);
        const { isDown, print } = wanted.get(key) ?? { isDown: false, print: '' };
        const isEdited = isDown === undefined && JSON.stringify(pod) !== print;
        if (there.has(key) && (isDown === false || isEdited)) return `${key} is held down`;
        if (there.has(key) && isThere(pod)) return `${key} is held down, and there`;
        if (!there.has(key) && isDown === true) return `${key} is not held down`;
      }
      return undefined;
    },
  };
}
