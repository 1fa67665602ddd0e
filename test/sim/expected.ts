/** Whether the engine holds what it should once all is quiet, told from the engine's own state. */
import { comparableContainer, comparableFacts, liveFacts, podFacts } from '../../src/core/facts.ts';
import { isOurs, kindOf, label } from '../../src/core/labels.ts';
import { observe } from '../../src/core/observed.ts';
import type { Instance, ObservedPod } from '../../src/core/observed.ts';
import { podKey } from '../../src/core/pod-ref.ts';
import type { Container, Pod, Project } from '../../src/manifest/types.ts';
import { addressOf, isUp, snapshotOf } from './engine.ts';
import type { SimContainer, SimEngine } from './engine.ts';

/** How late a probe's verdict, a kill and a look may be together. */
const slackMs = 12_000;

/** Why the engine is not as the file says; undefined when it is. */
export function whyNotUp(
  engine: SimEngine,
  project: Project,
  mayStay: (podKey: string) => boolean,
): string | undefined {
  const observed = observe(snapshotOf(engine, project.name, 0));
  if (observed.networks.length !== 1) return `${observed.networks.length} networks`;
  if (observed.helpers.length > 0) return 'a helper is left';
  const missing = project.claims.find(
    ({ name, namespace }) =>
      !observed.claims.has(`${project.name}_${namespace === 'default' ? '' : `${namespace}.`}${name}`),
  );
  if (missing !== undefined) return `claim ${missing.name} is not there`;
  const stray = observed.pods.find(
    (pod) => !project.pods.some(({ metadata }) => podKey(metadata) === pod.key) && !mayStay(pod.key),
  );
  if (stray !== undefined) return `${stray.key} is not in the file`;
  for (const pod of project.pods) {
    const lives = observed.pods.filter(({ key }) => key === podKey(pod.metadata));
    const why =
      lives.length === 1 && lives[0] !== undefined ? whyNotPod(engine, pod, lives[0]) : `${lives.length} lives`;
    if (why !== undefined) return `${podKey(pod.metadata)}: ${why}`;
  }
  return undefined;
}

/** Why something of ours is left after `down`; undefined when nothing is. */
export function whyNotDown(engine: SimEngine, project: string, volumes: boolean): string | undefined {
  const { containers, networks, volumes: left } = snapshotOf(engine, project, 0);
  const ours = [
    ...containers,
    ...networks,
    ...left.filter(({ labels }) => volumes || kindOf(labels) !== 'claim'),
  ].filter(isOurs);
  return ours[0] && `${ours[0].name} is left`;
}

function whyNotPod(engine: SimEngine, pod: Pod, observed: ObservedPod): string | undefined {
  if (observed.record.deletion !== undefined) return 'a deletion is recorded';
  if (observed.records.length > 1) return 'more than one record';
  if (observed.infras.length > 1) return 'more than one infra';
  const over = pod.spec.containers.every((container) => {
    const last = newestOf(engine, observed, container);
    return last !== undefined && isOver(pod, last);
  });
  // Without its infra a finished Pod tells nothing but its containers' own facts.
  if (over && observed.infras.length === 0) return undefined;
  if (!isSame(observed.facts?.pod, podFacts(pod.spec))) return 'the infra was made from another spec';
  if (!isSame(observed.facts?.live, liveFacts(pod))) return 'the live fields are not recorded';
  const infra = engine.containers.get(observed.infras[0]?.container.id ?? '');
  if (over) return infra !== undefined && isUp(infra) ? 'the infra of a finished Pod runs' : undefined;
  if (infra?.state !== 'running') return 'the infra does not run';
  if (addressOf(infra) === '') return 'the infra is cut off';
  const extra = [...observed.instances.keys()].find(
    (name) => !pod.spec.containers.some((container) => container.name === name),
  );
  if (extra !== undefined) return `container ${extra} is not in the file`;
  for (const container of pod.spec.containers) {
    const why = whyNotContainer(engine, pod, container, observed, infra);
    if (why !== undefined) return `${container.name}: ${why}`;
  }
  return undefined;
}

function whyNotContainer(
  engine: SimEngine,
  pod: Pod,
  container: Container,
  observed: ObservedPod,
  infra: SimContainer,
): string | undefined {
  const instances = observed.instances.get(container.name) ?? [];
  const newest = instances[0];
  const real = newestOf(engine, observed, container);
  if (newest === undefined || real === undefined) return 'it is not there';
  if (instances.length > 2) return 'more than the last dead one is kept';
  if (instances.slice(1).some((older) => isUp(engine.containers.get(older.container.id) ?? real) && older !== newest))
    return 'two run';
  if (!hasFacts(newest, container)) return 'it is not what the file says';
  if (real.state === 'paused') return 'it is paused';
  if (isUp(real)) return whyNotRunning(engine, pod, container, real, infra);
  if (isOver(pod, real)) return undefined;
  const entryMs = 1000 * Number(real.labels[label.backoff] ?? 0);
  const dueAtMs = (real.finishedAtMs ?? real.createdAtMs) + entryMs;
  return engine.nowMs() < dueAtMs ? undefined : `it is ${real.state} and not started again`;
}

function whyNotRunning(
  engine: SimEngine,
  pod: Pod,
  container: Container,
  real: SimContainer,
  infra: SimContainer,
): string | undefined {
  if (real.joinedTo !== infra.id || (real.startedAtMs ?? 0) < (infra.startedAtMs ?? 0))
    return 'it runs in a dead sandbox';
  const { livenessProbe: probe } = container;
  if (probe === undefined || real.run.badAfterMs === undefined) return undefined;
  const { initialDelaySeconds, periodSeconds, failureThreshold } = probe;
  const badAtMs = (real.startedAtMs ?? 0) + Math.max(real.run.badAfterMs, initialDelaySeconds * 1000);
  const graceMs = 1000 * Math.max(2, pod.spec.terminationGracePeriodSeconds, probe.terminationGracePeriodSeconds ?? 0);
  const lateMs = badAtMs + failureThreshold * periodSeconds * 1000 + graceMs + slackMs;
  return engine.nowMs() > lateMs ? 'its liveness failed long ago' : undefined;
}

function newestOf(engine: SimEngine, observed: ObservedPod, container: Container): SimContainer | undefined {
  return engine.containers.get(observed.instances.get(container.name)?.[0]?.container.id ?? '');
}

/** It ended, and the policy lets it be. */
function isOver(pod: Pod, last: SimContainer): boolean {
  const ended = last.state === 'exited' || (last.state === 'created' && last.exitCode === 127);
  const { restartPolicy } = pod.spec;
  return ended && (restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && last.exitCode === 0));
}

function hasFacts(instance: Instance, container: Container): boolean {
  return (
    instance.facts !== undefined &&
    isSame(comparableFacts(instance.facts, instance.container.env), comparableContainer(container))
  );
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => [key, sortKeys(v)]),
  );
}
