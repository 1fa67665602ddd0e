/** A Pod in the layout of `kubectl describe pod` (kubectl/pkg/describe/describe.go describePod). */
import type { Event, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { describeContainers } from './describe-container.ts';
import { annotationLines, eventLines, labelLines } from './describe-lines.ts';
import { describeVolumes } from './describe-volumes.ts';
import { humanAge } from '../duration.ts';
import { alignTabs, indent } from '../tables/tabbed.ts';
import { wallTime } from '../wall-time.ts';

/**
 * The Pod's lines.
 * @param events those of this Pod, in any order; undefined: they are not asked for
 */
export function describePod(pod: Pod, events: readonly Event[] | undefined, nowMs: number): readonly string[] {
  const lines = podLines(pod, nowMs);
  if (events === undefined) return alignTabs(lines);
  if (events.length === 0) return alignTabs([...lines, 'Events:\t<none>']);
  // Aligned by itself: kubectl writes out what stands before.
  return [...alignTabs(lines), ...alignTabs(eventLines(events, nowMs))];
}

function podLines(pod: Pod, nowMs: number): readonly string[] {
  const { metadata, spec, status } = pod;
  const { priority, priorityClassName, runtimeClassName, serviceAccountName, nodeName, securityContext } = spec ?? {};
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  return [
    `Name:\t${metadata?.name ?? ''}`,
    `Namespace:\t${metadata?.namespace ?? ''}`,
    ...line('Priority', priority),
    ...line('Priority Class Name', priorityClassName),
    ...line('Runtime Class Name', runtimeClassName),
    ...line('Service Account', serviceAccountName),
    `Node:\t${nodeName ? `${nodeName}/${status?.hostIP ?? ''}` : '<none>'}`,
    ...line('Start Time', status?.startTime === undefined ? undefined : wallTime(status.startTime)),
    ...labelLines('Labels', metadata?.labels ?? {}),
    ...annotationLines(metadata?.annotations ?? {}),
    ...statusLines(pod, nowMs),
    ...line('SeccompProfile', securityContext?.seccompProfile?.type),
    `IP:\t${status?.podIP ?? ''}`,
    ...ipLines(status?.podIPs ?? []),
    ...line('Controlled By', owner && `${owner.kind}/${owner.name}`),
    ...(spec?.initContainers?.length
      ? describeContainers('Init Containers', spec.initContainers, status?.initContainerStatuses ?? [], pod)
      : []),
    ...describeContainers('Containers', spec?.containers ?? [], status?.containerStatuses ?? [], pod),
    ...gateLines(pod),
    ...conditionLines(status?.conditions ?? []),
    ...describeVolumes(spec?.volumes ?? []),
    `QoS Class:\t${status?.qosClass ?? ''}`,
    ...labelLines('Node-Selectors', spec?.nodeSelector ?? {}),
    'Tolerations:\t<none>',
  ];
}

function line(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [`${name}:\t${value}`];
}

function statusLines({ metadata, status }: Pod, nowMs: number): readonly string[] {
  const { phase = '', reason, message } = status ?? {};
  const deleting = metadata?.deletionTimestamp !== undefined && phase !== 'Succeeded' && phase !== 'Failed';
  const word = deleting ? `Terminating (lasts ${humanAge(metadata.deletionTimestamp, nowMs)})` : phase;
  const grace = deleting ? [`Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`] : [];
  return [`Status:\t${word}`, ...grace, ...line('Reason', reason), ...line('Message', message)];
}

function ipLines(ips: readonly { ip?: string }[]): readonly string[] {
  return ips.length === 0
    ? ['IPs:\t<none>']
    : [
        'IPs:',
        ...indent(
          1,
          ips.map(({ ip = '' }) => `IP:\t${ip}`),
        ),
      ];
}

function gateLines({ spec, status }: Pod): readonly string[] {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return [];
  const statusOf = (type: string) =>
    status?.conditions?.find((condition) => condition.type === type)?.status ?? '<none>';
  return [
    'Readiness Gates:',
    ...indent(1, [
      'Type\tStatus',
      ...gates.map(({ conditionType }) => `${conditionType} \t${statusOf(conditionType)}`),
    ]),
  ];
}

function conditionLines(conditions: readonly PodCondition[]): readonly string[] {
  if (conditions.length === 0) return [];
  return [
    'Conditions:',
    ...indent(1, ['Type\tStatus', ...conditions.map(({ type, status }) => `${type} \t${status}`)]),
  ];
}
