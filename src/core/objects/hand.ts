/**
 * What is changed by hand: `scale`, `rollout restart|undo|pause|resume`. It goes over the file, is kept on the engine, and holds
 * until the file says something else of that field than it said then.
 */
import type { Dependency, Pod } from '../../model/pod.ts';
import type { Claim, Project } from '../../model/project.ts';
import { restartedAt, slotsOf } from './slots.ts';
import { templateOf } from './templates.ts';
import type { TemplateSources } from './templates.ts';
import type { Workload } from '../../model/workload.ts';
import { groupOf } from '../admission/workload.ts';
import type { Hand } from '../runtime/labels.ts';
import type { KeptObjects } from '../runtime/object-record.ts';
import { podKey, podLabel } from '../runtime/pod-ref.ts';
import type { SharedMemory } from '../state/shared-memory.ts';
import { groupKey } from '../workloads/owned.ts';

/** What one command changes. */
export interface HandChange {
  readonly replicas?: number;
  readonly paused?: boolean;
  /** The revision to go back to, as its Pods carry it. */
  readonly template?: string;
  /** RFC 3339. */
  readonly restartedAt?: string;
}

/** What of it still holds, now that the file says this; undefined: nothing. */
export function holding(hand: Hand | undefined, workload: Workload): Hand | undefined {
  if (hand === undefined) return undefined;
  const now = fileValues(workload);
  const kept = fieldsOf(hand).filter((field) => hand[field]?.file === now[field] && hand[field]?.value !== now[field]);
  return kept.length === 0 ? undefined : Object.fromEntries(kept.map((field) => [field, hand[field]]));
}

const fieldsOf = (fields: Hand | HandChange): readonly (keyof Hand)[] => Object.keys(fields) as (keyof Hand)[];

/** What the file says of the fields that may be changed by hand; of a restart and a rollback the template that it had. */
const fileValues = (workload: Workload): Readonly<Record<keyof Hand, unknown>> => ({
  replicas: workload.replicas,
  paused: workload.kind === 'Deployment' && workload.paused,
  restartedAt: workload.revision,
  template: workload.revision,
});

/** With what a command changes. @param workload as the file has it */
export function changedByHand(hand: Hand | undefined, workload: Workload, change: HandChange): Hand {
  const now = fileValues(workload);
  // What is gone back to is as it was. A field that is left out would come back from what the engine keeps.
  const before = change.template === undefined ? hand : { ...hand, restartedAt: undefined };
  const fields = fieldsOf(change).map((field) => [field, { value: change[field], file: now[field] }]);
  return { ...before, ...(Object.fromEntries(fields) as Hand) };
}

/** What is changed by hand, as it was last to be, else as the engine keeps it. */
export const handsIn =
  ({
    shared,
    observed,
  }: {
    readonly shared: Pick<SharedMemory, 'hands' | 'records'>;
    readonly observed: KeptObjects;
  }) =>
  (key: string): Hand | undefined => {
    const kept = (shared.records.get(key) ?? observed.get(key)?.record)?.hand;
    const asked = shared.hands.get(key);
    return asked === undefined ? kept : { ...kept, ...asked };
  };

/**
 * The file with what is changed by hand; the same object for the same file and changes.
 * @param sources of templates that were gone back to
 */
export function withHands(file: Project, handOf: (key: string) => Hand | undefined, sources: TemplateSources): Project {
  const hands = (file.workloads ?? []).flatMap((workload) => {
    const hand = workload.apart === true ? undefined : holding(handOf(groupKey(workload)), workload);
    return hand === undefined ? [] : [[groupKey(workload), hand] as const];
  });
  if (hands.length === 0) return file;
  const rolledBack = new Map(
    (file.workloads ?? []).flatMap((workload) => {
      const revision = new Map(hands).get(groupKey(workload))?.template?.value;
      const template = revision === undefined ? undefined : templateOf(sources, workload, revision);
      return template === undefined ? [] : [[groupKey(workload), template] as const];
    }),
  );
  const text = JSON.stringify([hands, [...rolledBack.keys()]]);
  const known = handed.get(file);
  if (known?.text === text) return known.project;
  const project = apply(file, new Map(hands), rolledBack);
  handed.set(file, { text, project });
  return project;
}

const handed = new WeakMap<Project, { readonly text: string; readonly project: Project }>();

/** @param templates that are gone back to, as far as they are known */
function apply(file: Project, hands: ReadonlyMap<string, Hand>, templates: ReadonlyMap<string, Pod>): Project {
  const slots = new Map<string, readonly Pod[]>();
  const workloads = file.workloads?.map((workload) => {
    const hand = hands.get(groupKey(workload));
    if (hand === undefined) return workload;
    const changed = withHand(workload, hand, templates.get(groupKey(workload)));
    slots.set(groupKey(workload), slotsOf(changed));
    return changed;
  });
  const before = new Map(file.pods.map((pod) => [podKey(pod.metadata), pod]));
  const keep = (pod: Pod): Pod => {
    const known = before.get(podKey(pod.metadata));
    return known?.metadata.labels === pod.metadata.labels ? known : pod;
  };
  const changedOf = (pod: Pod): readonly Pod[] | undefined => slots.get(groupOf(pod.metadata) ?? '');
  const waits = (pod: Pod): Pod => {
    const dependsOn = pod.dependsOn?.flatMap((each): readonly Dependency[] => {
      const other = before.get(podKey(each));
      const now = other === undefined ? undefined : changedOf(other);
      return now?.map(({ metadata: { name, namespace } }) => ({ ...each, name, namespace })) ?? [each];
    });
    if (dependsOn === undefined || dependsOn.every((each) => pod.dependsOn?.includes(each))) return pod;
    return { ...pod, dependsOn: [...new Map(dependsOn.map((each) => [podKey(each), each])).values()] };
  };
  const placed = new Set<string>();
  const pods = file.pods.flatMap((pod): readonly Pod[] => {
    const now = changedOf(pod);
    if (now === undefined) return [waits(pod)];
    const key = groupOf(pod.metadata) ?? '';
    if (placed.has(key)) return [];
    placed.add(key);
    return now.map((each) => waits(keep(each)));
  });
  // Of those that have none in the file.
  const added = [...slots].flatMap(([key, now]) => (placed.has(key) ? [] : now));
  const all = [...pods, ...added];
  return {
    ...file,
    pods: all,
    claims: withClaimsOf(all, file.claims),
    ...(workloads === undefined ? {} : { workloads }),
  };
}

/** A StatefulSet's Pods have claims of their own. */
function withClaimsOf(pods: readonly Pod[], claims: readonly Claim[]): readonly Claim[] {
  const known = new Map(claims.map((claim) => [podKey(claim), claim]));
  for (const { metadata, spec } of pods)
    for (const { persistentVolumeClaim: claim } of spec.volumes) {
      if (claim === undefined) continue;
      const own = { name: claim.claimName, namespace: metadata.namespace };
      if (!known.has(podKey(own))) known.set(podKey(own), own);
    }
  return known.size === claims.length ? claims : [...known.values()];
}

function withHand(
  workload: Workload,
  { replicas, paused, template, restartedAt: restarted }: Hand,
  pod: Pod | undefined,
): Workload {
  const isBack = template !== undefined && pod !== undefined;
  const declared = { ...workload.declared, ...(pod && { template: pod }) };
  const back = isBack ? { ...workload, revision: template.value, declared } : workload;
  const scaled = replicas === undefined ? back : { ...back, replicas: replicas.value };
  const held = paused !== undefined && scaled.kind === 'Deployment' ? { ...scaled, paused: paused.value } : scaled;
  return restarted === undefined ? held : restartedAt(held, restarted.value);
}

/** What is by hand, and what the file says: `Deployment web has 4 replicas by hand, the file says 2`. */
export function handTexts(file: Project, handOf: (key: string) => Hand | undefined): readonly string[] {
  return (file.workloads ?? []).flatMap((workload) => {
    const { replicas, paused, template, restartedAt: restarted } = holding(handOf(groupKey(workload)), workload) ?? {};
    const name = `${workload.kind} ${podLabel(workload)}`;
    return [
      ...(replicas === undefined
        ? []
        : [`${name}: replicas is ${replicas.value} by hand, ${replicas.file} in the file`]),
      ...(paused === undefined ? [] : [`${name}: paused is ${paused.value} by hand, ${paused.file} in the file`]),
      ...(template === undefined
        ? []
        : [`${name}: rolled back by hand to template ${template.value}, ${template.file} is in the file`]),
      ...(restarted === undefined ? [] : [`${name}: restarted by hand at ${restarted.value}`]),
    ];
  });
}
