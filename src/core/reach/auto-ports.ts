/** Free ports of the machine in the place of `auto:`: which are wanted, which a Pod has already, and which to try. */
import type { Container, ContainerPort } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { allContainers } from '../runtime/facts.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { mapPods } from '../spec/map-pods.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { recallPod } from '../spec/recall.ts';

/** A port that is to be published on a free one. */
export interface AutoPort {
  /** Names it over edits and restarts: Pod, container, port, and which of several of that number it is. */
  readonly key: string;
  readonly hostIP: string;
  readonly protocol: ContainerPort['protocol'];
}

/** Below what systems give connections that go out (Linux from 32768, macOS from 49152), and below Kubernetes' node ports. */
const firstPort = 20_000;
const portCount = 10_000;

/** The ports of the project that are still without a host port, in the file's order. */
export const wantedPorts = ({ pods }: Pick<Project, 'pods'>): readonly AutoPort[] =>
  pods.flatMap((pod) =>
    keyedPorts(pod).flatMap(({ key, port: { autoPort, hostIP = '127.0.0.1', protocol } }) =>
      autoPort === true ? [{ key, hostIP, protocol }] : [],
    ),
  );

/** The host ports that the Pods on the engine have, by key; of two lives of a Pod the newer one's. */
export const heldPorts = (lives: readonly ObservedPod[]): ReadonlyMap<string, number> =>
  publishedPorts(lives.map(recallPod));

/** The host ports of Pods, by key. */
export const publishedPorts = (pods: readonly Pod[]): ReadonlyMap<string, number> =>
  new Map(
    pods.flatMap((pod) =>
      keyedPorts(pod).flatMap(({ key, port: { hostPort } }) =>
        hostPort === undefined ? [] : [[key, hostPort] as const],
      ),
    ),
  );

/**
 * The host ports to try for a port, one after another, without an end: the same ones each time, so that a Pod that was
 * taken down mostly gets its old port again, and others for each project.
 */
export function* candidatePorts(project: string, key: string): Generator<number, never> {
  for (let round = 0; ; round += 1) yield firstPort + (hashOf(`${round}\n${key}\n${project}`) % portCount);
}

/** FNV-1a with MurmurHash3's last mixing: even over a few thousand, and no secret. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The project with each of its automatic ports published on the port that is chosen for it; one without a choice stays. */
export function withPorts(project: Project, chosen: ReadonlyMap<string, number>): Project {
  if (wantedPorts(project).length === 0) return project;
  return {
    ...project,
    pods: project.pods.map((pod) => mapPorts(pod, (port, key) => published(port, chosen.get(key)))),
  };
}

function published(port: ContainerPort, hostPort: number | undefined): ContainerPort {
  if (port.autoPort !== true || hostPort === undefined) return port;
  const { autoPort: _auto, ...rest } = port;
  return { ...rest, hostPort };
}

/** The project with every published port automatic, each on the address that it has: but where the Pod's ports are the machine's own. */
export const withAllAutomatic = (project: Project): Project =>
  mapPods(project, (pod) =>
    pod.spec.hostNetwork === true
      ? pod
      : mapPorts(pod, ({ hostPort, ...port }) => (hostPort === undefined ? port : { ...port, autoPort: true })),
  );

function mapPorts(pod: Pod, change: (port: ContainerPort, key: string) => ContainerPort): Pod {
  const keys = new Map(keyedPorts(pod).map(({ key, port }) => [port, key]));
  const changed = (container: Container): Container => ({
    ...container,
    ports: container.ports.map((port) => change(port, keys.get(port) ?? '')),
  });
  const { initContainers, containers } = pod.spec;
  return {
    ...pod,
    spec: { ...pod.spec, initContainers: initContainers.map(changed), containers: containers.map(changed) },
  };
}

/** The published ports of a Pod with their keys; those to be published are as good. */
function keyedPorts({ metadata, spec }: Pod): readonly { readonly key: string; readonly port: ContainerPort }[] {
  const counts = new Map<string, number>();
  return allContainers(spec).flatMap(({ name, ports }) =>
    ports
      .filter(({ hostPort, autoPort }) => hostPort !== undefined || autoPort === true)
      .map((port) => {
        const plain = `${podKey(metadata)}/${name}/${port.containerPort}/${port.protocol}`;
        const count = (counts.get(plain) ?? 0) + 1;
        counts.set(plain, count);
        return { key: count === 1 ? plain : `${plain}#${count}`, port };
      }),
  );
}
