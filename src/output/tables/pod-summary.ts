/** What one line about a Pod says: kubectl's own derivation (pkg/printers/internalversion/printers.go printPod). */
import type { ContainerState, ContainerStatus, Pod, PodStatus } from 'kubernetes-types/core/v1.js';
import { heldDown } from '../../core/runtime/hold.ts';
import { humanDuration } from '../duration.ts';

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `Running`, `Init:0/2`, `CrashLoopBackOff` ... */
  readonly status: string;
  /** `3`, or `3 (5m2s ago)`. */
  readonly restarts: string;
}

/** READY, STATUS and RESTARTS of one Pod. */
export function summarizePod(pod: Pod, nowMs: number): PodSummary {
  const status = pod.status ?? {};
  const sidecars = sidecarNames(pod);
  const init = summarizeInit(status, sidecars, pod.spec?.initContainers?.length ?? 0);
  const total = (pod.spec?.containers.length ?? 0) + sidecars.size;
  const initialized = init.status === undefined || hasCondition(status, 'Initialized');
  const counted = initialized ? init.sidecars : init.walked;
  const regular = initialized ? (status.containerStatuses ?? []) : [];
  const ready = init.ready + regular.filter(isRunningReady).length;
  const word = initialized ? regularStatus(status, regular, init.status ?? baseStatus(status)) : init.status;
  return {
    ready,
    total,
    status: deletionStatus(pod) ?? word ?? '',
    restarts: restartsText([...counted, ...regular], nowMs),
  };
}

interface InitSummary {
  /** Unset: initialisation is done. */
  readonly status?: string;
  readonly ready: number;
  /** Those up to and including the one that decides. */
  readonly walked: readonly ContainerStatus[];
  readonly sidecars: readonly ContainerStatus[];
}

function summarizeInit(status: PodStatus, sidecars: ReadonlySet<string>, count: number): InitSummary {
  const statuses = status.initContainerStatuses ?? [];
  const passed = (container: ContainerStatus) =>
    container.state?.terminated?.exitCode === 0 || (sidecars.has(container.name) && container.started === true);
  const index = statuses.findIndex((container) => !passed(container));
  const walked = index === -1 ? statuses : statuses.slice(0, index + 1);
  // An ended sidecar was passed for its exit code, and is not ready whatever it says.
  const ready = walked.filter((each) => passed(each) && each.state?.terminated?.exitCode !== 0 && each.ready).length;
  const found = { ready, walked, sidecars: walked.filter(({ name }) => sidecars.has(name)) };
  const deciding = statuses[index];
  return deciding === undefined ? found : { ...found, status: initStatus(deciding.state ?? {}, index, count) };
}

function initStatus({ terminated, waiting }: ContainerState, index: number, count: number): string {
  if (terminated !== undefined) return `Init:${endStatus(terminated)}`;
  const reason = waiting?.reason ?? '';
  return reason !== '' && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${count}`;
}

/** `podrun down POD` holds it down. */
export const isHeldDown = ({ status }: Pod): boolean => isGatedBy(status ?? {}, heldDown);

const isGatedBy = (status: PodStatus, gate: string): boolean =>
  status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === gate) === true;

function baseStatus(status: PodStatus): string {
  const gate = ['SchedulingGated', heldDown].find((each) => isGatedBy(status, each));
  if (gate !== undefined) return gate;
  return status.reason !== undefined && status.reason !== '' ? status.reason : (status.phase ?? '');
}

/** The first container that waits or has ended names the status; one that runs overrides only `Completed`. */
function regularStatus(status: PodStatus, containers: readonly ContainerStatus[], base: string): string {
  const word = containers.map(({ state }) => containerWord(state ?? {})).find((each) => each !== undefined) ?? base;
  if (word !== 'Completed' || !containers.some(isRunningReady)) return word;
  return hasCondition(status, 'Ready') ? 'Running' : 'NotReady';
}

function containerWord({ waiting, terminated }: ContainerState): string | undefined {
  if (waiting?.reason !== undefined && waiting.reason !== '') return waiting.reason;
  return terminated === undefined ? undefined : endStatus(terminated);
}

function endStatus({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string {
  if (reason !== undefined && reason !== '') return reason;
  return signal !== undefined && signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function deletionStatus({ metadata, status }: Pod): string | undefined {
  if (metadata?.deletionTimestamp === undefined) return undefined;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating';
}

function restartsText(statuses: readonly ContainerStatus[], nowMs: number): string {
  const count = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = statuses.map(({ lastState }) => Date.parse(lastState?.terminated?.finishedAt ?? ''));
  const last = Math.max(...ends.filter((ms) => !Number.isNaN(ms)));
  return count === 0 || last === -Infinity ? String(count) : `${count} (${humanDuration(nowMs - last)} ago)`;
}

function sidecarNames(pod: Pod): ReadonlySet<string> {
  const init = pod.spec?.initContainers ?? [];
  return new Set(init.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
}

/** One that says why it waits or has ended is not counted as ready, whatever its flag says. */
function isRunningReady({ ready, state }: ContainerStatus): boolean {
  return ready && state?.running !== undefined && containerWord(state) === undefined;
}

function hasCondition(status: PodStatus, wanted: string): boolean {
  return status.conditions?.some((condition) => condition.type === wanted && condition.status === 'True') ?? false;
}
