/** What an edit changes in a Pod that is on the engine, field by field, and what each change takes. */
import type { Pod } from '../../model/pod.ts';
import type { FieldPath, FieldReason, Reason } from '../runtime/reason.ts';
import { expandEnv } from './expand.ts';
import { containerFacts, liveFacts, podFacts } from '../runtime/facts.ts';
import type { ContainerFacts } from '../runtime/facts.ts';
import type { ObservedPod, Instance } from '../runtime/observed.ts';
import type { Container } from '../../model/container.ts';
import { canonicalJson, isRecord } from '../../model/fingerprint.ts';

/** `pod`: the Pod is replaced; `live`: applied to what runs. */
export interface PodChanges {
  readonly pod: readonly Reason[];
  readonly live: readonly Reason[];
}

/** What differs between the Pod as wanted and as its infra (or its record of live edits) says it is. */
export function podChanges(desired: Pod, observed: ObservedPod): PodChanges {
  const actual = observed.facts;
  if (actual === undefined) return { pod: [], live: [] };
  return {
    pod: once(actual.pod, desired, () => differences(actual.pod, podFacts(desired.spec, desired.aliases))),
    live: once(actual.live, desired, () => differences(actual.live, liveFacts(desired))),
  };
}

/** Neither side ever changes, and the two are compared at every step. */
const compared = new WeakMap<object, WeakMap<Pod | Container, readonly Reason[]>>();

function once(actual: object, desired: Pod | Container, compare: () => readonly Reason[]): readonly Reason[] {
  const known = compared.get(actual) ?? new WeakMap<Pod | Container, readonly Reason[]>();
  compared.set(actual, known);
  const found = known.get(desired) ?? compare();
  known.set(desired, found);
  return found;
}

/** What differs between a container as wanted and its newest instance: each difference replaces that container. */
export function containerChanges(desired: Container, instance: Instance): readonly Reason[] {
  const { facts, container } = instance;
  if (facts === undefined) return [];
  return once(container, desired, () => {
    const [actual, wanted] = comparable(desired, facts, container.env);
    return differences(actual, wanted, ['containers', desired.name]);
  });
}

/**
 * What runs and what is wanted in one form, with the values of the environment that are in the file: those of what runs
 * are read from the container itself. What came from elsewhere is compared by where it came from, and what is built
 * upon it with the value that it had: a ConfigMap's new value is for the container's next start.
 */
export function comparable(
  desired: Container,
  { imported = [], ...facts }: ContainerFacts,
  actualEnv: Readonly<Record<string, string>>,
): readonly [actual: object, wanted: object] {
  const wanted = containerFacts(desired);
  const known = new Map(imported.flatMap((name) => pair(name, actualEnv)));
  const values = expandEnv(desired.env, known, ({ name }) => actualEnv[name]);
  const valuesOf = (names: readonly string[], env: Readonly<Record<string, string>>) =>
    Object.fromEntries(names.flatMap((name) => pair(name, env)));
  return [
    { ...facts, env: valuesOf(facts.env, actualEnv) },
    { ...wanted, env: valuesOf(wanted.env, Object.fromEntries(values)) },
  ];
}

function pair(name: string, env: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const value = env[name];
  return value === undefined ? [] : [[name, value]];
}

/** The leaves in which two JSON values differ; the order of an object's keys is no difference, that of a list is. */
export function differences(from: unknown, to: unknown, path: FieldPath = []): readonly FieldReason[] {
  if (isRecord(from) && isRecord(to)) {
    // Almost always nothing differs: that is seen without a walk.
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => differences(from[key], to[key], [...path, key]));
  }
  if (comparableText(from) === comparableText(to)) return [];
  return [{ kind: 'field', path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

function comparableText(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined ? value : canonicalJson(value);
}
