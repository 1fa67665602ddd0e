/** What there is of a Pod now, and its status as it is told (kubelet_pods.go generateAPIPodStatus). */
import { callsFor } from '../state/planned.ts';
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import type { Container } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import { birthOf } from '../pod/birth.ts';
import { containerStatus } from './container-status.ts';
import type { StatusView } from './container-status.ts';
import { isFinished } from '../pod/end.ts';
import { generationAfter } from '../pod/generation.ts';
import type { PodRecord } from '../runtime/labels.ts';
import { goingLives } from '../stopping/leftovers.ts';
import { isHalfSeen, surroundingsOf } from '../runtime/observed.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { isOver } from './phase.ts';
import type { Statuses } from './phase.ts';
import { observedGraceSeconds } from '../pod/pod-grace.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { podTrouble } from './pod-trouble.ts';
import { qosClass } from '../spec/qos.ts';
import { askedBy, isRunning } from '../pod/restart.ts';
import { allInstances, sandboxOf } from '../pod/sandbox.ts';
import type { Refusal } from '../admission/schedule.ts';
import type { PodState } from '../state/pod-table.ts';
import { livesOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { toldGeneration } from '../state/told-status.ts';
import type { Derived } from './status-memory.ts';
import type { StatusMemory } from '../state/told-status.ts';
import { conditionTimes } from './status-times.ts';
import { isThere } from '../runtime/there.ts';
import { rfc3339 } from '../runtime/time.ts';

/** How long the engine may be silent before its Pods are Unknown (docs/pod-lifecycle.md#phase). */
export const nodeLostAfterMs = 40_000;

/** What is known of the Pod: in a step, as far as that has come. */
export type PodPart = Pick<PodState, 'memory' | 'lives'> & { readonly desired?: Pod | undefined };

/** A Pod that is told of; without a uid it is not begun with. */
export interface Subject {
  readonly of: PodPart;
  readonly pod: Pod;
  readonly observed: ObservedPod | undefined;
  readonly uid: string | undefined;
}

/** What there is now; of what a look saw only half, what was told before. */
export function deriveStatus(
  state: State,
  { of, pod, observed, uid }: Subject,
  previous: StatusMemory | undefined,
  nowMs: number,
): Derived {
  const { spec } = pod;
  const { engine, shared } = state;
  const { memory } = of;
  const sandbox = sandboxOf(observed);
  const infra = sandbox.kind === 'ready' ? sandbox.infra.container : undefined;
  const deletion = deletionOf(state, of, observed, previous, nowMs);
  const refusal = observed === undefined ? shared.refused.get(podKey(pod.metadata)) : undefined;
  const kept = observed !== undefined && isHalfSeen(observed) ? previous : undefined;
  const birth = birthOf(memory, uid ?? '', observed, uid === undefined ? engine.sinceMs : nowMs);
  const asked = deletion === undefined ? askedBy(memory) : new Set<string>();
  const view: StatusView = {
    project: state.self.project,
    pod,
    ref: observed,
    deleting: deletion !== undefined,
    infraId: infra?.id,
    end: observed?.record.end,
    memory,
    shared,
    nowMs,
  };
  return {
    spec,
    birth,
    generation: generationAfter(previous, pod, observed),
    refusal,
    deletion,
    end: observed?.record.end,
    statuses: kept?.statuses ?? (refusal === undefined ? containerStatuses(view, observed) : { init: [], regular: [] }),
    isFinished: kept === undefined && observed !== undefined && isFinished(spec, observed, asked),
    isStill: kept === undefined && isStill(state, observed),
    sandboxReady: kept === undefined ? infra !== undefined : hasSandbox(kept),
    podIP: infra === undefined ? '' : spec.hostNetwork === true ? gatewayOf(state) : infra.address,
    times: conditionTimes(memory, spec, observed, sandbox, birth.acceptedAtMs),
    lostSinceMs: !engine.answers && nowMs - engine.sinceMs >= nodeLostAfterMs ? engine.sinceMs : undefined,
    custom: observed?.record.conditions ?? {},
  };
}

/** The status in the API's form. */
export function podStatus(state: State, { of, pod, observed }: Subject, memory: StatusMemory): PodStatus {
  const { phase, conditions, statuses, podIP, acceptedAtMs } = memory;
  const { init, regular } = statuses;
  const refusal = observed === undefined ? state.shared.refused.get(podKey(pod.metadata)) : undefined;
  const hostIP = refusal === undefined ? gatewayOf(state) : '';
  const observedGeneration = toldGeneration(memory);
  return {
    // A Pod that waits for room is the scheduler's: no kubelet has observed it.
    ...(refusal?.phase === 'Pending' ? {} : { observedGeneration }),
    phase,
    ...(refusal === undefined ? reasonOf(state, of, pod, observed, memory) : refusalReason(refusal)),
    ...(conditions.length === 0
      ? {}
      : { conditions: conditions.map((condition) => ({ ...condition, observedGeneration })) }),
    ...(hostIP === '' ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
    ...(podIP === '' ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    ...(acceptedAtMs === undefined ? {} : { startTime: rfc3339(acceptedAtMs) }),
    ...(init.length === 0 ? {} : { initContainerStatuses: [...init] }),
    ...(regular.length === 0 ? {} : { containerStatuses: [...regular] }),
    qosClass: qosClass(pod.spec),
  };
}

/** Nothing but volumes is left of a Pod that has run, and the file wants it: it goes, and a new one comes. */
export function isLeftOver({ intent }: State, { desired, memory }: PodPart, life: ObservedPod): boolean {
  return intent.kind === 'up' && !isThere(life) && memory.newUid !== life.uid && desired !== undefined;
}

function containerStatuses(view: StatusView, observed: ObservedPod | undefined): Statuses {
  const { initContainers, containers } = view.pod.spec;
  const statusOf = (container: Container) =>
    containerStatus(view, container, observed?.instances.get(container.name) ?? []);
  return {
    init: initContainers.map(statusOf),
    regular: containers.map(statusOf).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Also before the record has it, which a disk that is full may refuse: the project is taken down. */
function deletionOf(
  state: State,
  of: PodPart,
  observed: ObservedPod | undefined,
  previous: StatusMemory | undefined,
  nowMs: number,
): PodRecord['deletion'] {
  const { intent, project } = state;
  const known = observed?.record.deletion ?? previous?.deletion;
  if (known !== undefined || observed === undefined) return known;
  if (intent.kind === 'down' && goingLives([observed], intent, project).length > 0)
    return { atMs: nowMs, graceSeconds: intent.kill ? 0 : (intent.graceSeconds ?? observedGraceSeconds(observed)) };
  return isLeftOver(state, of, observed) ? { atMs: nowMs, graceSeconds: 0 } : undefined;
}

/** Nothing runs, and no call is under way that would make something run. */
function isStill({ inFlight }: State, observed: ObservedPod | undefined): boolean {
  if (observed === undefined || allInstances(observed).some(({ container }) => isRunning(container))) return false;
  return !callsFor(inFlight, observed.key).some(
    ({ pod, action: { verb } }) =>
      pod?.uid === observed.uid && (verb === 'createContainer' || verb === 'startContainer'),
  );
}

const hasSandbox = ({ conditions }: StatusMemory): boolean =>
  conditions.some(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True');

const gatewayOf = (state: State): string => surroundingsOf(state.rest, livesOf(state)).network?.gateway ?? '';

type Reason = Pick<PodStatus, 'reason' | 'message'>;

const refusalReason = ({ phase, reason, message }: Refusal): Reason =>
  phase === 'Failed' ? { reason, message: `Pod was rejected: ${message}` } : {};

function reasonOf(
  state: State,
  { memory: known }: PodPart,
  pod: Pod,
  observed: ObservedPod | undefined,
  memory: StatusMemory,
): Reason {
  if (memory.phase === 'Unknown')
    return { reason: 'NodeLost', message: `the engine does not answer: ${state.engine.failure?.message ?? ''}` };
  const end = observed?.record.end;
  if (end?.reason !== undefined)
    return { reason: end.reason, ...(end.message === undefined ? {} : { message: end.message }) };
  if (isOver(memory.phase)) return {};
  const message = podTrouble(state, known, pod, observed);
  return message === undefined ? {} : { message };
}
