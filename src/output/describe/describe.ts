/** A Pod in the layout of `kubectl describe pod` (kubectl/pkg/describe/describe.go describePod). */
import type { Event, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { describeContainers } from './describe-container.ts';
import { describeVolumes } from './describe-volumes.ts';
import { humanAge } from '../duration.ts';
import { eventAge, sortEvents } from '../tables/event-table.ts';
import { alignTabs, indent } from '../tables/tabbed.ts';
import { wallTime } from '../wall-time.ts';

/** kubectl breaks a longer annotation off, and what is longer than that. */
const longestAnnotation = 140;

/** kubectl's own note of what was applied: it would repeat the whole Pod. */
const hiddenAnnotations: readonly string[] = ['kubectl.kubernetes.io/last-applied-configuration'];

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

function labelLines(title: string, labels: Readonly<Record<string, string>>): readonly string[] {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((key) => `${key}=${labels[key] ?? ''}`);
  return (pairs.length === 0 ? ['<none>'] : pairs).map((text, i) => `${i === 0 ? `${title}:` : ''}\t${text}`);
}

function annotationLines(annotations: Readonly<Record<string, string>>): readonly string[] {
  const keys = Object.keys(annotations)
    .toSorted()
    .filter((key) => !hiddenAnnotations.includes(key));
  if (keys.length === 0) return ['Annotations:\t<none>'];
  return keys.flatMap((key, i) => {
    const title = i === 0 ? 'Annotations:' : '';
    const value = (annotations[key] ?? '').replace(/\n$/, '');
    if (key.length + value.length + 2 <= longestAnnotation && !value.includes('\n'))
      return [`${title}\t${key}: ${value}`];
    return [`${title}\t${key}:`, ...value.split('\n').map((text) => `\t  ${shorten(text)}`)];
  });
}

function shorten(text: string): string {
  return text.length > longestAnnotation - 2 ? `${text.slice(0, longestAnnotation - 2)}...` : text;
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

function eventLines(events: readonly Event[], nowMs: number): readonly string[] {
  const rows = sortEvents(events).map((event) => {
    const { type = '', reason = '', source, reportingComponent = '', involvedObject, message = '' } = event;
    const part = involvedObject.fieldPath === undefined ? '' : `${involvedObject.fieldPath}: `;
    return [
      type,
      reason,
      eventAge(event, nowMs),
      source?.component ?? reportingComponent,
      `${part}${message.trim()}`,
    ].join('\t');
  });
  return ['Events:', ...indent(1, ['Type\tReason\tAge\tFrom\tMessage', '----\t------\t----\t----\t-------', ...rows])];
}
