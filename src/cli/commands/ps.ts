import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { customTable } from '../../output/jsonpath/columns.ts';
import { sortBy } from '../../output/jsonpath/sort.ts';
import { objectsAs, objectsByTemplate } from '../../output/json/structured.ts';
import { podTable } from '../../output/tables/pod-table.ts';
import type { PodTableOptions } from '../../output/tables/pod-table.ts';
import type { World } from '../../run/world.ts';
import { findPods } from '../reading/find-pods.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import type { Selectors } from '../options/selectors.ts';
import { namespacesOf, nothingFound } from '../options/pod-names.ts';
import { applying, readOutput } from '../options/output-format.ts';
import type { OutputFormat } from '../options/output-format.ts';
import type { Selection } from '../options/pod-names.ts';
import { meantOf } from '../reading/meant-pods.ts';
import { projectName } from '../session.ts';

export interface PsOptions extends GlobalOptions, Selectors {
  readonly pod: readonly string[];
  readonly output?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly showLabels: boolean;
  /** Each one or several with commas. */
  readonly labelColumns: readonly string[];
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
  const format = await readOutput(world, options.output);
  const name = await projectName(world, options);
  const { pods: all, from } = await findPods(world, options, name);
  if (from !== undefined && all.length > 0) world.stderr.write(`podrun: ${from}\n`);
  const words = { ...options, namespace: options.allNamespaces ? undefined : options.namespace };
  const { missing, ...selection } = await meantOf(world, options, words, all);
  for (const line of missing) world.stderr.write(`podrun: ${line}\n`);
  const pods = sorted(options, selection.pods);
  await print(world, options, format, { ...selection, pods }, all);
  return missing.length > 0 ? exitCode.failed : exitCode.done;
}

const sorted = ({ sortBy: path }: PsOptions, pods: readonly KubernetesPod[]): readonly KubernetesPod[] =>
  path === undefined ? pods : applying(() => sortBy(pods, path));

async function print(
  world: World,
  options: PsOptions,
  format: OutputFormat,
  { pods, isAll, isOne }: Omit<Selection, 'missing'>,
  all: readonly KubernetesPod[],
): Promise<void> {
  const { allNamespaces, namespace, headers, ports } = options;
  if (!isAll && pods.length === 0) return;
  switch (format.kind) {
    case 'json':
    case 'yaml':
    case 'name':
      return writeText(world, await objectsAs(format.kind, pods, { single: isOne }));
    case 'jsonpath':
      return void world.stdout.write(applying(() => objectsByTemplate(format.template, pods, { single: isOne })));
    case 'columns':
      return writeLines(
        world,
        applying(() => customTable(pods, format.columns, { noHeaders: !headers })),
      );
    case 'table':
      if (pods.length === 0) {
        world.stderr.write(nothingFound('resources', namespacesOf(all), allNamespaces ? undefined : namespace));
        return;
      }
      // Who asks for more than a terminal takes gets it.
      const columns = format.wide ? undefined : world.stdout.columns;
      const how = { ...tableOptions(options, format), ports, columns };
      writeLines(world, podTable(pods, { ...how, nowMs: world.clock.nowMs() }));
  }
}

/** What of the command's options makes the table. */
export function tableOptions(
  { allNamespaces, headers, showLabels, labelColumns }: PsOptions,
  { wide }: { readonly wide: boolean },
): Omit<PodTableOptions, 'nowMs'> {
  return { wide, allNamespaces, noHeaders: !headers, showLabels, labelColumns: labelColumns.flatMap(splitList) };
}

const splitList = (text: string): readonly string[] => text.split(',').filter((each) => each !== '');

function writeText(world: World, text: string): void {
  if (text !== '') world.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

function writeLines(world: World, lines: readonly string[]): void {
  if (lines.length > 0) world.stdout.write(`${lines.join('\n')}\n`);
}
