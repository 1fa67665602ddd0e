/**
 * What someone who watches the Pods may never be told: a status that goes back. Judged by what is listed after each
 * step; a Pod's times hold for its uid, whichever podrun tells them.
 */
import { snapshotOf } from '../../../src/core/state/state.ts';
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { attemptOf, label } from '../../../src/core/runtime/labels.ts';
import type { State } from '../../../src/core/state/state.ts';
import { podList, podObjects } from '../../../src/core/status/status.ts';
import { rfc3339 } from '../../../src/core/runtime/time.ts';
import { summarizePod } from '../../../src/output/tables/pod-summary.ts';

/** @returns judges a state that a step of that podrun led to; a sentence where it goes back */
export function makeStatusRule(podrun: () => string): (state: State, nowMs: number) => string | undefined {
  const times = new Map<string, { readonly created: string; readonly started?: string }>();
  let told = new Map<string, Pod>();
  let teller = '';

  return (state, nowMs) => {
    if (!state.looked) return undefined;
    if (teller !== podrun()) told = new Map();
    teller = podrun();
    const kept = keptFor(state, nowMs);
    if (kept !== undefined) return kept;
    const before = told;
    // Of what its first look saw only half, a podrun does not know yet what it told.
    const judged = new Set(state.pods.list.flatMap(({ memory }) => [...memory.statuses.keys()]));
    told = new Map(
      podList(state, nowMs).flatMap((pod) =>
        judged.has(pod.metadata?.uid ?? '') ? [[pod.metadata?.uid ?? '', pod] as const] : [],
      ),
    );
    for (const [uid, pod] of told) {
      const was = before.get(uid);
      const why = moved(uid, pod) ?? (was && wentBack(was, pod, state, nowMs));
      if (why !== undefined) return `${pod.metadata?.name} ${uid}: ${why}`;
    }
    for (const [uid, pod] of before)
      if (!told.has(uid) && hasRun(pod) && !isOver(pod)) return `${pod.metadata?.name} ${uid} goes as ${phaseOf(pod)}`;
    return undefined;
  };

  function moved(uid: string, { metadata, status }: Pod): string | undefined {
    const created = metadata?.creationTimestamp;
    const started = status?.startTime;
    const known = times.get(uid);
    if (created === undefined) return 'it has no creationTimestamp';
    if (known !== undefined && known.created !== created)
      return `its creationTimestamp moves from ${known.created} to ${created}`;
    if (known?.started !== undefined && known.started !== started)
      return `its startTime moves from ${known.started} to ${started}`;
    times.set(uid, { created, ...(started === undefined ? {} : { started }) });
    return undefined;
  }
}

/** What was built once for a Pod that no step has touched is what would be built now. */
function keptFor(state: State, nowMs: number): string | undefined {
  for (const pod of state.pods.list) {
    const statuses = new Map([...pod.memory.statuses].map(([uid, told]) => [uid, { ...told }]));
    const unknown = { ...pod, memory: { ...pod.memory, statuses } };
    const [kept, fresh] = [pod, unknown].map((each) => JSON.stringify(podObjects(state, each, nowMs)));
    if (kept !== fresh) return `${pod.key} is told as ${kept}, and is ${fresh}`;
  }
  return undefined;
}

function wentBack(was: Pod, is: Pod, state: State, nowMs: number): string | undefined {
  if (isOver(was) && phaseOf(was) !== phaseOf(is)) return `its phase goes from ${phaseOf(was)} to ${phaseOf(is)}`;
  if (isDeleted(was) && !isDeleted(is)) return 'its deletion is forgotten';
  if (isDeleted(was) && isBackAtTerminating(was, is, nowMs)) return 'its status goes back to Terminating';
  const [former = 0, generation = 0] = [was, is].map(({ metadata }) => metadata?.generation);
  if (former > generation) return `its generation goes from ${former} to ${generation}`;
  for (const container of statusesOf(is)) {
    const earlier = statusesOf(was).find(({ name }) => name === container.name);
    const why = earlier && containerWentBack(earlier, container, was, state);
    if (why !== undefined) return `${container.name}: ${why}`;
  }
  for (const condition of is.status?.conditions ?? []) {
    const earlier = was.status?.conditions?.find(({ type }) => type === condition.type);
    if (earlier === undefined) continue;
    const [from, to] = [earlier.lastTransitionTime, condition.lastTransitionTime];
    if (earlier.status === condition.status && from !== to)
      return `${condition.type} stays ${condition.status} and its lastTransitionTime moves from ${from} to ${to}`;
    if (earlier.status !== condition.status && to !== rfc3339(nowMs))
      return `${condition.type} becomes ${condition.status}, and its lastTransitionTime is ${to}`;
  }
  return undefined;
}

/** From another word; an engine that was silent may answer again. */
function isBackAtTerminating(was: Pod, is: Pod, nowMs: number): boolean {
  const [before, now] = [was, is].map((pod) => summarizePod(pod, nowMs).status);
  return now === 'Terminating' && before !== now && phaseOf(was) !== 'Unknown';
}

function containerWentBack(was: ContainerStatus, is: ContainerStatus, pod: Pod, state: State): string | undefined {
  if (is.restartCount < was.restartCount) return `its restartCount goes from ${was.restartCount} to ${is.restartCount}`;
  if (!isDeleted(pod) && !isOver(pod)) return undefined;
  if (is.restartCount > was.restartCount && !isMade(pod, is, state))
    return `its restartCount goes up to ${is.restartCount} although nothing starts any more`;
  const [from, to] = [was.state?.terminated, is.state?.terminated].map((end) => JSON.stringify(end));
  if (from !== undefined && from !== to) return `its end goes from ${from} to ${to ?? JSON.stringify(is.state)}`;
  const [last, next] = [was.lastState?.terminated, is.lastState?.terminated].map((end) => JSON.stringify(end));
  return last === undefined || last === next ? undefined : `its lastState goes from ${last} to ${next}`;
}

/** The call was under way when the deletion began. */
function isMade({ metadata }: Pod, { name, restartCount }: ContainerStatus, state: State): boolean {
  return snapshotOf(state).containers.some(
    ({ labels }) =>
      labels[label.podUid] === metadata?.uid &&
      labels[label.containerName] === name &&
      attemptOf(labels) === restartCount,
  );
}

const phaseOf = ({ status }: Pod): string => status?.phase ?? '';
const isOver = (pod: Pod): boolean => phaseOf(pod) === 'Succeeded' || phaseOf(pod) === 'Failed';
const isDeleted = ({ metadata }: Pod): boolean => metadata?.deletionTimestamp !== undefined;
const hasRun = (pod: Pod): boolean => statusesOf(pod).some(({ containerID }) => containerID !== undefined);

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];
