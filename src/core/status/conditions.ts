/** A Pod's conditions in Kubernetes' order and words (pkg/kubelet/status/generate.go). */
import type { ContainerStatus, PodCondition } from 'kubernetes-types/core/v1.js';
import type { PodSpec } from '../../model/pod.ts';
import { isSidecar } from '../runtime/facts.ts';
import type { CustomCondition } from '../runtime/labels.ts';
import type { Statuses } from './phase.ts';
import type { Refusal } from '../admission/schedule.ts';
import { rfc3339 } from '../runtime/time.ts';

export interface ConditionView {
  readonly spec: PodSpec;
  readonly statuses: Statuses;
  readonly phase: string;
  readonly sandboxReady: boolean;
  readonly times: ConditionTimes;
  /** Since when the engine is silent, if it is for too long. */
  readonly lostSinceMs: number | undefined;
  /** Set by hand. */
  readonly custom: Readonly<Record<string, CustomCondition>>;
}

/** Since when conditions are as they are, for those of which it is not remembered. */
export interface ConditionTimes {
  readonly acceptedAtMs: number;
  readonly sandboxAtMs: number;
  readonly initializedAtMs: number;
  /** A container or probe last changed. */
  readonly changedAtMs: number;
}

export function podConditions(view: ConditionView): PodCondition[] {
  const { phase, custom } = view;
  const { acceptedAtMs, sandboxAtMs, initializedAtMs, changedAtMs } = view.times;
  const initialized = initializedCondition(view);
  const containers = readyCondition(phase, view.spec, view.statuses);
  const gates = containers.status === 'True' ? gatesCondition(view) : containers;
  const gateTimes = view.spec.readinessGates.map((gate) => custom[gate.conditionType]?.atMs ?? 0);
  const ready =
    view.lostSinceMs === undefined
      ? condition('Ready', gates.status, Math.max(changedAtMs, ...gateTimes), gates.why)
      : condition('Ready', 'Unknown', view.lostSinceMs, { reason: 'NodeLost' });
  return [
    condition('PodReadyToStartContainers', view.sandboxReady ? 'True' : 'False', sandboxAtMs),
    condition('Initialized', initialized.status, initializedAtMs, initialized.why),
    ready,
    condition('ContainersReady', containers.status, changedAtMs, containers.why),
    condition('PodScheduled', 'True', acceptedAtMs),
    ...Object.entries(custom).map(([type, { status, atMs, ...why }]) => condition(type, status, atMs, why)),
  ];
}

/** Of a Pod that waits for room or for another Pod; one that the kubelet does not take has none. */
export function refusedConditions({ phase, reason, message }: Refusal, createdAtMs: number): PodCondition[] {
  return phase === 'Failed' ? [] : [condition('PodScheduled', 'False', createdAtMs, { reason, message })];
}

interface Why {
  readonly reason?: string;
  readonly message?: string;
}

interface Verdict {
  readonly status: 'True' | 'False';
  readonly why: Why;
}

export function condition(type: string, status: string, ms: number, why: Why = {}): PodCondition {
  return { type, status, lastProbeTime: null as unknown as string, lastTransitionTime: rfc3339(ms), ...why };
}

function initializedCondition({ spec, statuses, phase }: ConditionView): Verdict {
  if (phase === 'Succeeded') return { status: 'True', why: { reason: 'PodCompleted' } };
  if (
    statuses.regular.some(
      (status) =>
        status.state?.running !== undefined ||
        status.lastState?.terminated !== undefined ||
        status.state?.terminated !== undefined,
    )
  )
    return { status: 'True', why: {} };
  const incomplete = statuses.init.filter((status) => {
    const sidecar = spec.initContainers.some((container) => container.name === status.name && isSidecar(container));
    return sidecar ? status.started !== true : !status.ready;
  });
  if (incomplete.length === 0) return { status: 'True', why: {} };
  return {
    status: 'False',
    why: { reason: 'ContainersNotInitialized', message: `containers with incomplete status: ${names(incomplete)}` },
  };
}

function readyCondition(phase: string, spec: PodSpec, { init, regular }: Statuses): Verdict {
  if (phase === 'Succeeded') return { status: 'False', why: { reason: 'PodCompleted' } };
  if (phase === 'Failed') return { status: 'False', why: { reason: 'PodFailed' } };
  const sidecars = init.filter((status) =>
    spec.initContainers.some((container) => container.name === status.name && isSidecar(container)),
  );
  const unready = [...sidecars, ...regular].filter((status) => !status.ready);
  if (unready.length === 0) return { status: 'True', why: {} };
  return {
    status: 'False',
    why: { reason: 'ContainersNotReady', message: `containers with unready status: ${names(unready)}` },
  };
}

function gatesCondition({ spec, custom }: ConditionView): Verdict {
  const messages = spec.readinessGates.flatMap(({ conditionType }) => {
    const found = custom[conditionType];
    if (found === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  if (messages.length === 0) return { status: 'True', why: {} };
  return { status: 'False', why: { reason: 'ReadinessGatesNotReady', message: messages.join(', ') } };
}

/** Go's format of a list of strings. */
const names = (statuses: readonly ContainerStatus[]): string => `[${statuses.map(({ name }) => name).join(' ')}]`;
