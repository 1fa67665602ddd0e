/** Why Pods are not as they should be: from their statuses, their events and their logs, to what a person asks first. */
import type { ContainerStatus, Event, Pod } from 'kubernetes-types/core/v1.js';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import { summarizePod } from '../tables/pod-summary.ts';
import { oneLine } from '../text.ts';
import { endFacts, probeFact, stateText } from './container-facts.ts';

/** All that a diagnosis is made from. */
export interface Symptoms {
  /** The Pods that are to be told of; those that are well among them are left out. */
  readonly pods: readonly Pod[];
  /** Of these Pods and of others. */
  readonly events: readonly Event[];
  readonly logs: readonly LogTail[];
  readonly nowMs: number;
}

/** The end of what a container wrote. */
export interface LogTail {
  /** The Pod's uid. */
  readonly uid: string;
  readonly container: string;
  /** Without their line ends. */
  readonly lines: readonly string[];
}

export interface PodDiagnosis {
  /** `web`, or `NAMESPACE/web` outside `default`. */
  readonly pod: string;
  /** Unset for one of which nothing is on the engine yet. */
  readonly uid?: string;
  /** kubectl's STATUS. */
  readonly status: string;
  /** `0/1` */
  readonly ready: string;
  /** What concerns the Pod as a whole, in sentences. */
  readonly causes: readonly string[];
  /** Those that are in the way. */
  readonly containers: readonly ContainerDiagnosis[];
}

export interface ContainerDiagnosis {
  readonly name: string;
  /** What it does, and why: `waiting, CrashLoopBackOff: ...`. */
  readonly state: string;
  /** Of its last end; unset where it has not ended. */
  readonly exitCode?: number;
  /** Its last end, its restarts and its probe, in sentences. */
  readonly facts: readonly string[];
  /** The last lines that it wrote; empty where there are none. */
  readonly log: readonly string[];
}

/** One entry for each Pod that is neither Ready nor ended well: those in trouble first, those that wait for others last. */
export function diagnose({ pods, events, logs, nowMs }: Symptoms): readonly PodDiagnosis[] {
  return pods
    .filter((pod) => !isWell(pod))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((pod) => {
      const { metadata } = pod;
      const own = events.filter(({ involvedObject }) => isAbout(involvedObject, pod));
      const { ready, total, status } = summarizePod(pod, nowMs);
      const containers = inTheWay(pod).map((container) => {
        const log = logs.find(({ uid, container: name }) => uid === metadata?.uid && name === container.name);
        return diagnoseContainer(pod, container, own, log, nowMs);
      });
      return {
        pod: podLabel({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? 'default' }),
        ...(metadata?.uid === undefined ? {} : { uid: metadata.uid }),
        status,
        ready: `${ready}/${total}`,
        causes: podCauses(pod, own),
        containers,
      };
    });
}

/** Ready, or ended well. */
function isWell({ metadata, status }: Pod): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  return status?.phase === 'Succeeded' || conditionOf(status, 'Ready')?.status === 'True';
}

const conditionOf = (status: Pod['status'], wanted: string) => status?.conditions?.find(({ type }) => type === wanted);

function rankOf({ status }: Pod): number {
  if (status?.phase === 'Failed') return 0;
  const refused = conditionOf(status, 'PodScheduled');
  if (refused?.status === 'False') return refused.reason === 'SchedulingGated' ? 3 : 1;
  return 2;
}

/** One that is not on the engine yet has no uid to go by. */
const isAbout = ({ name, namespace, uid }: Event['involvedObject'], { metadata }: Pod): boolean =>
  name === metadata?.name && namespace === metadata?.namespace && (metadata?.uid === undefined || uid === metadata.uid);

/** A few are enough: `events` has all of them. */
const mostEvents = 3;

/** The Pod's own message, the conditions that are False, and what its events warn of. */
function podCauses({ status }: Pod, events: readonly Event[]): readonly string[] {
  const told = [status?.reason, status?.message].filter((text) => text !== undefined && text !== '').join(': ');
  const conditions = ['PodScheduled', 'Ready'].flatMap((type) => {
    const condition = conditionOf(status, type);
    const isTelling =
      condition?.status === 'False' && (type !== 'Ready' || condition.reason === 'ReadinessGatesNotReady');
    return isTelling ? [[condition.reason, condition.message].filter(Boolean).join(': ')] : [];
  });
  const warnings = events
    .filter(({ type, involvedObject }) => type === 'Warning' && (involvedObject.fieldPath ?? '') === '')
    .slice(-mostEvents)
    .map(({ reason = '', message = '' }) => `${reason}: ${message.trim()}`);
  const all = [...(told === '' ? [] : [told]), ...conditions, ...warnings].map(oneLine);
  return all.filter((text, index) => all.indexOf(text) === index);
}

/** The containers that keep the Pod from being Ready; where all only wait for their beginning, these. */
function inTheWay({ spec, status }: Pod): readonly ContainerStatus[] {
  const sidecars = new Set((spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const isDoneInit = ({ name, state, started }: ContainerStatus): boolean =>
    sidecars.has(name) ? started === true : state?.terminated?.exitCode === 0;
  const init = (status?.initContainerStatuses ?? []).filter((each) => !isDoneInit(each));
  const main = (status?.containerStatuses ?? []).filter(
    ({ ready, state }) => !ready && state?.terminated?.exitCode !== 0,
  );
  const all = [...init, ...main];
  const telling = all.filter(({ state, lastState }) => {
    const { reason = '', message } = state?.waiting ?? {};
    const isPlain = ['', 'PodInitializing', 'ContainerCreating'].includes(reason) && message === undefined;
    return state?.waiting === undefined ? state !== undefined : !isPlain || lastState?.terminated !== undefined;
  });
  return telling.length > 0 ? telling : all;
}

const isSidecar = ({ restartPolicy }: { readonly restartPolicy?: string }): boolean => restartPolicy === 'Always';

function diagnoseContainer(
  { spec }: Pod,
  status: ContainerStatus,
  events: readonly Event[],
  log: LogTail | undefined,
  nowMs: number,
): ContainerDiagnosis {
  const { name, state, lastState } = status;
  const container = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((each) => each.name === name);
  const own = events.filter(({ involvedObject }) => involvedObject.fieldPath?.endsWith(`{${name}}`) === true);
  const exitCode = (state?.terminated ?? lastState?.terminated)?.exitCode;
  return {
    name,
    state: oneLine(stateText(status, nowMs)),
    ...(exitCode === undefined ? {} : { exitCode }),
    facts: [...endFacts(status, container), ...probeFact(own)].map(oneLine),
    log: (log?.lines ?? []).map(oneLine),
  };
}
