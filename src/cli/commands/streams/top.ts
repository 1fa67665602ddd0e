import { nameableLife } from '../../../core/naming/of-observed.ts';
import { servicesIn } from '../../../core/services/service-records.ts';
import { selectNamed } from '../../../core/naming/select.ts';
import { observe } from '../../../core/runtime/observed.ts';
import type { Observed, ObservedPod } from '../../../core/runtime/observed.ts';
import { isRunning } from '../../../core/pod/restart.ts';
import { EngineError } from '../../../engine/port.ts';
import type { Engine } from '../../../engine/port.ts';
import { usageTable } from '../../../output/tables/usage-table.ts';
import type { PodUsage } from '../../../output/tables/usage-table.ts';
import { isInteractive } from '../../../run/world.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode, signalCode } from '../../exit-code.ts';
import type { GlobalOptions } from '../../options/global-options.ts';
import { labelTest, namesAndSelector } from '../../options/selectors.ts';
import { nothingFound } from '../../options/pod-names.ts';
import { projectName } from '../../session.ts';

export interface TopOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly selector?: string | undefined;
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly containers: boolean;
  readonly headers: boolean;
  readonly sortBy?: 'cpu' | 'memory' | undefined;
  readonly watch: boolean;
}

/** `podrun top`: the CPU and memory of the Pods' containers by the engine's own statistics, whether a supervisor lives or not. */
export async function top(world: World, options: TopOptions): Promise<number> {
  const project = await projectName(world, options);
  const engine = await world.connect(options.host);
  let ended: NodeJS.Signals | undefined;
  const off = world.onSignal((signal) => {
    ended = signal;
    // Streams end with it; what is being measured is done in a moment.
    engine.close();
  });
  try {
    do await printOnce(world, engine, project, options);
    while (options.watch && ended === undefined);
  } catch (error) {
    if (ended === undefined) throw error;
  } finally {
    off();
    engine.close();
  }
  return ended === undefined ? exitCode.done : signalCode(ended);
}

/** Takes as long as the engine takes to measure: about a second. */
async function printOnce(world: World, engine: Engine, project: string, options: TopOptions): Promise<void> {
  const { namespace, allNamespaces, containers, headers, sortBy, watch } = options;
  const observed = observe(await engine.snapshot(project));
  const { pods } = observed;
  const { pods: meant, isAll } = selectPods(observed, options);
  const used = (await Promise.all(meant.map((pod) => measure(engine, pod)))).filter((pod) => pod.containers.length > 0);
  if (used.length === 0) {
    if (!isAll) throw new CommandError(exitCode.failed, 'metrics not available yet');
    const places = pods.map((pod) => pod.namespace);
    world.stderr.write(nothingFound('resources', places, allNamespaces ? undefined : namespace));
    return;
  }
  const lines = usageTable(used, { containers, allNamespaces, noHeaders: !headers, sortBy });
  const again = watch && isInteractive(world, world.stdout) ? clearScreen : '';
  world.stdout.write(`${again}${lines.join('\n')}\n`);
}

function selectPods({ pods, objects }: Observed, { pod: words, namespace, allNamespaces, selector }: TopOptions) {
  const hasLabels = labelTest(selector);
  const services = servicesIn(objects);
  const nameable = pods.map((pod) => nameableLife(pod, services));
  const selected = selectNamed(nameable, words, allNamespaces ? undefined : namespace);
  if (typeof selected === 'string') throw new CommandError(exitCode.usage, selected);
  if (selected.missing.length > 0) throw new CommandError(exitCode.failed, selected.missing.join('\npodrun: '));
  if (selector !== undefined && !selected.isAll) throw new CommandError(exitCode.usage, namesAndSelector);
  return {
    isAll: selected.isAll,
    pods: selected.pods.filter(({ labels }) => hasLabels(labels)).map(({ life }) => life),
  };
}

async function measure(engine: Engine, pod: ObservedPod): Promise<PodUsage> {
  const running = [...pod.instances.values()].flat().filter(({ container }) => isRunning(container));
  const containers = await Promise.all(
    running.map(async ({ name, container }) => {
      const usage = await engine.usage(container.id).catch(unlessGone);
      return usage === undefined ? [] : [{ name, ...usage }];
    }),
  );
  return { name: pod.name, namespace: pod.namespace, containers: containers.flat() };
}

/** It ended meanwhile. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof EngineError) || error.failure.kind !== 'gone') throw error;
}

const clearScreen = '\u001b[H\u001b[2J';
