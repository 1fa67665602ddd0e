/** A diagnosis as text. */
import type { ContainerDiagnosis, PodDiagnosis } from './diagnosis.ts';

/** The causes of so many are enough to begin with; the others are named. */
const mostPods = 10;

/** @param withLogs false: what the containers wrote stands elsewhere already */
export function diagnosisLines(
  pods: readonly PodDiagnosis[],
  { withLogs }: { readonly withLogs: boolean },
): readonly string[] {
  const more = pods.slice(mostPods).map(({ pod, status }) => `${pod} (${status})`);
  return [
    ...pods.slice(0, mostPods).flatMap((pod) => podLines(pod, withLogs)),
    ...(more.length === 0 ? [] : [`and ${more.length} more: ${more.join(', ')}`]),
  ];
}

/** `web is CrashLoopBackOff, 0/1 ready`. */
export const podHeadline = ({ pod, status, ready }: PodDiagnosis): string =>
  `${pod} is ${status === '' ? 'Pending' : status}, ${ready} ready`;

/** What is under its headline; lines of a log are set in by four more. */
export function podBody({ causes, containers }: PodDiagnosis, withLogs: boolean): readonly string[] {
  return [...causes, ...containers.flatMap((container) => containerLines(container, withLogs))];
}

const podLines = (pod: PodDiagnosis, withLogs: boolean): readonly string[] => [
  podHeadline(pod),
  ...podBody(pod, withLogs).map((line) => `  ${line}`),
];

function containerLines({ name, state, facts, log }: ContainerDiagnosis, withLogs: boolean): readonly string[] {
  const lines = log.length === 1 ? 'the last line' : `the last ${log.length} lines`;
  const wrote = withLogs && log.length > 0 ? [`  ${lines} of its log:`, ...log.map((line) => `    ${line}`)] : [];
  return [`container ${name}: ${state}`, ...facts.map((fact) => `  ${fact}`), ...wrote];
}
