import { observe } from '../../core/runtime/observed.ts';
import type { ObservedPod } from '../../core/runtime/observed.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import type { Engine, LogOptions } from '../../engine/port.ts';
import { formatLog, prefixWidth } from '../../output/terminal/log-prefix.ts';
import { makeStyle } from '../../output/terminal/style.ts';
import { pacedWriter } from '../../run/paced-writer.ts';
import { hasColor } from '../../run/world.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import { followProject, unlessGone } from '../reading/follow-logs.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { readDuration } from '../options/go-duration.ts';
import { labelTest } from '../options/selectors.ts';
import { selectSources } from '../reading/log-sources.ts';
import type { LogChoice, Source } from '../reading/log-sources.ts';
import { podsNow } from '../reading/pods-now.ts';
import { projectName, supervisorOf } from '../session.ts';

export interface LogsOptions extends GlobalOptions {
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  /** Not the containers': podrun's own, of one in the background. */
  readonly supervisor: boolean;
  readonly follow: boolean;
  readonly previous: boolean;
  /** -1: all; unset: all, and 10 of each where a selector chooses. */
  readonly tail?: number | undefined;
  readonly since?: string | undefined;
  readonly sinceTime?: string | undefined;
  readonly selector?: string | undefined;
  readonly timestamps: boolean;
  readonly allContainers: boolean;
  readonly allPods: boolean;
  /** How many logs may be followed at once. */
  readonly maxLogRequests: number;
  readonly prefix?: boolean | undefined;
  readonly namespace?: string | undefined;
}

/** `podrun logs`: straight from the engine, whether a supervisor lives or not. */
export async function logs(world: World, options: LogsOptions): Promise<number> {
  if (options.supervisor) {
    const { supervisorLogs } = await import('../up/supervisor-logs.ts');
    return supervisorLogs(world, options);
  }
  const sinceMs = readSince(options, world.clock.nowMs());
  const choice = chosen(options);
  const { tail = options.selector === undefined ? -1 : 10 } = options;
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const { pods, objects } = observe(await engine.snapshot(name));
  const supervisor = await supervisorOf(world, engine, name);
  const { sources, missing } = await selectSources(
    world,
    choice,
    { pods: pods.filter(hasContainers), objects },
    name,
    async () => (await podsNow(world, engine, name)).pods,
  );
  checkRequests(options, sources);
  const ending = new AbortController();
  let ended: NodeJS.Signals | undefined;
  const off = world.onSignal((signal) => {
    ended ??= signal;
    ending.abort();
  });
  const read = {
    // As kubectl, which ends at the first container that has no log.
    follow: options.follow && missing === undefined,
    ...(tail >= 0 ? { tail } : {}),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
  const printer = makePrinter(world, engine, options, sources, ending.signal);
  if (options.follow && options.pod === undefined && !options.previous)
    await followProject({ engine, project: name, supervisor, choice, print: printer }, sources, read, ending.signal);
  else if (read.follow) await Promise.all(sources.map((source) => printer(source, read).catch(unlessGone)));
  else for (const source of sources) await printer(source, read);
  off();
  engine.close();
  if (ended !== undefined) return signalCode(ended);
  if (missing !== undefined) throw new CommandError(exitCode.failed, missing);
  return exitCode.done;
}

/** Whose logs: by name, or by labels, in the namespace that the rest of the command line means. */
function chosen({ selector, ...choice }: LogsOptions): LogChoice {
  if (selector === undefined) return choice;
  if (choice.pod !== undefined) throw new CommandError(exitCode.usage, 'only a selector (-l) or a POD name is allowed');
  return { ...choice, namespace: choice.namespace ?? 'default', hasLabels: labelTest(selector) };
}

/** As kubectl, which follows no more at once than it was told (kubectl/pkg/cmd/logs RunLogs); all of a project is another matter. */
function checkRequests({ follow, pod, selector, maxLogRequests: most }: LogsOptions, sources: readonly Source[]): void {
  if (!follow || (pod === undefined && selector === undefined) || sources.length <= most) return;
  const tried = `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}`;
  throw new CommandError(exitCode.failed, `${tried}, use --max-log-requests to increase the limit`);
}

/** From when on, in ms; undefined: from the first line. */
function readSince({ since, sinceTime }: LogsOptions, nowMs: number): number | undefined {
  if (since !== undefined && sinceTime !== undefined)
    throw new CommandError(exitCode.usage, 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (sinceTime !== undefined) {
    const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(sinceTime);
    const timeMs = isTime ? Date.parse(sinceTime) : Number.NaN;
    if (!Number.isNaN(timeMs)) return timeMs;
    const message = `--since-time takes a time such as 2026-01-31T12:00:00Z, not ${JSON.stringify(sinceTime)}`;
    throw new CommandError(exitCode.usage, message);
  }
  const ms = since === undefined ? 0 : readDuration('since', since);
  return ms === 0 ? undefined : nowMs - ms;
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
        : options.prefix === true || options.allPods
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
