/** What a change of a ConfigMap or Secret does to what runs, as the annotation `podrun.dev/on-config-change` says. */
import { withEntry } from '../state/entries.ts';
import { ON_CONFIG_CHANGE } from '../../model/annotations.ts';
import type { Container } from '../../model/container.ts';
import type { Reason } from '../runtime/reason.ts';
import { isConfigVolume } from '../spec/content.ts';
import { ConfigError, environmentOf } from '../spec/environment.ts';
import { objectsOf, viewOf } from '../pod/life.ts';
import type { Life } from '../pod/life.ts';
import type { Instance } from '../runtime/observed.ts';
import { want } from '../state/planner.ts';
import { instanceOf } from '../runtime/run-key.ts';
import { isRunning } from '../pod/restart.ts';
import { versionAtMs } from '../runtime/time.ts';

/** Why a container that runs is to be replaced: what it took at its start is another by now. */
export function configChanges(
  life: Life,
  container: Container,
  instance: Instance,
  versions: Versions,
): readonly Reason[] {
  const { p, pod } = life;
  if (pod.metadata.annotations[ON_CONFIG_CHANGE] !== 'restart') return [];
  // What has ended by itself is not run again for it.
  if (!isRunning(instance.container) && !p.memory.stops.has(instanceOf(instance.container))) return [];
  const startedAtMs = instance.container.startedAtMs ?? Infinity;
  const files = [...mountedVersions(life, container, versions)].flatMap(([volume, version]) =>
    versionAtMs(version) > startedAtMs ? [{ kind: 'content', volume } as const] : [],
  );
  return [...files, ...environmentChanges(life, container, instance)];
}

export type Versions = ReadonlyMap<string, string>;

/** Sends the signal that the Pod asks for, once for each new version. */
export function signalConfigChange(life: Life, container: Container, instance: Instance, versions: Versions): void {
  const { p, pod, observed } = life;
  const [, signal] = /^signal:(?:SIG)?([A-Z0-9]+)$/.exec(pod.metadata.annotations[ON_CONFIG_CHANGE] ?? '') ?? [];
  const mounted = mountedVersions(life, container, versions);
  if (signal === undefined || mounted.size === 0) return;
  const run = instanceOf(instance.container);
  const now = [...mounted.values()].join(' ');
  const before = p.memory.signalled.get(run);
  if (before === now) return;
  const { id, name } = instance.container;
  const action = { verb: 'killContainer', target: name, id, signal: `SIG${signal}` } as const;
  const because = [...mounted.keys()].map((volume) => ({ kind: 'content', volume }) as const);
  // What was there when it was first seen is what it began with.
  if (before === undefined || want(p, { action, because, pod: observed, container: container.name }))
    p.memory.signalled = withEntry(p.memory.signalled, run, now);
}

function mountedVersions({ pod }: Life, { volumeMounts }: Container, versions: Versions): Versions {
  const live = pod.spec.volumes.filter(isConfigVolume).map(({ name }) => name);
  return new Map([...versions].filter(([name]) => live.includes(name) && volumeMounts.some((m) => m.name === name)));
}

function environmentChanges(
  { p, pod, observed, infra }: Life,
  container: Container,
  { container: actual, facts }: Instance,
) {
  const names = [...Object.keys(facts?.valueFrom ?? {}), ...(facts?.imported ?? [])];
  if (names.length === 0 && container.envFrom === undefined) return [];
  try {
    const { values, imported } = environmentOf(container, viewOf(p, pod, observed, infra), objectsOf(p));
    return [...new Set([...names, ...imported])].flatMap((name) =>
      values.get(name) === actual.env[name]
        ? []
        : [{ kind: 'variableSource', container: container.name, variable: name } as const],
    );
  } catch (error) {
    // What is missing now keeps a start back, not what runs.
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
