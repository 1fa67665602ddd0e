/**
 * What podrun says that it ends for another to follow is followed by one, in its Pod (kuberuntime_manager.go
 * computePodActions): a changed definition under every restartPolicy, a failed liveness unless that is Never. Told from
 * the reasons that podrun gives; those of a podrun that has died count unless the engine refused to write them down.
 */
import { allMemory } from '../../core/memory.ts';
import { snapshotOf as heldBy } from '../../../src/core/state/state.ts';
import type { EngineAction, FailureKind } from '../../../src/core/runtime/action.ts';
import { isDefinition } from '../../../src/core/runtime/reason.ts';
import type { Reason } from '../../../src/core/runtime/reason.ts';
import { podFacts } from '../../../src/core/runtime/facts.ts';
import { label, recordOf } from '../../../src/core/runtime/labels.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import type { Observed, ObservedPod } from '../../../src/core/runtime/observed.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { podKey } from '../../../src/core/runtime/pod-ref.ts';
import { instanceOf } from '../../../src/core/runtime/run-key.ts';
import type { State } from '../../../src/core/state/state.ts';
import type { Input, Step } from '../../../src/core/state/input.ts';
import type { Pod } from '../../../src/model/pod.ts';
import type { RestartPolicy } from '../../../src/model/container.ts';
import { snapshotOf } from '../engine.ts';
import type { SimContainer, SimEngine } from '../engine.ts';
import { hasFacts, isSame } from '../expected.ts';
import { Violation } from '../safety.ts';
import { offsetMs } from '../shell.ts';

export interface SuccessionRule {
  onStep(before: State, input: Input, after: Step): void;
  /** Another is to follow that run of a container, whatever it ended with. */
  isFollowed(container: SimContainer, policy: RestartPolicy): boolean;
}

interface Told {
  readonly podrun: string;
  readonly follows: 'change' | 'failure';
}

/** @param wasCommanded true when a command was about the Pod of that key */
export function makeSuccessionRule(
  engine: SimEngine,
  podrun: () => string,
  wasCommanded: (key: string) => boolean,
): SuccessionRule {
  /** By run. */
  const told = new Map<string, Told>();
  /** The Pods, by uid, of which the engine refused to make a record at some time. */
  const unwritten = new Set<string>();

  function onStep(before: State, input: Input, { state, effects }: Step): void {
    if (input.kind === 'outcome' && !input.outcome.ok)
      noteFailure(before.inFlight.get(input.target), input.outcome.failure.kind);
    for (const [run, { because }] of allMemory(state).stops) {
      const follows = followsOf(because);
      if (!told.has(run) && follows !== undefined) told.set(run, { podrun: podrun(), follows });
    }
    if (state.intent.kind === 'down') return;
    const view = observe(heldBy(state));
    for (const effect of effects)
      if (effect.kind === 'perform') checkEnd(effect.planned.action, view, state.project?.pods ?? []);
  }

  function noteFailure(planned: Planned | undefined, kind: FailureKind): void {
    if (planned?.pod === undefined) return;
    const { action, pod } = planned;
    if (action.verb === 'createVolume') unwritten.add(pod.uid);
    // A TERM that came too late, for what is nowhere written down: the end is its own.
    if (action.verb === 'killContainer' && kind === 'conflict' && unwritten.has(pod.uid))
      for (const run of told.keys()) if (run.startsWith(`${action.id}@`)) told.delete(run);
  }

  /** No Pod ends, nor is it another, for the end of a container that was to be replaced in it. */
  function checkEnd(action: EngineAction, view: Observed, pods: readonly Pod[]): void {
    const record = action.verb === 'createVolume' ? recordOf(action.labels) : undefined;
    if (action.verb !== 'createVolume' || record === undefined) return;
    const pod = view.pods.find(({ uid }) => uid === action.labels[label.podUid]);
    const desired = pods.find(({ metadata }) => podKey(metadata) === pod?.key);
    if (pod === undefined || desired === undefined || pod.record.end !== undefined) return;
    if (pod.record.deletion !== undefined || wasCommanded(pod.key)) return;
    const ends = record.end !== undefined && record.end.reason === undefined;
    const isOther = record.deletion !== undefined && isSamePod(pod, desired);
    if (!ends && !isOther) return;
    const policies = [desired.spec.restartPolicy, pod.facts?.live.restartPolicy];
    for (const { name } of desired.spec.containers) {
      const newest = pod.instances.get(name)?.[0]?.container;
      const one = newest && told.get(instanceOf(newest));
      if (one === undefined || (one.podrun !== podrun() && unwritten.has(pod.uid))) continue;
      if (one.follows === 'change' || !policies.includes('Never'))
        throw new Violation(`${pod.key} ends, and ${newest?.name} was ended for another to follow it there`);
    }
  }

  function isFollowed(container: SimContainer, policy: RestartPolicy): boolean {
    const run = `${container.id}@${(container.startedAtMs ?? 0) + offsetMs}`;
    const one = told.get(run);
    if (one === undefined || (one.follows === 'failure' && policy === 'Never')) return false;
    const isWritten = !unwritten.has(container.labels[label.podUid] ?? '');
    return one.podrun === podrun() || isWritten || isRecorded(container, run);
  }

  function isRecorded({ labels }: SimContainer, run: string): boolean {
    const { pods } = observe(snapshotOf(engine, labels[label.project] ?? '', 0));
    const pod = pods.find(({ uid }) => uid === labels[label.podUid]);
    return pod?.record.stops?.[labels[label.containerName] ?? '']?.run === run;
  }

  return { onStep, isFollowed };
}

/** Nothing but its containers, or what is applied live, was edited. */
function isSamePod(pod: ObservedPod, { spec }: Pod): boolean {
  const init = spec.initContainers.every((container) => {
    const newest = pod.instances.get(container.name)?.[0];
    return newest === undefined || hasFacts(newest, container);
  });
  return init && isSame(pod.facts?.pod, podFacts(spec));
}

function followsOf(because: readonly Reason[]): Told['follows'] | undefined {
  if (because.some((cause) => isDefinition(cause) && !isOfInit(cause))) return 'change';
  return because.some(({ kind }) => failures.has(kind)) ? 'failure' : undefined;
}

/** Plain init containers are the Pod's own: it goes for them. */
const isOfInit = (cause: Reason): boolean => cause.kind === 'field' && cause.path[0] === 'initContainers';

const failures: ReadonlySet<Reason['kind']> = new Set<Reason['kind']>([
  'probeFailed',
  'earlierSandbox',
  'infraEnded',
  'infraCutOff',
  'infraRestarted',
  'infraGone',
]);
