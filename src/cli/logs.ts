import { observe } from '../core/observed.ts';
import type { ObservedPod } from '../core/observed.ts';
import { podLabel } from '../core/pod-ref.ts';
import type { Engine, LogOptions } from '../engine/port.ts';
import { formatLog, prefixWidth } from '../output/log-prefix.ts';
import { makeStyle } from '../output/style.ts';
import { hasColor } from '../run/world.ts';
import type { World } from '../run/world.ts';
import { exitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { readDuration } from './go-duration.ts';
import { selectSources } from './log-sources.ts';
import type { Source } from './log-sources.ts';
import { projectName, supervisorOf } from './session.ts';

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

/** `podrun logs`: straight from the engine, whether a supervisor lives or not. */
export async function logs(world: World, options: LogsOptions): Promise<number> {
  const sinceMs = options.since === undefined ? undefined : world.clock.nowMs() - readDuration('since', options.since);
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const { pods } = observe(await engine.snapshot(name));
  const supervisor = await supervisorOf(world, engine, name);
  const sources = await selectSources(world, options, pods.filter(hasContainers), name, () =>
    supervisor.ask({ op: 'status' }),
  );
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

const hasContainers = (pod: ObservedPod): boolean => pod.instances.size > 0 || pod.infras.length > 0;
