/**
 * The Pods and controllers that a command names: NAME, NAME.NAMESPACE, or a controller's name for all of its Pods, as for `up`;
 * a Service's, as `svc/NAME` or where nothing else has it, for its Pods, with all of the controllers that these are of.
 */
import type { Observed, ObservedPod } from '../runtime/observed.ts';
import { podKey, readPodKey } from '../runtime/pod-ref.ts';
import type { State } from '../state/state.ts';
import { recallPod } from '../spec/recall.ts';
import type { Project } from '../../model/project.ts';
import { cronUnit, unitOf, unitOfLife } from './unit.ts';

/** What has a name: a Pod, or a controller that has none now. */
export interface Nameable {
  readonly name: string;
  readonly namespace: string;
  /** Unset for a controller. */
  readonly pod?: string;
  readonly unit: string;
  /** The names of the Services that select the Pod. */
  readonly services?: readonly string[];
}

export interface NamedUnits {
  /** Each once. */
  readonly units: readonly string[];
  /** The keys of their Pods. */
  readonly pods: readonly string[];
  /** Names of single Pods of a controller. */
  readonly parts: readonly { readonly name: string; readonly unit: string }[];
  /** Names that nothing has. */
  readonly missing: readonly string[];
}

export function namedUnits(words: readonly string[], all: readonly Nameable[]): NamedUnits {
  const found = words.map((word) => ({ word, named: named(word, all) }));
  const units = [...new Set(found.flatMap((each) => each.named.map(({ unit }) => unit)))];
  return {
    units,
    pods: [...new Set(all.flatMap(({ pod, unit }) => (pod !== undefined && units.includes(unit) ? [pod] : [])))],
    parts: found.flatMap(({ word, named: [first] }) =>
      first?.pod !== undefined && first.pod !== first.unit ? [{ name: word, unit: first.unit }] : [],
    ),
    missing: found.flatMap((each) => (each.named.length === 0 ? [each.word] : [])),
  };
}

/** A controller goes before a Pod of its name, and the namespace `default` before all others. */
function named(word: string, all: readonly Nameable[]): readonly Nameable[] {
  const within = (name: string, isIn: (namespace: string) => boolean): readonly Nameable[] => {
    const there = all.filter(({ namespace }) => isIn(namespace));
    const controllers = there.filter(({ unit }) => isController(unit) && nameOf(unit) === name);
    if (controllers.length > 0) return controllers.map(({ pod: _pod, ...controller }) => controller);
    return there.filter((each) => each.pod !== undefined && each.name === name);
  };
  const [, service] = /^svc\/(.+)$/.exec(word) ?? [];
  if (service !== undefined) return selected(service, all);
  const own = within(word, (namespace) => namespace === 'default');
  if (own.length > 0) return own;
  const dot = word.lastIndexOf('.');
  const elsewhere = dot < 0 ? [] : within(word.slice(0, dot), (namespace) => namespace === word.slice(dot + 1));
  const anywhere = elsewhere.length > 0 ? elsewhere : within(word, () => true);
  return anywhere.length > 0 ? anywhere : selected(word, all);
}

/** Of the namespace `default` first, else of the first that has one. */
function selected(service: string, all: readonly Nameable[]): readonly Nameable[] {
  const pods = all.filter(({ services = [] }) => services.includes(service));
  const namespaces = pods.map(({ namespace }) => namespace);
  const own = namespaces.includes('default') ? 'default' : namespaces[0];
  return pods
    .filter(({ namespace }) => namespace === own)
    .map(({ pod, ...each }) => (pod === undefined || isController(each.unit) ? each : { ...each, pod }));
}

const isController = (unit: string): boolean => unit.split('/').length === 3;
const nameOf = (unit: string): string => unit.slice(unit.lastIndexOf('/') + 1);

/** All that a podrun knows of: what its file names, and what is on the engine. */
export function nameablesOf({ pods, file }: State): readonly Nameable[] {
  const ofPods = pods.list.flatMap(({ key, desired, lives }): Nameable[] => {
    const [unit] = [...(desired === undefined ? [] : [unitOf(desired)]), ...lives.map((life) => unitOfLife(life))];
    const services = desired === undefined ? lives.flatMap(servicesOf) : (desired.services ?? []);
    return unit === undefined ? [] : [{ ...readPodKey(key), pod: key, unit, services }];
  });
  return [...ofPods, ...cronsOf(file)];
}

export const nameablesIn = (project: Project): readonly Nameable[] => [
  ...project.pods.map((pod) => {
    const { name, namespace } = pod.metadata;
    return { name, namespace, pod: podKey(pod.metadata), unit: unitOf(pod), services: pod.services ?? [] };
  }),
  ...cronsOf(project),
];

/** What is on the engine; of what is held down there may be no Pod. */
export const nameablesOn = ({ pods, holds }: Pick<Observed, 'pods' | 'holds'>): readonly Nameable[] => [
  ...pods.map((life) => ({
    ...{ name: life.name, namespace: life.namespace, pod: life.key, unit: unitOfLife(life) },
    services: servicesOf(life),
  })),
  ...[...holds.keys()].map((unit) => ({
    ...{ name: nameOf(unit), namespace: unit.slice(0, unit.indexOf('/')), unit },
    ...(isController(unit) ? {} : { pod: unit }),
  })),
];

const servicesOf = (life: ObservedPod): readonly string[] => recallPod(life).services ?? [];

/** Words that name all of it: each Pod of its own, and each controller. */
export const unitWords = (all: readonly Nameable[]): readonly string[] => [
  ...new Set(
    all.map(({ unit }) => {
      const namespace = unit.slice(0, unit.indexOf('/'));
      return namespace === 'default' ? nameOf(unit) : `${nameOf(unit)}.${namespace}`;
    }),
  ),
];

const cronsOf = (project: Project | undefined): readonly Nameable[] =>
  (project?.cronJobs ?? []).flatMap((cron) =>
    cron.apart === true ? [] : [{ name: cron.name, namespace: cron.namespace, unit: cronUnit(cron) }],
  );
