/** What a Pod waits for, from all that is known of it: the words of a row of the progress. */
import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { imageUses } from '../../core/images/image-uses.ts';
import { appliedPolicy, askedBy, hasEnded, isRunning, restartAfter } from '../../core/pod/restart.ts';
import { hookKey } from '../../core/probes/hook.ts';
import type { ProbeMemory } from '../../core/probes/probe.ts';
import { hasStarted } from '../../core/probes/started.ts';
import type { Instance, ObservedPod } from '../../core/runtime/observed.ts';
import { instanceOf } from '../../core/runtime/run-key.ts';
import { servicesTopic } from '../../core/services/gateway.ts';
import { probeKey } from '../../core/state/part-key.ts';
import { lifeOf } from '../../core/state/pod-changes.ts';
import { podAt } from '../../core/state/pod-table.ts';
import type { PodState } from '../../core/state/pod-table.ts';
import type { State } from '../../core/state/state.ts';
import type { Container } from '../../model/container.ts';
import type { Pod, PodSpec } from '../../model/pod.ts';
import { allContainers } from '../../core/runtime/facts.ts';
import { actionText } from '../../output/plan/action-text.ts';
import type { Wait } from '../../output/terminal/progress.ts';
import { endingWaits } from './ending-waits.ts';
import { probeText } from './probe-text.ts';

/** What the Pods are looked at with. */
export interface WaitView {
  /** Unset: another podrun works, and only the Pods' objects are known. */
  readonly state?: State;
  /** How images come along, by name: `pulling 34 of 120 MB`. */
  readonly coming: ReadonlyMap<string, string>;
}

/** A check that fails as its server comes up is no news; one that has failed for so long is. */
const patienceMs = 5_000;

/** What the Pod waits for, the most telling first; empty where nothing is known. */
export function podWaits(view: WaitView, pod: KubernetesPod, nowMs: number): readonly Wait[] {
  const known = view.state === undefined ? undefined : knownOf(view.state, pod);
  const busy = view.state === undefined ? [] : underWay(view.state, pod, known);
  if (pod.metadata?.deletionTimestamp !== undefined) {
    const ends = endingWaits(pod, known?.state.memory, known?.life);
    return ends.length > 0 ? ends : busy;
  }
  const refusal = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (refusal?.message !== undefined) return [refusalWait(refusal.message), ...comingWaits(view, known)];
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const alone = statuses.length === 1;
  const named = statuses.flatMap((status) =>
    containerWaits(view, known, status, nowMs).map((wait) =>
      alone ? wait : { ...wait, text: `${status.name} ${wait.text}` },
    ),
  );
  const ofPod = pod.status?.message === undefined ? [] : [{ text: pod.status.message }];
  const telling = [...named, ...ofPod].toSorted((a, b) => rank(a) - rank(b));
  if (telling.length > 0) return telling;
  return [...gateWaits(pod), ...busy];
}

const rank = ({ lineFromMs }: Wait): number => (lineFromMs === Infinity ? 1 : 0);

const passing = (text: string, more: Omit<Wait, 'text'> = {}): Wait => ({ text, lineFromMs: Infinity, ...more });

const refusalWait = (message: string): Wait => ({ text: message.replace(/^waiting for /, 'waits for ') });

/** The images of one that others hold back. */
const comingWaits = (view: WaitView, known: Known | undefined): readonly Wait[] =>
  known?.pod === undefined ? [] : comingTo(view, known.pod.spec, allContainers(known.pod.spec));

function comingTo({ coming }: WaitView, spec: PodSpec, containers: readonly Container[]): readonly Wait[] {
  const images = containers.flatMap((container) => imageUses(spec, container).map(({ image }) => image));
  return [...new Set(images)].flatMap((image) => coming.get(image) ?? []).map((text) => passing(text));
}

/** What is known of a Pod beside its object. */
interface Known {
  readonly shared: State['shared'];
  readonly state: PodState;
  /** Unset while nothing of it is on the engine. */
  readonly life?: ObservedPod;
  readonly pod?: Pod;
}

function knownOf({ pods, shared }: State, { metadata }: KubernetesPod): Known | undefined {
  const state = podAt(pods, `${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`);
  if (state === undefined) return undefined;
  const uid = metadata?.uid ?? '';
  const life = lifeOf(state, uid);
  const pod = state.memory.applied.get(uid) ?? state.desired;
  return { shared, state, ...(life === undefined ? {} : { life }), ...(pod === undefined ? {} : { pod }) };
}

function containerWaits(
  view: WaitView,
  known: Known | undefined,
  status: ContainerStatus,
  nowMs: number,
): readonly Wait[] {
  const { waiting, running, terminated } = status.state ?? {};
  const spec = known?.pod?.spec;
  const container = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(
    ({ name }) => name === status.name,
  );
  if (known === undefined || spec === undefined || container === undefined)
    return waiting?.message === undefined ? [] : [{ text: waiting.message }];
  const [newest] = known.life?.instances.get(status.name) ?? [];
  if (running !== undefined) return newest === undefined ? [] : runningWaits(known, container, newest, status, nowMs);
  if (terminated !== undefined) return terminated.exitCode === 0 ? [] : [{ text: endText(terminated) }];
  const coming = comingTo(view, spec, [container]);
  if (coming.length > 0) return coming;
  if (waiting?.message === undefined) return [];
  if (waiting.reason === 'CrashLoopBackOff') return [crashWait(known, container, newest, status, nowMs)];
  const tries = imageUses(spec, container).flatMap(({ image }) => known.shared.retries.get(`pullImage ${image}`) ?? []);
  const untilMs = Math.max(...tries.map((retry) => retry.untilMs), ...ownRetries(known, status.name));
  return [
    {
      text: waiting.message.replace(/^Back-off pulling image ".*?": ErrImagePull: /, ''),
      ...(untilMs === -Infinity ? {} : { until: { what: 'next try', atMs: untilMs } }),
    },
  ];
}

/** Of the calls for that container alone. */
const ownRetries = ({ state, life }: Known, name: string): readonly number[] =>
  [...state.memory.retries.values()]
    .filter(({ target }) => target.includes(`.${name}.${life?.uid.slice(0, 8) ?? ''}.`))
    .map(({ untilMs }) => untilMs);

const endText = ({
  exitCode,
  reason = '',
}: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): string =>
  ['Error', 'Completed', ''].includes(reason) ? `exit code ${exitCode}` : `${reason}, exit code ${exitCode}`;

/** `exit code 1`, until its back-off is over. */
function crashWait(
  known: Known,
  container: Container,
  newest: Instance | undefined,
  { lastState }: ContainerStatus,
  nowMs: number,
): Wait {
  const { life, pod, state } = known;
  const text = lastState?.terminated === undefined ? 'it ends again and again' : endText(lastState.terminated);
  if (newest === undefined || life === undefined || pod === undefined || !hasEnded(newest.container)) return { text };
  const policy = appliedPolicy(pod.spec, life, container);
  const infraId = life.infras[0]?.container.id ?? '';
  const restart = restartAfter(newest, policy, infraId, nowMs, askedBy(state.memory));
  return restart.kind === 'wait' ? { text, until: { what: 'next try', atMs: restart.untilMs } } : { text };
}

/** A probe, a hook, or its end, for an init container. */
function runningWaits(
  { state: { memory }, life, pod }: Known,
  container: Container,
  newest: Instance,
  status: ContainerStatus,
  nowMs: number,
): readonly Wait[] {
  if (life === undefined || !isRunning(newest.container)) return [];
  const isInit = pod?.spec.initContainers.some(({ name }) => name === container.name) === true;
  const sinceMs = newest.container.startedAtMs ?? nowMs;
  if (memory.hooks.get(hookKey(newest, 'postStart')) === 'running')
    return [passing('postStart hook runs', { sinceMs })];
  if (isInit && container.restartPolicy !== 'Always') return [passing('runs', { sinceMs })];
  if (status.ready) return [];
  const started = hasStarted(memory, life, container, newest);
  const type = started ? 'readiness' : 'startup';
  const found = memory.probes.get(probeKey(life, container.name, type));
  if (found === undefined || found.instance !== instanceOf(newest.container)) return [];
  if (found.run === undefined && found.checking === undefined && found.nextAtMs > nowMs)
    return [passing(`${type} probe`, { until: { what: 'first check', atMs: found.nextAtMs } })];
  const lineFromMs = found.run?.passed === false ? found.sinceMs + patienceMs : Infinity;
  return [{ text: `${type}: ${verdictText(found)}`, sinceMs: found.sinceMs, lineFromMs }];
}

function verdictText({ run, output }: ProbeMemory): string {
  if (run === undefined) return 'no answer yet';
  if (run.passed) return `has passed ${run.count} time${run.count === 1 ? '' : 's'}, which is not enough`;
  return output.trim() === '' ? 'fails without output' : probeText(output);
}

/** Its containers are ready, and something else is not. */
function gateWaits({ status }: KubernetesPod): readonly Wait[] {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.reason !== 'ReadinessGatesNotReady' || ready.message === undefined) return [];
  const sinceMs = Date.parse(ready.lastTransitionTime ?? '');
  return [{ text: ready.message, ...(Number.isNaN(sinceMs) ? {} : { sinceMs }) }];
}

/** What is being done for it: `creating container app`. */
function underWay({ inFlight }: State, { metadata }: KubernetesPod, known: Known | undefined): readonly Wait[] {
  const [planned] = [...inFlight.values()].filter(({ pod }) => pod?.uid === metadata?.uid && pod !== undefined);
  if (planned !== undefined) return [passing(actionText(planned))];
  const { long = false, short = false } = known?.state.plan.needsSlot ?? {};
  if (known?.state.plan.waitsFor.has(servicesTopic) === true) return [passing('waits for Services')];
  return long ? [passing('waits for other pulls and builds')] : short ? [passing('waits for its turn')] : [];
}
