import { observe } from '../../core/runtime/observed.ts';
import type { ObservedPod } from '../../core/runtime/observed.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import type { Engine, LogOptions } from '../../engine/port.ts';
import { formatLog, prefixWidth } from '../../output/terminal/log-prefix.ts';
import { makeStyle } from '../../output/terminal/style.ts';
import { pacedWriter } from '../../run/paced-writer.ts';
import { hasColor } from '../../run/world.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { followProject, unlessGone } from '../reading/follow-logs.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readDuration } from '../options/go-duration.ts';
import { selectSources } from '../reading/log-sources.ts';
import type { Source } from '../reading/log-sources.ts';
import { podsNow } from '../reading/pods-now.ts';
import { projectName, supervisorOf } from '../session.ts';

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
  readonly namespace?: string | undefined;
}

/** `podrun logs`: straight from the engine, whether a supervisor lives or not. */
export async function logs(world: World, options: LogsOptions): Promise<number> {
  const since = options.since === undefined ? 0 : readDuration('since', options.since);
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const { pods } = observe(await engine.snapshot(name));
  const supervisor = await supervisorOf(world, engine, name);
  const { sources, missing } = await selectSources(
    world,
    options,
    pods.filter(hasContainers),
    name,
    async () => (await podsNow(world, engine, name)).pods,
  );
  const ending = new AbortController();
  const off = world.onSignal(() => ending.abort());
  const read = {
    // As kubectl, which ends at the first container that has no log.
    follow: options.follow && missing === undefined,
    ...(options.tail >= 0 ? { tail: options.tail } : {}),
    ...(since === 0 ? {} : { sinceMs: world.clock.nowMs() - since }),
  };
  const printer = makePrinter(world, engine, options, sources, ending.signal);
  if (options.follow && options.pod === undefined && !options.previous)
    await followProject(
      { engine, project: name, supervisor, choice: options, print: printer },
      sources,
      read,
      ending.signal,
    );
  else if (read.follow) await Promise.all(sources.map((source) => printer(source, read).catch(unlessGone)));
  else for (const source of sources) await printer(source, read);
  off();
  engine.close();
  if (ending.signal.aborted) return exitCode.interrupted;
  if (missing !== undefined) throw new CommandError(exitCode.failed, missing);
  return exitCode.done;
}

/** @param sources those that are known now: their names make the width of what stands before a line */
function makePrinter(
  world: World,
  engine: Engine,
  options: LogsOptions,
  sources: readonly Source[],
  signal: AbortSignal,
): (source: Source, read: LogOptions) => Promise<void> {
  const style = makeStyle(hasColor(world, world.stdout, options.color));
  const prefix =
    options.prefix === false
      ? 'none'
      : options.pod === undefined
        ? 'pod'
        : options.prefix === true
          ? 'kubectl'
          : 'none';
  const nameOf = ({ pod, instance }: Source) => ({ pod: podLabel(pod), container: instance.name });
  let width = prefixWidth(sources.map(nameOf));
  const { timestamps } = options;
  const write = pacedWriter(world.stdout);
  return async (source, read) => {
    const { pod, container } = nameOf(source);
    width = Math.max(width, prefixWidth([{ pod, container }]));
    for await (const line of engine.logs(source.instance.container.id, read, signal))
      await write(formatLog({ pod, container, line, timestamps, prefix, width, style }));
  };
}

const hasContainers = (pod: ObservedPod): boolean => pod.instances.size > 0 || pod.infras.length > 0;
