/** A Pod's spec put together again from what the engine's labels and containers say: for a project without its file. */
import type { Container, Pod } from '../manifest/types.ts';
import type { SandboxFacts } from './facts.ts';
import { comparableFacts } from './facts.ts';
import type { Instance, ObservedPod } from './observed.ts';

/** The Pod as it is on the engine; of a Pod whose infra is gone only what its containers tell. */
export function recallPod(observed: ObservedPod): Pod {
  const { name, namespace, facts } = observed;
  const names = Object.keys(facts?.pod.containers ?? Object.fromEntries(observed.instances));
  const init = Object.entries(facts?.pod.initContainers ?? {}).toSorted(([, a], [, b]) => a.position - b.position);
  const recall = (container: string) => recallContainer(container, observed.instances.get(container)?.[0], facts);
  return {
    metadata: { name, namespace, labels: facts?.live.labels ?? {}, annotations: facts?.live.annotations ?? {} },
    spec: {
      restartPolicy: facts?.live.restartPolicy ?? 'Always',
      terminationGracePeriodSeconds: facts?.live.terminationGracePeriodSeconds ?? 30,
      shareProcessNamespace: facts?.pod.shareProcessNamespace ?? false,
      ...(facts?.pod.hostname === undefined ? {} : { hostname: facts.pod.hostname }),
      volumes: Object.entries(facts?.pod.volumes ?? {}).map(([volume, source]) => ({ name: volume, ...source })),
      initContainers: init.map(([container, fact]) =>
        'restartPolicy' in fact ? { ...recall(container), restartPolicy: fact.restartPolicy } : recall(container),
      ),
      containers: names.map(recall),
      readinessGates: (facts?.live.readinessGates ?? []).map((conditionType) => ({ conditionType })),
      ...(facts?.live.activeDeadlineSeconds === undefined
        ? {}
        : { activeDeadlineSeconds: facts.live.activeDeadlineSeconds }),
    },
  };
}

/** The engine's value is expanded; as a value of a file it must stay what it is. */
const literal = (value: string): string => value.replace(/\$(?=[$(])/g, '$$$$');

function recallContainer(name: string, newest: Instance | undefined, sandbox: SandboxFacts | undefined): Container {
  const init = sandbox?.pod.initContainers?.[name];
  const published = init !== undefined && 'restartPolicy' in init ? init : sandbox?.pod.containers[name];
  // A plain init container that was pruned is still known by the infra's label.
  const facts = newest?.facts ?? (init !== undefined && 'image' in init ? init : undefined);
  const { imagePullPolicy = 'IfNotPresent', ports = {}, ...probes } = sandbox?.live.containers[name] ?? {};
  const env = facts === undefined ? {} : comparableFacts(facts, newest?.container.env ?? {}).env;
  return {
    name,
    image: facts?.image ?? '',
    imagePullPolicy,
    ...(facts?.command === undefined ? {} : { command: facts.command }),
    ...(facts?.args === undefined ? {} : { args: facts.args }),
    ...(facts?.workingDir === undefined ? {} : { workingDir: facts.workingDir }),
    env: Object.entries(env).map(([key, value]) => ({ name: key, value: literal(value) })),
    ports: [...Object.values(ports), ...Object.values(published?.hostPorts ?? {})],
    volumeMounts: Object.entries(facts?.volumeMounts ?? {}).map(([mountPath, mount]) => ({ mountPath, ...mount })),
    ...probes,
  };
}
