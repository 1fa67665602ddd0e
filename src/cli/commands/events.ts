import { kindNamed } from '../../core/naming/kinds.ts';
import type { Event } from 'kubernetes-types/core/v1.js';
import { eventObject } from '../../core/events/event-log.ts';
import type { Engine } from '../../engine/port.ts';
import { eventTable, sortEvents } from '../../output/tables/event-table.ts';
import { eventsAsJson } from '../../output/json/structured.ts';
import type { World } from '../../run/world.ts';
import { loadEvents } from '../../state/events.ts';
import { eventsPath } from '../../state/paths.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { nothingFound, podNames } from '../options/pod-names.ts';
import { meantOf } from '../reading/meant-pods.ts';
import { podsNow } from '../reading/pods-now.ts';
import { projectName, supervisorOf } from '../session.ts';
import type { Supervisor } from '../session.ts';

export interface EventsOptions extends GlobalOptions {
  readonly pod: readonly string[];
  readonly output?: 'wide' | 'json' | undefined;
  readonly watch: boolean;
  readonly types: readonly ('Normal' | 'Warning')[];
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly headers: boolean;
}

/** `podrun events`: as the supervisor tells them; where none lives, as the last one left them. */
export async function events(world: World, options: EventsOptions): Promise<number> {
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, name);
  const wish: Wish = { ...options, names: await namesOf(world, engine, options, name) };
  if (options.watch) return watch(world, engine, wish, name, supervisor);
  const all = (await readEvents(engine, supervisor)).filter((event) => isMeant(event, wish));
  engine.close();
  print(world, wish, all);
  return exitCode.done;
}

interface Wish extends EventsOptions {
  /** Of the Pods; unset: all. */
  readonly names?: ReadonlySet<string> | undefined;
}

/** The names as they are typed, as a Pod may be gone whose events are told, and those of a workload's Pods. */
async function namesOf(
  world: World,
  engine: Engine,
  options: EventsOptions,
  project: string,
): Promise<ReadonlySet<string> | undefined> {
  const [first = '', ...more] = options.pod;
  // A kind alone means all of it, as for get.
  if (more.length === 0 && (first === '' || kindNamed(first) !== undefined)) return undefined;
  const typed = podNames(options.pod);
  const { pods } = await podsNow(world, engine, project);
  const words = { pod: options.pod, namespace: options.allNamespaces ? undefined : options.namespace };
  const meant = await meantOf(world, options, words, pods);
  return new Set([...typed, ...meant.pods.map(({ metadata }) => metadata?.name ?? '')]);
}

/** All that are known, from the supervisor if there is one. */
export async function readEvents(engine: Engine, supervisor: Supervisor): Promise<readonly Event[]> {
  const asked = await supervisor.ask({ op: 'events', since: 0, watch: false });
  if (asked.kind === 'answer') return (asked.answer.events?.items ?? []) as readonly Event[];
  const log = await loadEvents(eventsPath(supervisor.folder));
  return log.entries.map((entry) => eventObject(entry, engine.info));
}

/** Prints what is known, then each that comes or comes again, until the supervisor ends. */
async function watch(
  world: World,
  engine: Engine,
  options: Wish,
  name: string,
  supervisor: Supervisor,
): Promise<number> {
  let headers = options.headers;
  const tell = (items: readonly Event[]): void => {
    const shown = sortEvents(items.filter((event) => isWanted(event, options)));
    if (shown.length === 0) return;
    const text =
      options.output === 'json'
        ? // One line each, so that a reader need not know where an object ends.
          shown.map((event) => `${JSON.stringify(event)}\n`).join('')
        : `${tableLines(world, { ...options, headers }, shown).join('\n')}\n`;
    headers = false;
    world.stdout.write(text);
  };
  const followed = await supervisor
    .follow({ op: 'events', since: 0, watch: true }, (answer) => tell((answer.events?.items ?? []) as readonly Event[]))
    .then(
      () => true,
      () => false,
    );
  if (!followed) tell(await readEvents(engine, supervisor));
  engine.close();
  if (!followed)
    throw new CommandError(exitCode.failed, `no podrun supervises project ${name}; no more events will come`);
  return exitCode.done;
}

const isWanted = (event: Event, options: Wish): boolean =>
  (options.allNamespaces || event.involvedObject.namespace === options.namespace) && isMeant(event, options);

/** In whatever namespace. */
function isMeant({ involvedObject, type }: Event, { names, types }: Wish): boolean {
  if (types.length > 0 && !types.some((each) => each === type)) return false;
  return names?.has(involvedObject.name ?? '') !== false;
}

function print(world: World, options: Wish, meant: readonly Event[]): void {
  const { output, allNamespaces, namespace } = options;
  const shown = sortEvents(meant.filter((event) => isWanted(event, options)));
  if (output === 'json') {
    world.stdout.write(eventsAsJson(shown));
    return;
  }
  if (shown.length === 0) {
    const namespaces = meant.map(({ involvedObject }) => involvedObject.namespace ?? 'default');
    world.stderr.write(nothingFound('events', namespaces, allNamespaces ? undefined : namespace));
    return;
  }
  world.stdout.write(`${tableLines(world, options, shown).join('\n')}\n`);
}

function tableLines(
  world: World,
  { output, allNamespaces, headers }: EventsOptions,
  shown: readonly Event[],
): readonly string[] {
  return eventTable(shown, { wide: output === 'wide', allNamespaces, noHeaders: !headers, nowMs: world.clock.nowMs() });
}
