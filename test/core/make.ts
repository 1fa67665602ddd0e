/** Pods, containers and engine objects for the core's tests: defaults, and what a test wants otherwise. */
import { containerFacts, sandboxFacts } from '../../src/core/runtime/facts.ts';
import { label, podLabels, projectLabels } from '../../src/core/runtime/labels.ts';
import type { Instance } from '../../src/core/runtime/observed.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { initialState } from '../../src/core/state/state.ts';
import type { Self } from '../../src/core/state/self.ts';
import type { State } from '../../src/core/state/state.ts';
import { admission } from './launch.ts';
import type { Container } from '../../src/model/container.ts';
import type { Pod, PodSpec } from '../../src/model/pod.ts';
import type { Probe } from '../../src/model/probe.ts';
import type { Project } from '../../src/model/project.ts';

export const self: Self = {
  project: 'shop',
  dir: '/home/me/shop',
  infraImage: 'busybox',
  takeOver: false,
  removeOrphans: false,
  timeZone: 'UTC',
  limits: { calls: 8, pulls: 2 },
  ...admission,
  startedAtMs: 1_000,
  id: 'me',
};

export const ref = { name: 'web', namespace: 'default', uid: '11111111-2222-4333-8444-555555555555' };

export const infraId = 'infra0';

export function makeState(): State {
  return initialState(self, [1, 2, 3, 4], 0);
}

export function makeContainer(name: string, over: Partial<Container> = {}): Container {
  return { name, image: `${name}:1`, imagePullPolicy: 'IfNotPresent', env: [], ports: [], volumeMounts: [], ...over };
}

export function makePod(name: string, spec: Partial<PodSpec> = {}, labels: Readonly<Record<string, string>> = {}): Pod {
  return {
    metadata: { name, namespace: 'default', labels, annotations: {} },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      shareProcessNamespace: false,
      initContainers: [],
      readinessGates: [],
      containers: [makeContainer('app')],
      volumes: [],
      ...spec,
    },
  };
}

export function makeProject(...pods: readonly Pod[]): Project {
  return { name: 'shop', dir: '/home/me/shop', pods, claims: [], objects: [] };
}

export function makeProbe(over: Partial<Probe> = {}): Probe {
  return {
    tcpSocket: { port: 80 },
    initialDelaySeconds: 0,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...over,
  };
}

/** A container on the engine, as it was made for the Pod of {@link ref}. */
export function onEngine(container: Container, attempt: number, over: Partial<EngineContainer> = {}): EngineContainer {
  const name = `shop.web.${container.name}.11111111.${attempt}`;
  return {
    id: `${container.name}${attempt}`,
    name,
    labels: {
      ...projectLabels({ project: 'shop' }, 'container', name),
      ...podLabels(ref),
      [label.containerName]: container.name,
      [label.attempt]: String(attempt),
      [label.facts]: JSON.stringify(containerFacts(container)),
    },
    image: container.image,
    imageId: 'sha256:1',
    state: 'running',
    createdAtMs: 10_000,
    startedAtMs: 10_000,
    exitCode: 0,
    oomKilled: false,
    error: '',
    joinedTo: infraId,
    address: '',
    env: Object.fromEntries(container.env.map(({ name: key, value }) => [key, value])),
    stopSignal: 'SIGTERM',
    ...over,
  };
}

export function infraOnEngine(pod: Pod, over: Partial<EngineContainer> = {}): EngineContainer {
  const name = 'shop.web.11111111.0';
  const { joinedTo: _none, ...container } = onEngine(makeContainer('infra'), 0);
  return {
    ...container,
    id: infraId,
    name,
    labels: {
      ...projectLabels({ project: 'shop' }, 'infra', name),
      ...podLabels(ref),
      [label.attempt]: '0',
      [label.dir]: self.dir,
      [label.facts]: JSON.stringify(sandboxFacts(pod)),
    },
    createdAtMs: 9_000,
    startedAtMs: 9_000,
    address: '172.20.0.2',
    ...over,
  };
}

/** A container that ended, as the restart rules see it. */
export function ended(over: Partial<EngineContainer>, backoffMs?: number): Instance {
  const container = onEngine(makeContainer('app'), 0, { state: 'exited', finishedAtMs: 20_000, exitCode: 1, ...over });
  return { container, name: 'app', attempt: 0, ...(backoffMs === undefined ? {} : { backoffMs }) };
}
