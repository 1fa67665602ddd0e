/** Where the project's `endpoints` lead: each `{POD:PORT}` of them is a published port of a Pod. */
import { AUTO_PORTS } from '../../model/annotations.ts';
import { NAMESPACE } from '../defaults.ts';
import type { Identity } from '../pod/identity.ts';
import { compare } from '../pod/identity.ts';
import { indexPods } from '../pod/depends-on.ts';
import type { ReadPod } from '../pod/pod.ts';
import { didYouMean } from '../schema/field-hint.ts';
import { suggest } from '../schema/suggest.ts';
import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid } from '../yaml/report.ts';
import type { Container, ContainerPort } from '../../model/container.ts';
import type { Endpoint, PodPort } from '../../model/project.ts';
import type { WrittenEndpoint } from './written-endpoint.ts';

/** What stands for a place: what JSON has in braces has quotation marks, and is left as it is. */
const PLACES = /\{([^{}\s"']+)\}/g;

/**
 * Reports what names no Pod of the files, or no port of it that is published.
 * @param all the Pods of the files, those of other profiles too: what does not run has no endpoint, which is no mistake
 */
export function resolveEndpoints(
  written: readonly WrittenEndpoint[],
  all: readonly ReadPod[],
  controllers: readonly Identity[],
  report: Report,
): readonly Endpoint[] {
  // The Pods of one template share its annotation.
  const distinct = written.filter(({ name, at }, index) => {
    const first = written.findIndex((other) => other.name === name);
    if (first !== index && written[first]?.at !== at) report(at, duplicate(name), { on: 'key' });
    return first === index;
  });
  return distinct
    .map(({ name, text, at }): Endpoint => {
      const places = [...text.matchAll(PLACES)].map(([, place = '']) => place);
      const ports = [...new Set(places)].flatMap((place) => {
        const port = findPort(place, at, all, controllers, report);
        return port === undefined ? [] : [[place, port] as const];
      });
      return { name, text, ports: Object.fromEntries(ports) };
    })
    .toSorted((a, b) => compare(a.name, b.name));
}

function findPort(
  place: string,
  at: Cursor,
  all: readonly ReadPod[],
  controllers: readonly Identity[],
  report: Report,
): PodPort | undefined {
  const [name = '', wanted, ...more] = place.split(':');
  if (name === '' || wanted === undefined || wanted === '' || more.length > 0) {
    report(at, invalid(`{${place}}`, 'must be {POD:PORT}'), { hint: 'for example {db:5432}' });
    return undefined;
  }
  const named = indexPods(all, controllers)(NAMESPACE, name);
  const found = named.length > 0 ? named : all.filter(({ pod }) => pod.metadata.name === name);
  const [first] = found;
  if (first === undefined) {
    const near = suggest(name, [...all.map(({ pod }) => pod.metadata.name), ...controllers.map((each) => each.name)]);
    report(at, `Not found: {${place}}: no Pod of the project has the name ${name}`, {
      hint: near === undefined ? undefined : didYouMean(near),
    });
    return undefined;
  }
  const ports = portsOf(first);
  const meant = ports.filter(({ port }) => isMeant(port, wanted));
  const published = meant.find(({ port }) => port.hostPort !== undefined || port.autoPort === true);
  const [other] = meant;
  if (published === undefined && other !== undefined) {
    const { containerPort } = other.port;
    report(at, `Invalid value: {${place}}: port ${wanted} of ${name} is not published`, {
      hint: `write "auto:${containerPort}" in its ports, or as an annotation ${AUTO_PORTS}: "${other.container}:${containerPort}"`,
    });
  } else if (published === undefined) {
    const known = ports.map(({ port }) => portText(port));
    report(at, `Not found: {${place}}: ${name} has no port ${wanted}`, {
      hint: known.length === 0 ? 'write it in the ports of its container' : `its ports are ${known.join(', ')}`,
    });
  }
  if (published === undefined) return undefined;
  const { namespace, name: pod } = first.pod.metadata;
  const { containerPort, protocol } = published.port;
  return { namespace, pod, containerPort, protocol };
}

interface Owned {
  readonly container: string;
  readonly port: ContainerPort;
}

/** As in Kubernetes, an init container that runs to its end publishes nothing. */
function portsOf({ pod: { spec } }: ReadPod): readonly Owned[] {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...spec.containers].flatMap(({ name: container, ports }: Container) =>
    ports.map((port) => ({ container, port })),
  );
}

/** `5432` is TCP's, `53/udp` says it, and a name is the port's own. */
const isMeant = (port: ContainerPort, wanted: string): boolean =>
  port.name === wanted || portText(port) === wanted.toLowerCase().replace(/\/tcp$/, '');

const portText = ({ containerPort, protocol }: ContainerPort): string =>
  protocol === 'TCP' ? String(containerPort) : `${containerPort}/${protocol.toLowerCase()}`;
