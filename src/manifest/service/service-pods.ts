import { compare } from '../pod/identity.ts';
import { hasLabels } from '../pod/label-selector.ts';
import type { Report } from '../yaml/report.ts';
import type { ReadService, ServicePort } from './service.ts';
import type { Pod } from '../../model/pod.ts';

/**
 * The Pods, each with the names of the Services that select it; tells what such a name is not.
 * @param toRun the Pods are to run: a port that leads nowhere is an error
 */
export function withServices(
  pods: readonly Pod[],
  services: readonly ReadService[],
  toRun: boolean,
  report: Report,
): readonly Pod[] {
  const selecting = services.filter(({ selector }) => Object.keys(selector).length > 0);
  const [first] = selecting;
  if (first === undefined) return pods;
  const everybody = "a Service's name is that of all its Pods, ready or not";
  report(first.nameAt, everybody, { severity: 'warning', approximates: true });
  const selected = new Map<ReadService, Pod[]>(selecting.map((service) => [service, []]));
  // By their first label, so that not every Pod is held against every Service.
  const byLabel = new Map<string, ReadService[]>();
  for (const service of selecting) {
    const [label] = Object.entries(service.selector).map((pair) => keyOf(service.namespace, pair));
    if (label !== undefined) byLabel.set(label, [...(byLabel.get(label) ?? []), service]);
  }
  const named = pods.map((pod) => {
    const { namespace, labels } = pod.metadata;
    const near = Object.entries(labels).flatMap((pair) => byLabel.get(keyOf(namespace, pair)) ?? []);
    const mine = near.filter(({ selector }) => hasLabels(labels, selector));
    for (const service of mine) selected.get(service)?.push(pod);
    const names = [...new Set(mine.map(({ name }) => name))].toSorted(compare);
    return names.length === 0 ? pod : { ...pod, services: names };
  });
  for (const service of selecting)
    for (const port of service.ports) checkTarget(service.name, port, selected.get(service) ?? [], toRun, report);
  return named;
}

function keyOf(namespace: string, [label, value]: readonly [string, string]): string {
  return `${namespace} ${label}=${value}`;
}

/** The name leads straight to the Pods, so there is no other port than theirs. */
function checkTarget(
  name: string,
  { port, targetPort, at }: ServicePort,
  pods: readonly Pod[],
  toRun: boolean,
  report: Report,
): void {
  const targets = typeof targetPort === 'number' ? [targetPort] : pods.flatMap((pod) => portsNamed(targetPort, pod));
  const other = targets.find((target) => target !== port);
  if (other === undefined) return;
  report(at, `podrun gives the Service's name to its Pods: ${name}:${port} reaches nothing, use ${other}`, {
    severity: toRun ? 'error' : 'warning',
    hint: `write port: ${other}, and call ${name}:${other}`,
  });
}

function portsNamed(name: string, { spec }: Pod): readonly number[] {
  const containers = [...spec.initContainers, ...spec.containers];
  return containers.flatMap(({ ports }) =>
    ports.filter((port) => port.name === name).map(({ containerPort }) => containerPort),
  );
}
