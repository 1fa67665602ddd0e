/** A Pod's spec put together again from what the engine's labels and containers say: for a project without its file. */
import type { Container, ContainerPort } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import { allContainers } from '../runtime/facts.ts';
import type { ContainerFacts, InitFacts, SandboxFacts } from '../runtime/facts.ts';
import type { Instance, ObservedPod } from '../runtime/observed.ts';

/** The Pod as it is on the engine; of a Pod whose infra is gone only what its containers tell. */
export function recallPod(observed: ObservedPod): Pod {
  const { name, namespace, facts } = observed;
  const names = Object.keys(facts?.pod.containers ?? Object.fromEntries(observed.instances));
  const init = Object.entries(facts?.pod.initContainers ?? {}).toSorted(([, a], [, b]) => a.position - b.position);
  const { volumes, services, containers: _names, initContainers: _init, ...fields } = facts?.pod ?? noFacts.pod;
  const { restartPolicy, terminationGracePeriodSeconds, activeDeadlineSeconds, readinessGates } =
    facts?.live ?? noFacts.live;
  const ends = observed.record.end?.containers;
  const recall = (container: string) =>
    recallContainer(container, observed.instances.get(container)?.[0], facts, ends?.[container]?.facts);
  return {
    ...(services === undefined ? {} : { services, aliases: services }),
    metadata: {
      ...{ name, namespace, labels: facts?.live.labels ?? {}, annotations: facts?.live.annotations ?? {} },
      ...(facts?.live.owner === undefined ? {} : { ownerReference: facts.live.owner }),
    },
    spec: {
      ...fields,
      restartPolicy,
      terminationGracePeriodSeconds,
      ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
      volumes: Object.entries(volumes).map(([volume, source]) => ({ name: volume, ...source })),
      initContainers: init.map(([container, fact]) =>
        'restartPolicy' in fact ? { ...recall(container), restartPolicy: fact.restartPolicy } : recall(container),
      ),
      containers: names.map(recall),
      readinessGates: readinessGates.map((conditionType) => ({ conditionType })),
    },
  };
}

/** The Pod as its labels tell it, if they tell all: what runs is kept so although another podrun applied it. */
export function recallWhole(observed: ObservedPod): Pod | undefined {
  const pod = recallPod(observed);
  return observed.facts !== undefined && allContainers(pod.spec).every(({ image }) => image !== '') ? pod : undefined;
}

const noFacts: SandboxFacts = {
  pod: { shareProcessNamespace: false, volumes: {}, containers: {}, initContainers: {} },
  live: {
    labels: {},
    annotations: {},
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    readinessGates: [],
    containers: {},
  },
};

/** The engine's value is expanded; as a value of a file it must stay what it is. */
const literal = (value: string): string => value.replace(/\$(?=[$(])/g, '$$$$');

/** @param ended what it was at the Pod's end, for one that was pruned since: the values of its variables are lost */
function recallContainer(
  name: string,
  newest: Instance | undefined,
  sandbox: SandboxFacts | undefined,
  ended: ContainerFacts | undefined,
): Container {
  const init = sandbox?.pod.initContainers?.[name];
  const published = init !== undefined && 'restartPolicy' in init ? init : sandbox?.pod.containers[name];
  // A plain init container that was pruned is still known by the infra's label.
  const facts = newest?.facts ?? initFactsOf(init) ?? (newest === undefined ? ended : undefined);
  const { imagePullPolicy = 'IfNotPresent', ports = {}, ...live } = sandbox?.live.containers[name] ?? {};
  if (facts === undefined)
    return { ...unknownContainer(name), imagePullPolicy, ports: portsOf(ports, published), ...live };
  const { env, valueFrom = {}, imported: _imported, volumeMounts, ...fields } = facts;
  const values = newest?.container.env ?? Object.fromEntries((ended?.env ?? []).map((key) => [key, '']));
  return {
    name,
    ...fields,
    imagePullPolicy,
    env: [
      ...Object.entries(valueFrom).map(([key, source]) => ({ name: key, value: '', valueFrom: source })),
      ...env.flatMap((key) => (values[key] === undefined ? [] : [{ name: key, value: literal(values[key]) }])),
    ],
    ports: portsOf(ports, published),
    volumeMounts: Object.entries(volumeMounts).map(([mountPath, mount]) => ({ mountPath, ...mount })),
    ...live,
  };
}

function initFactsOf(init: InitFacts | undefined): ContainerFacts | undefined {
  if (init === undefined || !('image' in init)) return undefined;
  const { position: _position, ...facts } = init;
  return facts;
}

type Ports = Readonly<Record<string, ContainerPort>>;

const portsOf = (ports: Ports, published: { readonly hostPorts: Ports } | undefined): readonly ContainerPort[] => [
  ...Object.values(ports),
  ...Object.values(published?.hostPorts ?? {}),
];

const unknownContainer = (name: string): Container => ({
  name,
  image: '',
  imagePullPolicy: 'IfNotPresent',
  env: [],
  ports: [],
  volumeMounts: [],
});
