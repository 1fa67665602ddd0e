/** What a workload's controller decides, as Pods: which are to be there, which were asked for, and which go. */
import { reconcileDaemonSet } from '../../controllers/daemon-set/daemon-set.ts';
import type { EndCause } from '../../controllers/decision.ts';
import { availabilityAt } from '../../controllers/availability.ts';
import { isActive, isOfRevision, isOver } from '../../controllers/decision.ts';
import { reconcileDeployment } from '../../controllers/deployment/deployment.ts';
import { reconcileStatefulSet } from '../../controllers/stateful-set/stateful-set.ts';
import type { Pod } from '../../model/pod.ts';
import { wantedPorts } from '../reach/auto-ports.ts';
import type { Leave } from './staffing.ts';
import type { Group, Member } from './owned.ts';

export interface Staff {
  readonly pods: readonly Pod[];
  readonly asked: ReadonlySet<string>;
  /** By UID. */
  readonly leaving: ReadonlyMap<string, Leave>;
  readonly wakeAtMs: number;
  /** All Pods are of the template as it is now, and available. */
  readonly isComplete: boolean;
}

export function staffOf(group: Group, nowMs: number): Staff {
  const { workload, slots, members } = group;
  const { begin, wakeAtMs, ...decided } = decide(group, nowMs);
  const end = new Map([...decided.end, ...finishedBefore(group)]);
  const kept = [...members.values()]
    .filter(({ view }) => !view.isTerminating && !end.has(view.name))
    .toSorted((a, b) => (a.view.name < b.view.name ? -1 : 1));
  const isCurrent = ({ view }: Member): boolean => isOfRevision(view, workload.revision);
  const names = [...kept.filter(isCurrent).map(({ view }) => view.name), ...begin];
  const places = new Map(slots.map(({ metadata }, index) => [metadata.name, index]));
  const placeOf = (name: string): number => places.get(name) ?? slots.length;
  return {
    pods: [
      ...names.toSorted((a, b) => placeOf(a) - placeOf(b)).flatMap((name) => slotFor(group, name)),
      // Of an earlier template, as it was made.
      ...kept.flatMap((member) => (isCurrent(member) || member.life === undefined ? [] : [member.life.pod])),
    ],
    asked: new Set(names),
    leaving: leavingOf(group, end),
    wakeAtMs,
    isComplete: isComplete(group, nowMs),
  };
}

/** What has ended of an earlier template is of no use to anybody. */
const finishedBefore = ({ workload, members }: Group): readonly (readonly [string, EndCause])[] =>
  [...members.values()].flatMap(({ view }) =>
    isOver(view) && !view.isTerminating && !isOfRevision(view, workload.revision) ? [[view.name, 'updated']] : [],
  );

/** deployment_util.go DeploymentComplete. */
function isComplete({ workload, members }: Group, nowMs: number): boolean {
  const { isAvailable } = availabilityAt(nowMs, workload.minReadySeconds);
  const active = [...members.values()].filter(({ view }) => isActive(view));
  const isUpdated = ({ view }: Member): boolean => isOfRevision(view, workload.revision) && isAvailable(view);
  return active.length === workload.replicas && active.every(isUpdated);
}

interface Decided {
  /** The names of slots. */
  readonly begin: ReadonlySet<string>;
  readonly end: ReadonlyMap<string, EndCause>;
  readonly wakeAtMs: number;
}

function decide({ workload, slots, members }: Group, nowMs: number): Decided {
  const pods = [...members.values()].map(({ view }) => view);
  switch (workload.kind) {
    case 'StatefulSet': {
      const names = slots.map(({ metadata }) => metadata.name);
      const decision = reconcileStatefulSet(workload, names, pods, nowMs);
      return { ...decision, begin: new Set(decision.begin) };
    }
    case 'Deployment': {
      const decision = reconcileDeployment(workload, pods, nowMs);
      return { ...decision, begin: freeSlots(slots, members, decision.begin) };
    }
    case 'DaemonSet': {
      const decision = reconcileDaemonSet(workload, pods, nowMs);
      return { ...decision, begin: freeSlots(slots, members, decision.begin) };
    }
  }
}

/** The first that no Pod has: the name of one that is on its way out is free when it is gone. */
function freeSlots(slots: readonly Pod[], members: Group['members'], count: number): ReadonlySet<string> {
  const free = slots.map(({ metadata }) => metadata.name).filter((name) => !members.has(name));
  return new Set(free.slice(0, count));
}

/** The Pod of the template with that name: another podrun may have named its Pods otherwise. */
function slotFor({ workload: { declared }, slots }: Group, name: string): readonly Pod[] {
  const own = slots.find(({ metadata }) => metadata.name === name);
  // A slot's automatic ports are that slot's alone; in the template they are still open.
  const isOpen = declared.template !== undefined && wantedPorts({ pods: [declared.template] }).length > 0;
  const any = isOpen ? declared.template : slots[0];
  if (own !== undefined || any === undefined) return own === undefined ? [] : [own];
  const others = renamed.get(any) ?? new Map<string, Pod>();
  renamed.set(any, others);
  const pod = others.get(name) ?? { ...any, metadata: { ...any.metadata, name } };
  others.set(name, pod);
  return [pod];
}

/** A Pod that is the same is the same object. */
const renamed = new WeakMap<Pod, Map<string, Pod>>();

function leavingOf({ workload, slots, members }: Group, end: Decided['end']): ReadonlyMap<string, Leave> {
  const leaving = new Map<string, Leave>();
  for (const [name, cause] of end) {
    const life = members.get(name)?.life;
    if (life === undefined) continue;
    const because = { kind: 'workload', workload: `${workload.kind} ${workload.name}`, cause } as const;
    const next = isRolledOut(cause) ? (slots.find(({ metadata }) => metadata.name === name) ?? slots[0]) : undefined;
    leaving.set(life.uid, { because, ...(next === undefined ? {} : { next }) });
  }
  return leaving;
}

const isRolledOut = (cause: EndCause): boolean => cause === 'updated' || cause === 'unhealthy';
