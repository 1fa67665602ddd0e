/** A workload's life on an engine that does at once what it is asked: edits of its template, and what runs after each. */
import { snapshotOf } from '../../../src/core/state/state.ts';
import { projectOf } from '../../manifest/parse.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makePod } from '../make.ts';

export interface Spec {
  readonly image?: string;
  readonly replicas?: number;
  readonly more?: Readonly<Record<string, unknown>>;
  /** Of the template's spec. */
  readonly podSpec?: Readonly<Record<string, unknown>>;
  readonly isProbed?: boolean;
}

export function workload(
  kind: string,
  { image = 'app:1', replicas = 3, more, podSpec, isProbed = true }: Spec,
): string {
  const readinessProbe = { exec: { command: ['true'] } };
  const app = { name: 'app', image, ...(isProbed ? { readinessProbe } : {}) };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [app], ...podSpec } };
  const spec = { selector: { matchLabels: { app: 'web' } }, template, ...more };
  const count = kind === 'DaemonSet' ? {} : { replicas };
  return JSON.stringify({
    ...{ apiVersion: 'apps/v1', kind, metadata: { name: 'web' } },
    spec: { ...count, ...spec },
  });
}

/** Another Pod stands beside it, so that the file is one from the beginning. */
const other = makePod('other');

export function begin(kind: string, spec: Spec = {}): Drive {
  const d = drive(other);
  edit(d, kind, spec);
  return d;
}

export function edit(d: Drive, kind: string, spec: Spec): void {
  const { pods, workloads = [] } = projectOf(workload(kind, spec));
  d.edit({ pods: [other, ...pods], workloads });
}

/** All checks of now succeed, and what follows from that. */
export function becomeReady(d: Drive): void {
  d.checked('readiness', 'success');
  d.wait(0);
}

/** `app:1 2, app:2 1`: how many Pods of each image run. */
export function running(d: Drive): string {
  const counts = new Map<string, number>();
  for (const { image } of apps(d)) counts.set(image, (counts.get(image) ?? 0) + 1);
  return [...counts]
    .map(([image, count]) => `${image} ${count}`)
    .toSorted()
    .join(', ');
}

/** `web-0 app:1, web-1 app:2`. */
export const named = (d: Drive): string =>
  apps(d)
    .map(({ labels, image }) => `${labels['io.kubernetes.pod.name']} ${image}`)
    .toSorted()
    .join(', ');

export const apps = (d: Drive) =>
  snapshotOf(d.state()).containers.filter(
    ({ labels, state }) =>
      state === 'running' &&
      labels['io.kubernetes.container.name'] === 'app' &&
      labels['io.kubernetes.pod.name'] !== 'other',
  );
