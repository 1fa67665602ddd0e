import type { Verb } from '../../core/runtime/action.ts';
import { podKey, podLabel } from '../../core/runtime/pod-ref.ts';
import type { Planned } from '../../core/state/planned.ts';
import { planEntries } from './plan-entry.ts';
import type { PlanEntry } from './plan-entry.ts';
import { makeStyle } from '../terminal/style.ts';
import type { Style } from '../terminal/style.ts';
import { causeOf } from '../reasons/cause.ts';
import type { Cause } from '../reasons/cause.ts';
import { causeText } from '../reasons/causes-text.ts';
import { oneLine } from '../text.ts';

/** What `up` would do, by Pod in the order of first appearance, with the causes of each step. */
export function planLines(planned: readonly Planned[], { color }: { readonly color: boolean }): readonly string[] {
  const style = makeStyle(color);
  const groups = groupByPod(planned);
  const onlyQuiet = groups.every(({ entries }) => entries.every(({ quiet }) => quiet));
  return groups.flatMap(({ title, entries }) => {
    const shown = entries.filter(({ quiet }) => onlyQuiet || !quiet);
    return shown.length === 0 ? [] : [style.strong(title), ...shown.flatMap((entry) => entryLines(entry, style))];
  });
}

/** One action for a machine. What a container is launched with is left out: it holds the environment. */
export interface PlanJson {
  readonly verb: Verb;
  /** The object on the engine, or the image. */
  readonly target: string;
  readonly pod?: { readonly name: string; readonly namespace: string };
  readonly container?: string;
  readonly because: readonly Cause[];
}

/** Every action by itself, in the plan's order. */
export function planJson(planned: readonly Planned[]): readonly PlanJson[] {
  return planned.map(({ action, pod, container, because }) => ({
    verb: action.verb,
    target: action.target,
    ...(pod === undefined ? {} : { pod: { name: pod.name, namespace: pod.namespace } }),
    ...(container === undefined ? {} : { container }),
    because: because.map(causeOf),
  }));
}

interface Group {
  readonly title: string;
  readonly entries: readonly PlanEntry[];
}

/** A Pod that is replaced is one group, though each of its lives has its own uid. */
function groupByPod(planned: readonly Planned[]): readonly Group[] {
  const groups = new Map<string, Planned[]>();
  for (const each of planned) {
    const key = each.pod === undefined ? '' : podKey(each.pod);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const pod = group[0]?.pod;
    return { title: pod === undefined ? 'project' : `pod ${podLabel(pod)}`, entries: planEntries(group) };
  });
}

function entryLines({ sign, text, causes }: PlanEntry, style: Style): readonly string[] {
  const paint = { '+': style.ok, '-': style.error, '~': style.warn }[sign];
  return [`  ${paint(sign)} ${oneLine(text)}`, ...causes.map((cause) => `      ${style.dim(causeText(cause))}`)];
}
