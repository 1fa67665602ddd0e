import type { Pod } from 'kubernetes-types/core/v1.js';
import { alignColumns, headerRow } from './columns.ts';
import { labelColumn, labelsText, orNone } from './label-columns.ts';
import { countCharacters } from '../text.ts';
import { humanAge } from '../duration.ts';
import { publishedPorts } from './published-ports.ts';
import { summarizePod } from './pod-summary.ts';

export interface PodTableOptions {
  readonly wide: boolean;
  readonly allNamespaces: boolean;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  /** Labels that have a column of their own. */
  readonly labelColumns?: readonly string[];
  /** `pod/web`: several kinds are told. */
  readonly withKind?: boolean;
  /** With the published ports, which kubectl's table does not have. */
  readonly ports?: boolean;
  /** How wide the terminal is: what of the ports does not fit is told in short, see {@link portsText}. */
  readonly columns?: number | undefined;
  readonly nowMs: number;
  /** The widths so far of a table that grows, see {@link alignColumns}. */
  readonly widths?: number[];
  /** What became of each Pod, for a column of its own. */
  readonly events?: readonly string[];
}

/** The lines of `kubectl get pods`; none without a Pod. */
export function podTable(pods: readonly Pod[], options: PodTableOptions): readonly string[] {
  if (pods.length === 0) return [];
  const whole = tableOf(pods, options, portsText);
  const { columns = Infinity } = options;
  const isWide = (lines: readonly string[]): boolean => lines.some((line) => countCharacters(line) > columns);
  if (options.ports !== true || !isWide(whole)) return whole;
  const short = tableOf(pods, options, shortPortsText);
  return isWide(short) ? tableOf(pods, options, countPorts) : short;
}

function tableOf(pods: readonly Pod[], options: PodTableOptions, portsCell: (pod: Pod) => string): readonly string[] {
  const columns = podColumns(options, portsCell);
  const event = (text: string | undefined) => (text === undefined ? [] : [text]);
  const names = [...event(options.events && 'Event'), ...columns.map(({ name }) => name)];
  const rows = pods.map((pod, index) => [...event(options.events?.[index]), ...columns.map(({ cell }) => cell(pod))]);
  return alignColumns([...(options.noHeaders ? [] : [headerRow(names)]), ...rows], options.widths);
}

interface Column {
  readonly name: string;
  readonly cell: (pod: Pod) => string;
}

function podColumns(options: PodTableOptions, portsCell: (pod: Pod) => string): readonly Column[] {
  const { wide, allNamespaces, showLabels, labelColumns = [], ports = false, withKind, nowMs } = options;
  const namespace: Column = { name: 'Namespace', cell: (pod) => pod.metadata?.namespace ?? '' };
  const narrow: readonly Column[] = [
    { name: 'Name', cell: ({ metadata }) => `${withKind === true ? 'pod/' : ''}${metadata?.name ?? ''}` },
    { name: 'Ready', cell: (pod) => readyText(pod, nowMs) },
    { name: 'Status', cell: (pod) => summarizePod(pod, nowMs).status },
    { name: 'Restarts', cell: (pod) => summarizePod(pod, nowMs).restarts },
    { name: 'Age', cell: (pod) => humanAge(pod.metadata?.creationTimestamp, nowMs) },
  ];
  const labels: Column = { name: 'Labels', cell: labelsText };
  return [
    ...(allNamespaces ? [namespace] : []),
    ...narrow,
    ...(ports ? [{ name: 'Ports', cell: portsCell }] : []),
    ...(wide ? wideColumns : []),
    ...labelColumns.map(labelColumn),
    ...(showLabels ? [labels] : []),
  ];
}

const wideColumns: readonly Column[] = [
  { name: 'IP', cell: ({ status }) => orNone(status?.podIPs?.[0]?.ip ?? status?.podIP) },
  { name: 'Node', cell: ({ spec }) => orNone(spec?.nodeName) },
  { name: 'Nominated Node', cell: ({ status }) => orNone(status?.nominatedNodeName) },
  { name: 'Readiness Gates', cell: gatesText },
];

const publishedOf = ({ spec }: Pod) => publishedPorts([...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]);

/** As `docker ps` writes them. */
const portsText = (pod: Pod): string =>
  publishedOf(pod)
    .map(({ address, port }) => `${address}->${port}`)
    .join(', ');

/** Without what goes without saying. */
const shortPortsText = (pod: Pod): string =>
  publishedOf(pod)
    .map(({ address, port }) => `${address.replace(/^127\.0\.0\.1:/, '')}->${port.replace(/\/tcp$/, '')}`)
    .join(', ');

/** `podrun port` and `-o wide` have them. */
function countPorts(pod: Pod): string {
  const { length } = publishedOf(pod);
  return length < 2 ? shortPortsText(pod) : `${length} ports`;
}

function readyText(pod: Pod, nowMs: number): string {
  const { ready, total } = summarizePod(pod, nowMs);
  return `${ready}/${total}`;
}

function gatesText({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) =>
    status?.conditions?.some((condition) => condition.type === conditionType && condition.status === 'True'),
  );
  return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
}
