/** What a Pod's first start waits for: the short form's `dependsOn`, or the annotation that means the same. */
import { DEPENDS_ON } from '../../model/annotations.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { didYouMean } from '../schema/field-hint.ts';
import type { Identity } from './identity.ts';
import type { ReadPod } from './pod.ts';
import { fieldsOf, listOf, oneOf, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';
import { suggest } from '../schema/suggest.ts';
import type { Dependency, Pod } from '../../model/pod.ts';

/** One entry as it is written: the name of a Pod or of a controller, `NAME.NAMESPACE` for one of another namespace. */
export interface Asked {
  readonly name: string;
  readonly condition: Dependency['condition'];
  readonly at: Cursor;
}

const CONDITIONS = ['Ready', 'Started', 'Succeeded'] as const;
const CONDITION: Dependency['condition'] = 'Ready';

/** A list waits for Ready, a map says for what; the annotation is `db, migrate:Succeeded`. */
export function readDependsOn(
  { field, fieldAt }: { readonly field: unknown; readonly fieldAt: Cursor },
  { annotation, at }: { readonly annotation: string | undefined; readonly at: Cursor },
  report: Report,
): readonly Asked[] {
  if (Array.isArray(field))
    return listOf(field).flatMap((item, index) => {
      const name = textOf(item) ?? '';
      return name === '' ? [] : [{ name, condition: CONDITION, at: below(fieldAt, index) }];
    });
  if (field !== undefined)
    return Object.entries(fieldsOf(field)).map(([name, entry]) => ({
      name,
      condition: oneOf(fieldsOf(entry)['condition'], CONDITIONS) ?? CONDITION,
      at: below(fieldAt, name),
    }));
  return splitList(annotation).flatMap((entry) => {
    const [name = '', asked = CONDITION, ...more] = entry.split(':').map((part) => part.trim());
    const condition = oneOf(asked, CONDITIONS);
    if (condition !== undefined && name !== '' && more.length === 0) return [{ name, condition, at }];
    report(at, invalid(entry, `must be a Pod, or a Pod with one of ${CONDITIONS.join(', ')}`), {
      hint: `for example ${DEPENDS_ON}: "db, migrate:Succeeded"`,
    });
    return [];
  });
}

/** The entries of an annotation that holds a list. */
export function splitList(annotation: string | undefined): readonly string[] {
  return (annotation ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The annotation that says the same; nothing where nothing is asked. */
export function dependsOnAnnotation(asked: readonly Asked[]): Readonly<Record<string, string>> {
  if (asked.length === 0) return {};
  const texts = asked.map(({ name, condition }) => (condition === CONDITION ? name : `${name}:${condition}`));
  return { [DEPENDS_ON]: texts.join(', ') };
}

/**
 * The Pods with what each waits for. Reports what is not there, what cannot come to pass, and circles.
 * @param selected those that are to run
 * @param all those of other profiles, too
 */
export function withDependencies(
  selected: readonly ReadPod[],
  all: readonly ReadPod[],
  controllers: readonly Identity[],
  report: Report,
): readonly ReadPod[] {
  if (selected.every(({ asked }) => asked.length === 0)) return selected;
  const index = indexPods(all, controllers);
  const running = new Set(selected.map(({ pod }) => keyOf(pod.metadata)));
  const told = new Set<Asked>();
  const once: (asked: Asked) => Report = (asked) => (at, message, finding) => {
    if (!told.has(asked)) report(at, message, finding);
    told.add(asked);
  };
  const resolved = selected.map((read) => {
    const dependsOn = read.asked.flatMap((asked) => {
      const found = index(read.pod.metadata.namespace, asked.name);
      checkFound(found, asked, running, all, once(asked));
      return found.map(({ pod: { metadata } }) => ({
        name: metadata.name,
        namespace: metadata.namespace,
        condition: asked.condition,
      }));
    });
    return dependsOn.length === 0 ? read : { ...read, pod: { ...read.pod, dependsOn } };
  });
  checkCircles(resolved, report);
  return resolved;
}

function checkFound(
  found: readonly ReadPod[],
  { name, condition, at }: Asked,
  running: ReadonlySet<string>,
  all: readonly ReadPod[],
  report: Report,
): void {
  if (found.length === 0) {
    const near = suggest(
      name,
      all.map(({ pod }) => pod.metadata.name),
    );
    report(at, `Not found: ${show(name)}: no Pod of the project has that name`, {
      hint: near === undefined ? undefined : didYouMean(near),
    });
  }
  const away = found.find(({ pod }) => !running.has(keyOf(pod.metadata)));
  if (away !== undefined) {
    const [profile = ''] = away.profiles;
    report(at, `${name} runs only with one of its profiles: ${away.profiles.join(', ')}`, {
      hint: `select it with --profile ${profile}, or take ${name} out of dependsOn`,
    });
  }
  if (condition === 'Succeeded' && found.some(({ pod }) => pod.spec.restartPolicy === 'Always'))
    report(at, `${name} never succeeds: its restartPolicy is Always`, {
      hint: `give ${name} restartPolicy: OnFailure or Never`,
    });
}

type Index = (namespace: string, name: string) => readonly ReadPod[];

/** Pods by name, else those that a controller of that name makes. */
export function indexPods(all: readonly ReadPod[], controllers: readonly Identity[]): Index {
  const byKey = new Map<string, readonly ReadPod[]>(all.map((read) => [keyOf(read.pod.metadata), [read]]));
  for (const controller of controllers) {
    const key = keyOf(controller);
    if (!byKey.has(key))
      byKey.set(
        key,
        all.filter(({ nameAt }) => nameAt === controller.nameAt),
      );
  }
  return (namespace, name) => {
    const dot = name.lastIndexOf('.');
    const elsewhere = dot < 1 ? '' : keyOf({ namespace: name.slice(dot + 1), name: name.slice(0, dot) });
    return byKey.get(keyOf({ namespace, name })) ?? byKey.get(elsewhere) ?? [];
  };
}

/** Reports each circle once, at the entry that closes it. */
function checkCircles(reads: readonly ReadPod[], report: Report): void {
  const byKey = new Map(reads.map((read) => [keyOf(read.pod.metadata), read]));
  const done = new Set<string>();
  const told = new Set<Cursor>();
  const visit = (key: string, path: readonly string[]): void => {
    const read = byKey.get(key);
    if (read === undefined || done.has(key)) return;
    for (const next of (read.pod.dependsOn ?? []).map(keyOf)) {
      const begin = [...path, key].indexOf(next);
      if (begin < 0) visit(next, [...path, key]);
      else tellCircle(read, [...path, key].slice(begin), byKey, told, report);
    }
    done.add(key);
  };
  for (const key of byKey.keys()) visit(key, []);
}

function tellCircle(
  { asked, pod }: ReadPod,
  keys: readonly string[],
  byKey: ReadonlyMap<string, ReadPod>,
  told: Set<Cursor>,
  report: Report,
): void {
  const [first = ''] = keys;
  const position = (pod.dependsOn ?? []).findIndex((dependency) => keyOf(dependency) === first);
  // Each entry stands for one Pod but where it names a controller, whose Pods are in no circle of their own.
  const at = asked[Math.min(position, asked.length - 1)]?.at;
  if (at === undefined || told.has(at)) return;
  told.add(at);
  const names = [...keys, first].map((key) => byKey.get(key)?.pod.metadata.name ?? key);
  report(at, `a circle: ${names.join(' -> ')}: none of them would ever start`, { hint: 'take one of them out' });
}

export function keyOf({ namespace, name }: Pick<Pod['metadata'], 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
