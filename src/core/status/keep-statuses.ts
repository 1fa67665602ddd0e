/** What is told of a Pod's containers after what was told before (kubelet_pods.go convertToAPIContainerStatuses). */
import type { ContainerStatus } from 'kubernetes-types/core/v1.js';
import type { PodSpec } from '../../model/pod.ts';
import { isDefaultWait, isUnknownEnd, unknownEnd } from './container-status.ts';
import type { Statuses } from './phase.ts';
import { isSidecarStatus } from './phase.ts';

/** @param isEnding the Pod is being deleted, or finished: nothing of it starts any more */
export function keepStatuses(before: Statuses | undefined, now: Statuses, isEnding: boolean): Statuses {
  const keep = (known: readonly ContainerStatus[] | undefined) => (status: ContainerStatus) => {
    const was = known?.find(({ name }) => name === status.name);
    return was === undefined ? status : keepStatus(was, status, isEnding);
  };
  return { init: now.init.map(keep(before?.init)), regular: now.regular.map(keep(before?.regular)) };
}

/** What has ended stays so until another instance is there, and in a Pod that ends for good. */
function keepStatus(was: ContainerStatus, is: ContainerStatus, isEnding: boolean): ContainerStatus {
  // An older instance that is left tells nothing new.
  const isGone = is.containerID === undefined || is.restartCount < was.restartCount;
  if (was.state?.terminated !== undefined && (isEnding || (isGone && isDefaultWait(is)))) return was;
  if (isEnding && isGone) return was.state?.running === undefined ? was : { ...was, ...unknownEnd };
  const lastState = isEnding && was.lastState?.terminated !== undefined ? was.lastState : lastStateOf(was, is);
  // The next instance is made, and has not begun (pkg/kubelet/reason_cache.go).
  const backOff = isDefaultWait(is) ? crashLoopOf(was) : undefined;
  const restartCount = Math.max(was.restartCount, is.restartCount);
  return { ...is, restartCount, ...(backOff === undefined ? {} : { state: backOff }), lastState };
}

const crashLoopOf = ({ state }: ContainerStatus): ContainerStatus['state'] =>
  state?.waiting?.reason === 'CrashLoopBackOff' ? state : undefined;

/** How the instance before ended: as the engine tells it, else as it was seen. */
function lastStateOf(was: ContainerStatus, is: ContainerStatus): NonNullable<ContainerStatus['lastState']> {
  const told = is.lastState ?? {};
  const isKnown = told.terminated !== undefined && !(isUnknownEnd(told) && was.state?.running === undefined);
  if (isKnown) return told;
  if (was.state?.terminated !== undefined && was.containerID !== is.containerID) return was.state;
  return was.lastState?.terminated === undefined ? told : was.lastState;
}

/**
 * The last word on a Pod of which nothing runs any more: what nobody saw end is told as a failure; of a Pod that was not
 * initialized, what never began stays waiting (status_manager.go TerminatePod).
 */
export function finalize(spec: PodSpec, { init, regular }: Statuses): Statuses {
  const begun = init.findLastIndex((status) => status.state?.waiting === undefined || hasEndedBefore(status));
  const end = (status: ContainerStatus): ContainerStatus =>
    status.state?.terminated === undefined ? { ...status, ...unknownEnd } : status;
  return {
    init: init.map((status, index) => (index <= Math.max(begun, 0) ? end(status) : status)),
    regular: hasInitialized(spec, { init, regular }) ? regular.map(end) : regular,
  };
}

function hasInitialized(spec: PodSpec, { init, regular }: Statuses): boolean {
  const last = init.at(-1);
  if (last === undefined) return true;
  if (regular.some((status) => status.state?.waiting === undefined || hasEndedBefore(status))) return true;
  if (isSidecarStatus(spec, last)) return last.state?.running !== undefined && last.started === true;
  return [last.state, last.lastState].some((state) => state?.terminated?.exitCode === 0);
}

const hasEndedBefore = ({ lastState }: ContainerStatus): boolean => lastState?.terminated !== undefined;
