import { observe } from '../core/observed.ts';
import type { Instance, ObservedPod } from '../core/observed.ts';
import { podLabel } from '../core/pod-ref.ts';
import { hasEnded, isRunning, restarts } from '../core/restart.ts';
import type { Engine, LogOptions } from '../engine/port.ts';
import { formatLog, prefixWidth } from '../output/log-prefix.ts';
import { makeStyle } from '../output/style.ts';
import { hasColor } from '../run/world.ts';
import type { World } from '../run/world.ts';
import { CommandError, exitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { podNames } from './pod-names.ts';
import { projectName } from './session.ts';

export interface LogsOptions extends GlobalOptions {
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tail: number;
  readonly since?: string | undefined;
  readonly timestamps: boolean;
  readonly allContainers: boolean;
  readonly prefix?: boolean | undefined;
  readonly namespace: string;
}

interface Source {
  readonly pod: ObservedPod;
  readonly instance: Instance;
}

/** `podrun logs`: straight from the engine, whether a supervisor lives or not. */
export async function logs(world: World, options: LogsOptions): Promise<number> {
  const sinceMs = readSince(options.since, world.clock.nowMs());
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const { pods } = observe(await engine.snapshot(name));
  const sources = selectSources(world, options, pods.filter(hasContainers), name);
  const ending = new AbortController();
  const off = world.onSignal(() => ending.abort());
  const read = {
    follow: options.follow,
    ...(options.tail >= 0 ? { tail: options.tail } : {}),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
  if (options.follow)
    await Promise.all(sources.map((source) => print(world, engine, options, source, sources, read, ending.signal)));
  else for (const source of sources) await print(world, engine, options, source, sources, read, ending.signal);
  off();
  engine.close();
  return ending.signal.aborted ? exitCode.interrupted : exitCode.done;
}

async function print(
  world: World,
  engine: Engine,
  options: LogsOptions,
  source: Source,
  sources: readonly Source[],
  read: LogOptions,
  signal: AbortSignal,
): Promise<void> {
  const style = makeStyle(hasColor(world, world.stdout, options.color));
  const all = options.pod === undefined;
  const prefix = all ? 'pod' : options.prefix === true ? 'kubectl' : 'none';
  const width = prefixWidth(sources.map(({ pod, instance }) => ({ pod: podLabel(pod), container: instance.name })));
  const pod = podLabel(source.pod);
  const { timestamps } = options;
  for await (const line of engine.logs(source.instance.container.id, read, signal))
    world.stdout.write(
      `${formatLog({ pod, container: source.instance.name, line, timestamps, prefix, width, style })}\n`,
    );
}

function selectSources(
  world: World,
  options: LogsOptions,
  pods: readonly ObservedPod[],
  project: string,
): readonly Source[] {
  const [wanted] = podNames(options.pod === undefined ? [] : [options.pod]);
  if (wanted === undefined) {
    const sources = pods.flatMap((pod) =>
      namesOf(pod)
        .flatMap((name) => pod.instances.get(name)?.slice(0, 1) ?? [])
        .map((instance) => ({ pod, instance })),
    );
    if (sources.length === 0)
      throw new CommandError(exitCode.failed, `project ${project} has no containers on this engine`);
    return sources.filter(({ instance }) => instance.container.startedAtMs !== undefined);
  }
  const lives = pods.filter((pod) => pod.name === wanted && pod.namespace === options.namespace);
  const pod = lives.find((life) => life.record.deletion === undefined) ?? lives.at(-1);
  if (pod === undefined) throw new CommandError(exitCode.failed, `there is no Pod ${wanted} in project ${project}`);
  return selectContainers(world, options, pod).map((name) => ({ pod, instance: selectInstance(options, pod, name) }));
}

/** kubectl's choice: the one named, all, or the first, and it says so when there are others. */
function selectContainers(world: World, options: LogsOptions, pod: ObservedPod): readonly string[] {
  const names = namesOf(pod);
  const { container } = options;
  if (container !== undefined) {
    if (names.includes(container)) return [container];
    throw new CommandError(
      exitCode.failed,
      `container ${container} is not valid for pod ${pod.name} out of: ${names.join(', ')}`,
    );
  }
  if (options.allContainers) return names;
  const [first] = names;
  if (names.length > 1) world.stderr.write(`Defaulted container "${first ?? ''}" out of: ${names.join(', ')}\n`);
  return names.slice(0, 1);
}

function selectInstance(options: LogsOptions, pod: ObservedPod, name: string): Instance {
  const instances = (pod.instances.get(name) ?? []).filter(({ container }) => container.startedAtMs !== undefined);
  const chosen = options.previous ? previousOf(pod, instances) : instances[0];
  if (chosen !== undefined) return chosen;
  const text = options.previous
    ? `previous terminated container "${name}" in pod "${pod.name}" not found`
    : `container "${name}" in pod "${pod.name}" is waiting to start: ContainerCreating`;
  throw new CommandError(exitCode.failed, text);
}

/** The instance that ended last; of a container that has ended for good, the one before that. */
function previousOf(pod: ObservedPod, instances: readonly Instance[]): Instance | undefined {
  const [newest] = instances;
  const ended = instances.filter(({ container }) => hasEnded(container));
  if (newest === undefined || isRunning(newest.container)) return ended[0];
  const policy = pod.facts?.live.restartPolicy ?? 'Always';
  return restarts(policy, newest.container.exitCode) ? ended[0] : ended[1];
}

function namesOf(pod: ObservedPod): readonly string[] {
  return Object.keys(pod.facts?.pod.containers ?? Object.fromEntries(pod.instances));
}

const hasContainers = (pod: ObservedPod): boolean => pod.instances.size > 0 || pod.infras.length > 0;

/** Go's durations, as kubectl takes them: `90s`, `5m`, `1h30m`. */
function readSince(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
  if (!/^(\d+[smh])+$/.test(text))
    throw new CommandError(exitCode.usage, `--since takes a duration such as 30s, 5m or 1h30m, not ${text}`);
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  return nowMs - parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? 's'] ?? 0), 0);
}
