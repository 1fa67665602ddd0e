import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podTable } from '../../output/tables/pod-table.ts';
import { objectsAs, objectsByTemplate, watchEventAsJson } from '../../output/json/structured.ts';
import type { PodChange } from '../../output/json/structured.ts';
import type { World } from '../../run/world.ts';
import { exitCode, signalCode } from '../exit-code.ts';
import { followPods } from './pod-feed.ts';
import { makeSelect } from './meant-pods.ts';
import { customTable } from '../../output/jsonpath/columns.ts';
import { applying, readOutput } from '../options/output-format.ts';
import type { OutputFormat } from '../options/output-format.ts';
import type { Selection } from '../options/pod-names.ts';
import { tableOptions } from '../commands/ps.ts';
import type { PsOptions } from '../commands/ps.ts';
import { projectName, supervisorOf } from '../session.ts';

/** `podrun ps -w`: the Pods, and each again whenever it has changed, as `kubectl get pods -w`; until a signal ends it. */
export async function watchPods(world: World, options: PsOptions): Promise<number> {
  const format = await readOutput(world, options.output);
  if (options.sortBy !== undefined) world.stderr.write('warning: --watch requested, --sort-by will be ignored\n');
  const project = await projectName(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, project);
  const ending = new AbortController();
  let code = 0;
  const off = world.onSignal((signal) => {
    code = signalCode(signal);
    ending.abort();
  });
  const words = { ...options, namespace: options.allNamespaces ? undefined : options.namespace };
  const select = await makeSelect(world, options, words);
  const changesOf = makeChanges();
  const print = makePrinter(world, options, format);
  let printed = Promise.resolve();
  let alone = false;
  let looked = false;

  /** As kubectl: what is watched by name is there when the watch begins. */
  function tellMissing({ missing, pods }: Selection): void {
    looked = true;
    for (const line of missing) world.stderr.write(`podrun: ${line}\n`);
    if (missing.length === 0 || pods.length > 0) return;
    code = exitCode.failed;
    ending.abort();
  }

  function tell(all: readonly KubernetesPod[], supervised: boolean): void {
    if (!supervised && !alone)
      world.stderr.write(`podrun: no podrun supervises project ${project}; showing what the engine has\n`);
    alone = !supervised;
    const selection = select(all);
    if (!looked) tellMissing(selection);
    const changes = changesOf(selection.pods);
    // The YAML printer is loaded by need: what came later must not overtake.
    if (changes.length > 0) printed = printed.then(() => print(changes));
    // What a template cannot be applied to ends it.
    printed.catch(() => ending.abort());
  }

  await followPods({ world, engine, project, supervisor }, tell, ending.signal).finally(off);
  await printed;
  engine.close();
  return code;
}

/** Takes the Pods as they are each time, and gives what changed; one that is gone comes as it last was. */
function makeChanges(): (pods: readonly KubernetesPod[]) => readonly PodChange[] {
  let known = new Map<string, { readonly text: string; readonly object: KubernetesPod }>();
  return (pods) => {
    const next = new Map(
      pods.map((object) => [object.metadata?.uid ?? '', { text: JSON.stringify(object), object }] as const),
    );
    const gone = [...known].filter(([uid]) => !next.has(uid)).map(([, { object }]) => object);
    const changed = [...next].filter(([uid, { text }]) => known.get(uid)?.text !== text);
    const before = known;
    known = next;
    return [
      ...gone.map((object) => ({ type: 'DELETED', object }) as const),
      ...changed.map(([uid, { object }]) => ({ type: before.has(uid) ? 'MODIFIED' : 'ADDED', object }) as const),
    ];
  };
}

function makePrinter(
  world: World,
  options: PsOptions,
  format: OutputFormat,
): (changes: readonly PodChange[]) => Promise<void> {
  const { outputWatchEvents, ports } = options;
  const widths: number[] = [];
  let noHeaders = !options.headers;
  return async (changes) => {
    const pods = changes.map(({ object }) => object);
    if (format.kind === 'table') {
      const table = { ...tableOptions(options, format), ports, noHeaders, nowMs: world.clock.nowMs(), widths };
      const events = outputWatchEvents ? { events: changes.map(({ type }) => type) } : {};
      world.stdout.write(`${podTable(pods, { ...table, ...events }).join('\n')}\n`);
    } else if (format.kind === 'columns') {
      const lines = applying(() => customTable(pods, format.columns, { noHeaders, widths }));
      world.stdout.write(`${lines.join('\n')}\n`);
    } else for (const change of changes) world.stdout.write(await document(format, change, outputWatchEvents));
    noHeaders = true;
  };
}

/** Each object is a document of its own: JSON one after another, YAML behind its `---`. */
async function document(
  format: Exclude<OutputFormat, { kind: 'table' | 'columns' }>,
  change: PodChange,
  withType: boolean,
): Promise<string> {
  if (format.kind === 'jsonpath')
    return applying(() => objectsByTemplate(format.template, [change.object], { single: true }));
  if (format.kind === 'json' && withType) return watchEventAsJson(change);
  const text = await objectsAs(format.kind, [change.object], { single: true });
  return format.kind === 'yaml' ? `---\n${text}` : text;
}
