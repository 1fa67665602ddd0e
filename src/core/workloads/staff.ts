/** What a workload's controller decides, as Pods: which are to be there, which were asked for, and which go. */
import type { EndCause } from '../../controllers/decision.ts';
import { availabilityAt } from '../../controllers/availability.ts';
import { isActive, isOfRevision, isOver } from '../../controllers/decision.ts';
import type { Scales } from '../../controllers/deployment/sets.ts';
import type { Pod } from '../../model/pod.ts';
import { wantedPorts } from '../reach/auto-ports.ts';
import { decide } from './decide.ts';
import type { Decided } from './decide.ts';
import type { Namer } from './names.ts';
import type { Asked, AskedPod, FileNames, Leave, Templates } from './staffing.ts';
import type { Group, Member } from './owned.ts';

export interface Staff {
  readonly pods: readonly Pod[];
  readonly asked: Asked;
  /** By UID. */
  readonly leaving: ReadonlyMap<string, Leave>;
  readonly wakeAtMs: number;
  /** All Pods are of the template as it is now, and available. */
  readonly isComplete: boolean;
  /** Of a Deployment. */
  readonly scales?: Scales;
  readonly templates: Templates;
  readonly names: FileNames;
}

/** What was decided of the workload before. */
export interface Before {
  readonly scales: Scales | undefined;
  readonly templates: Templates | undefined;
  /** A Pod of a template of before, as far as it is kept. */
  readonly recall: (revision: string) => Pod | undefined;
}

export function staffOf(all: Group, before: Before, { left, draw }: Namer, nowMs: number): Staff {
  const { group, decided } = decide(all, before.scales, nowMs);
  const { workload, slots, members } = group;
  const end = new Map([...decided.end, ...finishedBefore(group, decided.scales)]);
  const kept = [...members.values()].filter(
    (member) => !member.view.isTerminating && !end.has(member.view.name) && isWanted(member, group),
  );
  const templates = templatesOf(group, before, decided);
  const names = left(group);
  const asked = new Map<string, AskedPod>();
  for (const { view, life } of kept)
    asked.set(view.name, { revision: view.revision ?? workload.revision, isMade: life !== undefined });
  for (const name of decided.named) asked.set(name, { revision: workload.revision, isMade: false });
  // Where no record tells of its template, all names of the file are left, those of Pods that are there too.
  const free = names.left.filter((name) => !members.has(name) && !asked.has(name));
  for (const [revision, count] of decided.begin)
    for (let index = 0; index < count && templates.has(revision); index += 1) {
      const own = revision === workload.revision ? free.shift() : undefined;
      asked.set(own ?? draw(workload, revision), { revision, isMade: false });
    }
  const places = new Map(slots.map(({ metadata }, index) => [metadata.name, index]));
  const placeOf = (name: string): number => places.get(name) ?? slots.length;
  const [current, earlier] = [new Array<string>(), new Array<Pod>()];
  for (const [name, { revision }] of [...asked].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const life = members.get(name)?.life;
    const isCurrent = life?.isCurrent ?? (revision === workload.revision || !templates.has(revision));
    if (isCurrent) current.push(name);
    else earlier.push(life?.pod ?? withName(templates.get(revision) as Pod, name));
  }
  return {
    pods: [...current.toSorted((a, b) => placeOf(a) - placeOf(b)).flatMap((name) => slotFor(group, name)), ...earlier],
    asked,
    leaving: leavingOf(group, end),
    wakeAtMs: decided.wakeAtMs,
    isComplete: isComplete(group, nowMs),
    ...(decided.scales === undefined ? {} : { scales: decided.scales }),
    templates,
    names: { ...names, left: free },
  };
}

/** What has failed stays to be read, and is no Pod of the workload any more as soon as that is written down. */
const isWanted = ({ view, life }: Member, { workload }: Group): boolean =>
  workload.kind === 'StatefulSet' || !isOver(view) || life?.isFinished !== true;

/** What has ended of an earlier template is of no use to anybody once that template has no Pods. */
function finishedBefore(
  { workload, members }: Group,
  scales: Scales | undefined,
): readonly (readonly [string, EndCause])[] {
  const isUsed = (revision: string | undefined): boolean => (scales?.sizes.get(revision ?? '') ?? 0) > 0;
  return [...members.values()].flatMap(({ view }) =>
    isOver(view) && !view.isTerminating && !isOfRevision(view, workload.revision) && !isUsed(view.revision)
      ? [[view.name, 'updated']]
      : [],
  );
}

/** deployment_util.go DeploymentComplete. */
function isComplete({ workload, members }: Group, nowMs: number): boolean {
  const { isAvailable } = availabilityAt(nowMs, workload.minReadySeconds);
  const active = [...members.values()].filter(({ view }) => isActive(view));
  const isUpdated = ({ view, life }: Member): boolean => (life?.isCurrent ?? false) && isAvailable(view);
  return active.length === workload.replicas && active.every(isUpdated);
}

/** A Pod of each template that is kept, to make others after. */
function templatesOf(
  { workload, slots, members, known }: Group,
  { templates = new Map(), recall }: Before,
  { scales, begin }: Decided,
): Templates {
  const found = new Map<string, Pod>();
  // A StatefulSet's Pods are each another.
  for (const { view, life } of workload.kind === 'StatefulSet' ? [] : members.values())
    if (life !== undefined && view.revision !== undefined && !found.has(view.revision))
      found.set(view.revision, templates.get(view.revision) ?? recall(view.revision) ?? life.pod);
  for (const [revision, pod] of templates)
    if (scales?.sizes.has(revision) === true || known.includes(revision)) found.set(revision, pod);
  const slot = templateNow({ workload, slots });
  if (slot !== undefined) found.set(workload.revision, slot);
  for (const revision of begin.keys()) {
    const pod = found.has(revision) ? undefined : recall(revision);
    if (pod !== undefined) found.set(revision, pod);
  }
  return found;
}

/** The Pod of the template with that name. */
function slotFor(group: Group, name: string): readonly Pod[] {
  const any = group.slots.find(({ metadata }) => metadata.name === name) ?? templateNow(group);
  return any === undefined ? [] : [withName(any, name)];
}

/** A Pod of the template as it is now: a slot's automatic ports are that slot's alone, in the template they are still open. */
function templateNow({ workload: { declared }, slots }: Pick<Group, 'workload' | 'slots'>): Pod | undefined {
  const isOpen = declared.template !== undefined && wantedPorts({ pods: [declared.template] }).length > 0;
  return isOpen ? declared.template : (slots[0] ?? declared.template);
}

function withName(pod: Pod, name: string): Pod {
  if (pod.metadata.name === name) return pod;
  const others = renamed.get(pod) ?? new Map<string, Pod>();
  renamed.set(pod, others);
  const known = others.get(name) ?? { ...pod, metadata: { ...pod.metadata, name } };
  others.set(name, known);
  return known;
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
