/** Whether the engine holds what it should once all is quiet, told from the engine's own state. */
import { comparable } from '../../src/core/spec/change.ts';
import { allContainers, isSidecar, liveFacts, podFacts } from '../../src/core/runtime/facts.ts';
import { isOurs, kindOf, label } from '../../src/core/runtime/labels.ts';
import { observe } from '../../src/core/runtime/observed.ts';
import type { Instance, ObservedPod } from '../../src/core/runtime/observed.ts';
import { podKey } from '../../src/core/runtime/pod-ref.ts';
import { cgroupOf } from '../../src/core/spec/qos.ts';
import { node } from '../core/launch.ts';
import type { Container, RestartPolicy } from '../../src/model/container.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import { addressOf, isUp, snapshotOf } from './engine.ts';
import type { SimContainer, SimEngine } from './engine.ts';
import { neverMs } from './script.ts';

/** podrun ended it for another to follow. */
type IsFollowed = (container: SimContainer, policy: RestartPolicy) => boolean;

/** How late a probe's verdict, a kill and a look may be together. */
const slackMs = 12_000;

/** Why the engine is not as the file says; undefined when it is. */
export function whyNotUp(
  engine: SimEngine,
  project: Project,
  mayStay: (podKey: string) => boolean,
  isFollowed: IsFollowed,
  noteOnceStarted: (infraId: string, name: string) => boolean,
  bornAtMs: (uid: string) => number | undefined,
  isHeld: (pod: Pod) => boolean,
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
    if (lives.length === 0 && isHeld(pod)) continue;
    const why =
      lives.length === 1 && lives[0] !== undefined
        ? whyNotPod(engine, project, pod, lives[0], isFollowed, noteOnceStarted, bornAtMs)
        : `${lives.length} lives`;
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

function whyNotPod(
  engine: SimEngine,
  project: Project,
  pod: Pod,
  observed: ObservedPod,
  isFollowed: IsFollowed,
  noteOnceStarted: (infraId: string, name: string) => boolean,
  bornAtMs: (uid: string) => number | undefined,
): string | undefined {
  if (observed.record.deletion !== undefined) return 'a deletion is recorded';
  if (observed.records.length > 1) return 'more than one record';
  if (observed.infras.length > 1) return 'more than one infra';
  const { activeDeadlineSeconds } = pod.spec;
  const born = bornAtMs(observed.uid);
  const over = observed.record.end !== undefined || hasEnded(engine, pod, observed, isFollowed);
  if (over && observed.record.end === undefined) return 'its end is not recorded';
  if (over && [...observed.instances.values()].flat().some(({ container }) => isUpIn(engine, container.id)))
    return 'a container of a finished Pod runs';
  if (!over && activeDeadlineSeconds !== undefined && born !== undefined)
    if (engine.nowMs() > born + 1000 * activeDeadlineSeconds + slackMs) return 'it is past its deadline';
  if (!isSame(observed.facts?.pod, podFacts(pod.spec))) return 'the infra was made from another spec';
  if (!isSame(observed.facts?.live, liveFacts(pod))) return 'the live fields are not recorded';
  const infra = engine.containers.get(observed.infras[0]?.container.id ?? '');
  if (over) return infra !== undefined && isUp(infra) ? 'the infra of a finished Pod runs' : undefined;
  if (infra?.state !== 'running') return 'the infra does not run';
  if (addressOf(infra) === '') return 'the infra is cut off';
  const stale = staleVolume(engine, project, pod, infra);
  if (stale !== undefined) return `volume ${stale} does not hold what the file says`;
  const extra = [...observed.instances.keys()].find(
    (name) => !allContainers(pod.spec).some((container) => container.name === name),
  );
  if (extra !== undefined) return `container ${extra} is not in the file`;
  const begun = pod.spec.containers.some(({ name }) =>
    observed.instances.get(name)?.some(({ container }) => container.joinedTo === infra.id),
  );
  for (const container of pod.spec.initContainers) {
    const real = newestOf(engine, observed, container);
    const sidecar = isSidecar(container);
    if (!sidecar && (begun || (real?.state === 'exited' && real.exitCode === 0 && real.joinedTo === infra.id)))
      continue;
    // Pruned by a hand; those after it prove that it has succeeded.
    if (!sidecar && real === undefined && laterInit(pod, container, observed, infra.id)) continue;
    const why = whyNotContainer(engine, pod, container, observed, infra, isFollowed);
    if (why !== undefined) return `${container.name}: ${why}`;
    if (!sidecar && real !== undefined && isUp(real)) return `${container.name}: it runs`;
    // It waits for its back-off, and all after it for it: not for a sidecar that has started once.
    if (!begun && real !== undefined && !isUp(real) && !(sidecar && noteOnceStarted(infra.id, container.name)))
      return undefined;
  }
  for (const container of pod.spec.containers) {
    const why = whyNotContainer(engine, pod, container, observed, infra, isFollowed);
    if (why !== undefined) return `${container.name}: ${why}`;
  }
  return undefined;
}

function staleVolume(engine: SimEngine, project: Project, { metadata, spec }: Pod, infra: SimContainer) {
  return spec.volumes.find(({ name, configMap }) => {
    if (configMap === undefined) return false;
    const object = project.objects.find(({ namespace }) => namespace === metadata.namespace);
    const files = engine.contents.get(infra.id)?.find(({ path }) => path.endsWith(`/${name}`))?.files;
    return files?.map(({ text }) => text).join() !== object?.data['value'];
  })?.name;
}

function whyNotContainer(
  engine: SimEngine,
  pod: Pod,
  container: Container,
  observed: ObservedPod,
  infra: SimContainer,
  isFollowed: IsFollowed,
): string | undefined {
  const instances = observed.instances.get(container.name) ?? [];
  const newest = instances[0];
  const real = newestOf(engine, observed, container);
  if (newest === undefined || real === undefined) return 'it is not there';
  if (instances.length > 2) return 'more than the last dead one is kept';
  if (instances.slice(1).some((older) => isUp(engine.containers.get(older.container.id) ?? real) && older !== newest))
    return 'two run';
  if (!hasFacts(newest, container)) return 'it is not what the file says';
  if (observed.record.restarts?.[container.name] === newest.container.id) return 'a restart is not done';
  if (real.state === 'paused') return 'it is paused';
  if (isUp(real)) return whyNotRunning(engine, pod, container, real, infra);
  if (isOver(policyOf(pod.spec, container), real, isFollowed)) return undefined;
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
  const limits = cgroupOf(pod.spec, container, node);
  if (!isSame(real.cgroup, limits)) return 'its limits are not what the file says';
  const { livenessProbe: probe, startupProbe: startup } = container;
  const ageMs = engine.nowMs() - (real.startedAtMs ?? 0);
  if (startup !== undefined && real.run.startedAfterMs === neverMs) {
    const mostMs = (startup.initialDelaySeconds + startup.failureThreshold * startup.periodSeconds) * 1000;
    if (ageMs > mostMs + 1000 * pod.spec.terminationGracePeriodSeconds + slackMs) return 'its startup failed long ago';
    return ageMs > 1_000 ? 'its startup fails' : undefined;
  }
  if (probe === undefined || real.run.badAfterMs === undefined) return undefined;
  const { initialDelaySeconds, periodSeconds, failureThreshold } = probe;
  const badAtMs =
    (real.startedAtMs ?? 0) +
    Math.max(real.run.badAfterMs, initialDelaySeconds * 1000) +
    (real.run.startedAfterMs ?? 0);
  const graceMs = 1000 * Math.max(2, pod.spec.terminationGracePeriodSeconds, probe.terminationGracePeriodSeconds ?? 0);
  const lateMs = badAtMs + failureThreshold * periodSeconds * 1000 + graceMs + slackMs;
  return engine.nowMs() > lateMs ? 'its liveness failed long ago' : undefined;
}

/** All its regular containers are over, or an init container has failed for good before any of them was made. */
function hasEnded(engine: SimEngine, pod: Pod, observed: ObservedPod, isFollowed: IsFollowed): boolean {
  const { restartPolicy, containers, initContainers } = pod.spec;
  const all = containers.every((container) => {
    const last = newestOf(engine, observed, container);
    return last !== undefined && isOver(restartPolicy, last, isFollowed);
  });
  if (all || restartPolicy !== 'Never') return all;
  return initContainers.some((container) => {
    const last = newestOf(engine, observed, container);
    const failed =
      !isSidecar(container) && last !== undefined && isOver('Never', last, isFollowed) && last.exitCode !== 0;
    const begun = containers.some(({ name }) =>
      observed.instances.get(name)?.some((one) => one.container.joinedTo === last?.joinedTo),
    );
    return failed && !begun && last.joinedTo === observed.infras[0]?.container.id;
  });
}

/** A sidecar always starts again, a plain init container until it has succeeded. */
function policyOf({ restartPolicy, initContainers }: Pod['spec'], container: Container): RestartPolicy {
  if (isSidecar(container)) return 'Always';
  return initContainers.includes(container) && restartPolicy === 'Always' ? 'OnFailure' : restartPolicy;
}

function laterInit(pod: Pod, container: Container, observed: ObservedPod, infraId: string): boolean {
  const later = pod.spec.initContainers.slice(pod.spec.initContainers.indexOf(container) + 1);
  return later.some(({ name }) => observed.instances.get(name)?.some((one) => one.container.joinedTo === infraId));
}

function isUpIn(engine: SimEngine, id: string): boolean {
  const container = engine.containers.get(id);
  return container !== undefined && isUp(container);
}

function newestOf(engine: SimEngine, observed: ObservedPod, container: Container): SimContainer | undefined {
  return engine.containers.get(observed.instances.get(container.name)?.[0]?.container.id ?? '');
}

/** It ended, and the policy lets it be; what podrun ended for another to follow is not over. */
function isOver(restartPolicy: RestartPolicy, last: SimContainer, isFollowed: IsFollowed): boolean {
  const ended = last.state === 'exited' || (last.state === 'created' && last.exitCode === 127);
  const stays = restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && last.exitCode === 0);
  return ended && stays && !isFollowed(last, restartPolicy);
}

export function hasFacts(instance: Instance, container: Container): boolean {
  return instance.facts !== undefined && isSame(...comparable(container, instance.facts, instance.container.env));
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => [key, sortKeys(v)]),
  );
}
