/** What the controller of each kind decides for a workload's Pods. */
import { reconcileDaemonSet } from '../../controllers/daemon-set/daemon-set.ts';
import { isActive } from '../../controllers/decision.ts';
import type { EndCause } from '../../controllers/decision.ts';
import { reconcileDeployment } from '../../controllers/deployment/deployment.ts';
import type { Scales } from '../../controllers/deployment/sets.ts';
import { reconcileReplicaSet } from '../../controllers/replica-set/replica-set.ts';
import { reconcileStatefulSet } from '../../controllers/stateful-set/stateful-set.ts';
import type { Group } from './owned.ts';

export interface Decided {
  /** Under these names; of a StatefulSet alone. */
  readonly named: readonly string[];
  /** How many of each template, by its revision; their names are of no matter. */
  readonly begin: ReadonlyMap<string, number>;
  readonly end: ReadonlyMap<string, EndCause>;
  readonly wakeAtMs: number;
  /** Of a Deployment. */
  readonly scales?: Scales;
}

/**
 * @param before of a Deployment
 * @returns also the group without what was asked for and is not wanted any more: it is gone at once
 */
export function decide(
  group: Group,
  before: Scales | undefined,
  nowMs: number,
): { readonly group: Group; readonly decided: Decided } {
  const decided = decideOnce(group, before, nowMs);
  const dropped = [...decided.end.keys()].filter((name) => group.members.get(name)?.life === undefined);
  if (dropped.length === 0) return { group, decided };
  const members = new Map([...group.members].filter(([name]) => !dropped.includes(name)));
  return decide({ ...group, members }, decided.scales, nowMs);
}

function decideOnce(group: Group, before: Scales | undefined, nowMs: number): Decided {
  const { workload, slots, members } = group;
  const { revision } = workload;
  const pods = [...members.values()].map(({ view }) => view);
  const some = (begin: number): Pick<Decided, 'named' | 'begin'> => ({
    named: [],
    begin: new Map(begin === 0 ? [] : [[revision, begin]]),
  });
  switch (workload.kind) {
    case 'StatefulSet': {
      const names = slots.map(({ metadata }) => metadata.name);
      const { begin, ...decision } = reconcileStatefulSet(workload, names, pods, nowMs);
      return { ...decision, ...some(0), named: begin };
    }
    case 'Deployment':
      return { named: [], ...reconcileDeployment(workload, pods, scalesNow(group, before), nowMs) };
    case 'DaemonSet': {
      const { begin, ...decision } = reconcileDaemonSet(workload, pods, nowMs);
      return { ...decision, ...some(begin) };
    }
    case 'ReplicaSet':
    case 'ReplicationController': {
      const { begin, ...decision } = reconcileReplicaSet(workload, pods, nowMs);
      return { ...decision, ...some(begin) };
    }
  }
}

/** A template without Pods is none of the past as long as its record is kept; a podrun that begins counts the Pods. */
function scalesNow({ workload, members, known }: Group, before: Scales | undefined): Scales {
  const countOf = (revision: string): number =>
    [...members.values()].filter(({ view }) => view.revision === revision && isActive(view)).length;
  const sizes = before?.sizes ?? new Map(known.map((revision) => [revision, countOf(revision)]));
  const kept = [...sizes].filter(
    ([revision, size]) => size > 0 || revision === workload.revision || known.includes(revision),
  );
  return { replicas: before?.replicas ?? workload.replicas, sizes: new Map(kept) };
}
