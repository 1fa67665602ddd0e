/** Events as `kubectl events` and `kubectl describe` show them. */
import type { Event } from 'kubernetes-types/core/v1.js';
import { alignColumns, headerRow } from './columns.ts';
import { humanAge } from '../duration.ts';

export interface EventTableOptions {
  readonly wide: boolean;
  readonly allNamespaces: boolean;
  readonly noHeaders: boolean;
  readonly nowMs: number;
}

/** The lines of the table, in the order given; none without an event. */
export function eventTable(events: readonly Event[], options: EventTableOptions): readonly string[] {
  if (events.length === 0) return [];
  const columns = eventColumns(options);
  const header = options.noHeaders ? [] : [headerRow(columns.map(({ name }) => name))];
  return alignColumns([...header, ...events.map((event) => columns.map(({ cell }) => cell(event)))]);
}

/** Oldest last sighting first; those of one second stay as they are. */
export function sortEvents(events: readonly Event[]): readonly Event[] {
  const seen = (event: Event) => Date.parse(event.lastTimestamp ?? event.firstTimestamp ?? '') || 0;
  return events.toSorted((a, b) => seen(a) - seen(b));
}

/** `12s`, or `2s (x5 over 1m)` for one that came several times. */
export function eventAge({ count = 1, firstTimestamp, lastTimestamp }: Event, nowMs: number): string {
  if (count <= 1) return humanAge(firstTimestamp ?? lastTimestamp, nowMs);
  return `${humanAge(lastTimestamp, nowMs)} (x${count} over ${humanAge(firstTimestamp, nowMs)})`;
}

interface Column {
  readonly name: string;
  readonly cell: (event: Event) => string;
}

function eventColumns({ wide, allNamespaces, nowMs }: EventTableOptions): readonly Column[] {
  const only = (condition: boolean, ...columns: readonly Column[]) => (condition ? columns : []);
  return [
    ...only(allNamespaces, { name: 'Namespace', cell: ({ involvedObject }) => involvedObject.namespace ?? '' }),
    { name: 'Last Seen', cell: (event) => eventAge(event, nowMs) },
    { name: 'Type', cell: ({ type = '' }) => type },
    { name: 'Reason', cell: ({ reason = '' }) => reason },
    { name: 'Object', cell: ({ involvedObject: { kind = '', name = '' } }) => `${kind.toLowerCase()}/${name}` },
    ...only(
      wide,
      { name: 'Subobject', cell: ({ involvedObject }) => involvedObject.fieldPath ?? '' },
      { name: 'Source', cell: ({ source }) => [source?.component, source?.host].filter(Boolean).join(', ') },
    ),
    { name: 'Message', cell: ({ message = '' }) => message.trim() },
    ...only(
      wide,
      { name: 'First Seen', cell: ({ firstTimestamp }) => humanAge(firstTimestamp, nowMs) },
      { name: 'Count', cell: ({ count = 1 }) => String(count) },
      { name: 'Name', cell: ({ metadata }) => metadata.name ?? '' },
    ),
  ];
}
