/** The parts that what is described has in common. */
import type { Event } from 'kubernetes-types/core/v1.js';
import { eventAge, sortEvents } from '../tables/event-table.ts';
import { indent } from '../tables/tabbed.ts';

/** kubectl breaks a longer annotation off, and what is longer than that. */
const longestAnnotation = 140;

/** kubectl's own note of what was applied: it would repeat the whole Pod. */
const hiddenAnnotations: readonly string[] = ['kubectl.kubernetes.io/last-applied-configuration'];

export function labelLines(title: string, labels: Readonly<Record<string, string>>): readonly string[] {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((key) => `${key}=${labels[key] ?? ''}`);
  return (pairs.length === 0 ? ['<none>'] : pairs).map((text, i) => `${i === 0 ? `${title}:` : ''}\t${text}`);
}

export function annotationLines(annotations: Readonly<Record<string, string>>): readonly string[] {
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

export function eventLines(events: readonly Event[], nowMs: number): readonly string[] {
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
