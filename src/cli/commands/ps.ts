import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podTable } from '../../output/tables/pod-table.ts';
import { podsAs } from '../../output/json/structured.ts';
import type { World } from '../../run/world.ts';
import { findPods } from '../reading/find-pods.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { namespacesOf, nothingFound } from '../options/pod-names.ts';
import type { Selection } from '../options/pod-names.ts';
import { meantOf } from '../reading/meant-pods.ts';
import { projectName } from '../session.ts';

export interface PsOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly output?: 'wide' | 'json' | 'yaml' | 'name' | undefined;
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly headers: boolean;
  readonly watch: boolean;
  readonly outputWatchEvents: boolean;
  /** Called `ps`, not `get`: with the published ports. */
  readonly ports: boolean;
}

/** `podrun ps`: the Pods as their supervisor knows them; as the engine holds them where none lives, and it says so. */
export async function ps(world: World, options: PsOptions): Promise<number> {
  if (options.outputWatchEvents) throw new CommandError(exitCode.usage, '--output-watch-events goes with -w');
  const name = await projectName(world, options);
  const { pods: all, from } = await findPods(world, options, name);
  if (from !== undefined && all.length > 0) world.stderr.write(`podrun: ${from}\n`);
  const words = { pod: options.pod, namespace: options.allNamespaces ? undefined : options.namespace };
  const { missing, ...selection } = await meantOf(world, options, words, all);
  for (const line of missing) world.stderr.write(`podrun: ${line}\n`);
  await print(world, options, selection, all);
  return missing.length > 0 ? exitCode.failed : exitCode.done;
}

async function print(
  world: World,
  options: PsOptions,
  { pods, isAll, isOne }: Omit<Selection, 'missing'>,
  all: readonly KubernetesPod[],
): Promise<void> {
  const { output, allNamespaces, namespace, headers, ports } = options;
  if (!isAll && pods.length === 0) return;
  if (output === 'json' || output === 'yaml' || output === 'name') {
    const text = await podsAs(output, pods, { single: isOne });
    if (text !== '') world.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  if (pods.length === 0) {
    world.stderr.write(nothingFound('resources', namespacesOf(all), allNamespaces ? undefined : namespace));
    return;
  }
  const lines = podTable(pods, {
    wide: output === 'wide',
    allNamespaces,
    noHeaders: !headers,
    showLabels: false,
    ports,
    nowMs: world.clock.nowMs(),
  });
  world.stdout.write(`${lines.join('\n')}\n`);
}
