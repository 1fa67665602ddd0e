import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { readAskedObjects } from '../../../core/naming/asked-objects.ts';
import type { AskedObject } from '../../../core/naming/asked-objects.ts';
import { notFound } from '../../../core/naming/kinds.ts';
import type { ObjectKind } from '../../../core/naming/kinds.ts';
import type { ApiObject } from '../../../core/status/api-object.ts';
import { coverSecrets } from '../../../output/json/mask.ts';
import { customTable } from '../../../output/jsonpath/columns.ts';
import { sortBy } from '../../../output/jsonpath/sort.ts';
import { objectsAs, objectsByTemplate } from '../../../output/json/structured.ts';
import { objectTable } from '../../../output/tables/object-table.ts';
import { podTable } from '../../../output/tables/pod-table.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import { applying, readOutput } from '../../options/output-format.ts';
import { nothingFound } from '../../options/pod-names.ts';
import { namesAndSelector, objectTest } from '../../options/selectors.ts';
import { findObjects } from '../../reading/find-objects.ts';
import { ps, tableOptions } from '../ps.ts';
import type { PsOptions } from '../ps.ts';

export interface GetOptions extends PsOptions {
  readonly showSecrets: boolean;
}

/** `podrun get KIND [NAME...]`: what is no Pod, in kubectl's tables and formats; Pods as `podrun ps`. */
export async function get(world: World, options: GetOptions): Promise<number> {
  const asked = readAskedObjects(options.pod);
  if (typeof asked === 'string') throw new CommandError(exitCode.usage, asked);
  if (asked === undefined && options.watch)
    return import('../../reading/ps-watch.ts').then(({ watchPods }) => watchPods(world, options));
  if (asked === undefined) return ps(world, options);
  if (options.watch) throw new CommandError(exitCode.usage, '-w follows Pods alone: podrun get pods -w');
  const format = await readOutput(world, options.output);
  const { objects: others, pods, from } = await findObjects(world, options);
  if (from !== undefined) world.stderr.write(`podrun: ${from}\n`);
  const all = [...(pods as readonly ApiObject[]), ...others];
  const { found, missing } = select(all, asked, options);
  for (const line of missing) world.stderr.write(`podrun: ${line}\n`);
  const code = missing.length > 0 ? exitCode.failed : exitCode.done;
  if (found.length === 0 && missing.length > 0) return code;
  const sorted = options.sortBy === undefined ? found : applying(() => sortBy(found, options.sortBy ?? ''));
  const shown = options.showSecrets ? sorted : sorted.map((object) => coverSecrets(object) as ApiObject);
  const single = asked.length === 1 && asked[0]?.name !== undefined;
  switch (format.kind) {
    case 'json':
    case 'yaml':
    case 'name':
      world.stdout.write(await objectsAs(format.kind, shown, { single }));
      return code;
    case 'jsonpath':
      world.stdout.write(applying(() => objectsByTemplate(format.template, shown, { single })));
      return code;
    case 'columns':
      writeLines(
        world,
        applying(() => customTable(shown, format.columns, { noHeaders: !options.headers })),
      );
      return code;
    case 'table':
      if (sorted.length === 0) {
        const names = all.filter(({ kind }) => asked.some((each) => each.kind === kind));
        const looked = options.allNamespaces ? undefined : options.namespace;
        world.stderr.write(
          nothingFound(
            'resources',
            names.map(({ metadata }) => metadata.namespace),
            looked,
          ),
        );
      }
      printTables(world, options, format, asked, sorted);
      return code;
  }
}

interface Selected {
  readonly found: readonly ApiObject[];
  /** Why there is none of a name. */
  readonly missing: readonly string[];
}

/** In the order in which they are asked for. Throws with exit code 2 where the options are wrong. */
export function select(
  all: readonly ApiObject[],
  asked: readonly AskedObject[],
  options: Pick<PsOptions, 'selector' | 'fieldSelector' | 'namespace' | 'allNamespaces'>,
): Selected {
  const isSelected = objectTest(options);
  if (isSelected !== undefined && asked.some(({ name }) => name !== undefined))
    throw new CommandError(exitCode.usage, namesAndSelector);
  const there = all.filter(({ metadata }) => options.allNamespaces || metadata.namespace === options.namespace);
  const found = new Set<ApiObject>();
  const missing: string[] = [];
  for (const { kind, name } of asked) {
    const own = there.filter((each) => each.kind === kind && (name === undefined || each.metadata.name === name));
    if (name !== undefined && own.length === 0) missing.push(`${notFound(kind, name)}${elsewhere(all, kind, name)}`);
    for (const object of own) if (isSelected?.(object) !== false) found.add(object);
  }
  return { found: [...found], missing };
}

function elsewhere(all: readonly ApiObject[], kind: ObjectKind, name: string): string {
  const places = all.filter((each) => each.kind === kind && each.metadata.name === name);
  const names = places.map(({ metadata }) => metadata.namespace).toSorted();
  return names.length === 0 ? '' : `, but in namespace ${names.join(', ')}: -n ${names[0]}`;
}

/** A table a kind, with an empty line between two. */
function printTables(
  world: World,
  options: GetOptions,
  format: { readonly wide: boolean },
  asked: readonly AskedObject[],
  objects: readonly ApiObject[],
): void {
  const kinds = [...new Set(asked.map(({ kind }) => kind))];
  const withKind = kinds.length > 1;
  const nowMs = world.clock.nowMs();
  const table = { ...tableOptions(options, format), withKind, nowMs };
  const tables = kinds.flatMap((kind) => {
    const own = objects.filter((object) => object.kind === kind);
    const lines =
      kind === 'Pod'
        ? podTable(own as readonly KubernetesPod[], { ...table, ports: false })
        : objectTable(kind, own, table);
    return lines.length === 0 ? [] : [`${lines.join('\n')}\n`];
  });
  world.stdout.write(tables.join('\n'));
}

function writeLines(world: World, lines: readonly string[]): void {
  if (lines.length > 0) world.stdout.write(`${lines.join('\n')}\n`);
}
