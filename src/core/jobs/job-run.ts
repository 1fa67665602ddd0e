/** One Job: what it goes on with, what its controller decides, and which Pods are to be there for that. */
import { reconcileJob } from '../../controllers/job/job.ts';
import { newJobStatus } from '../../controllers/job/status.ts';
import type { JobStatus } from '../../controllers/job/status.ts';
import type { Pod } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import { isSame } from '../runtime/same.ts';
import { surroundings } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { recallPod } from '../spec/recall.ts';
import { statusBefore } from './ended-before.ts';
import { indexOf, uidOfJob, viewOf, viewOfUnmade } from './job-lives.ts';
import type { JobLife } from './job-lives.ts';
import type { AskedPod, Basis, Decided, JobRun } from './jobs-memory.ts';
import { keptRun } from './job-record.ts';
import { askedOf, drawUid, jobPodFor, nameBegun } from './made-pods.ts';
import { isRunOf } from './same-job.ts';

/** A Job with its Pods of the file and of the engine. */
export interface JobGroup extends Basis {
  /** `NAMESPACE/Job/NAME`. */
  readonly unit: string;
  readonly lives: readonly JobLife[];
}

/** What is decided of a Job that is free to run, beside what it goes by. */
type RunDecision = Pick<Decided, 'pods' | 'leaving' | 'wakeAtMs'> & { readonly run: JobRun };

export function decideRun(draft: Draft, group: JobGroup, nowMs: number): RunDecision {
  const { job, slots, lives, gone } = group;
  const before = gone === undefined ? runOf(draft, group, nowMs) : expired(runOf(draft, group, nowMs));
  const own = lives.filter(({ life }) => [undefined, before.uid].includes(uidOfJob(life)));
  const staying = new Set(own.map(({ life }) => life));
  const leaving = new Map(
    lives.flatMap(({ life: { uid } }) => {
      const because = draft.shared.jobs.leaving.get(uid);
      return because === undefined ? [] : [[uid, because] as const];
    }),
  );
  const end = (uid: string, cause: Extract<Reason, { kind: 'workload' }>['cause']): void =>
    void leaving.set(uid, gone ?? { kind: 'workload', workload: `Job ${job.name}`, cause });
  for (const { life } of lives) if (!staying.has(life)) end(life.uid, 'edited');
  const asked = askedNow(before, own);
  const there = new Map(own.map((each) => [each.life.name, each]));
  const views = [
    ...own.map((each) => viewOf(draft, each, leaving.has(each.life.uid), asked.get(each.life.name)?.index)),
    ...[...asked].flatMap(([name, { index }]) =>
      there.has(name) ? [] : [viewOfUnmade(draft, job.namespace, name, index)],
    ),
  ];
  const decision = reconcileJob(job, before.status, views, nowMs);
  for (const [name, cause] of decision.end) {
    const made = there.get(name);
    if (made === undefined) asked.delete(name);
    else end(made.life.uid, cause);
  }
  const isFirst = lives.length === 0 && before.status === newJobStatus && before.isAnew !== true;
  for (const [name, pod] of nameBegun(draft, job, decision.begin, isFirst ? slots : [])) asked.set(name, pod);
  const run = { ...before, status: decision.status, asked };
  const known = draft.shared.jobs.decided.get(group.unit)?.pods ?? [];
  return { run, pods: podsOf(group, run, there, leaving, known), leaving, wakeAtMs: decision.wakeAtMs };
}

/** It is as good as deleted, whoever goes on with that. */
const expired = (run: JobRun): JobRun =>
  run.status.isExpired === true ? run : { ...run, status: { ...run.status, isExpired: true } };

/** As it is remembered, else as the engine keeps it; another one where it was edited, or was never begun. */
function runOf(draft: Draft, { job, unit, lives }: JobGroup, nowMs: number): JobRun {
  const kept = surroundings(draft).objects.get(unit);
  const known = draft.shared.jobs.runs.get(unit) ?? (kept && keptRun(kept.record));
  const wanted = job.completions === undefined ? {} : { completions: job.completions };
  if (known !== undefined && isRunOf(known, job)) return { ...known, ...wanted };
  const uids = lives.map(({ life }) => life.uid);
  // What a podrun that died had begun, before it could write anything of it, goes on.
  const staying = known === undefined ? lives.filter(({ life }) => life.record.deletion === undefined) : [];
  const [adopted] = staying.flatMap(({ life }) => uidOfJob(life) ?? []);
  const counted = uids.filter((uid) => !staying.some(({ life }) => life.uid === uid)).toSorted();
  const begun: JobStatus = counted.length === 0 ? newJobStatus : { ...newJobStatus, counted };
  const status = (known === undefined ? statusBefore(draft, job, lives) : undefined) ?? begun;
  return {
    uid: adopted ?? drawUid(draft),
    createdAtMs: status.startedAtMs ?? nowMs,
    revision: job.revision,
    ...wanted,
    status,
    asked: new Map(),
    ...(known === undefined ? {} : { isAnew: true }),
  };
}

/** Without those that were there and are no more. */
function askedNow({ asked }: JobRun, own: readonly JobLife[]): Map<string, AskedPod> {
  const there = new Map(own.map((each) => [each.life.name, each]));
  const now = new Map([...asked].filter(([name, { isMade }]) => there.has(name) || !isMade));
  for (const [name, { life }] of there) {
    const known = asked.get(name);
    const { annotations = {} } = life.facts?.live ?? life.record.end?.facts.live ?? {};
    now.set(name, known === undefined ? askedOf(annotations, indexOf(life)) : { ...known, isMade: true });
  }
  return now;
}

/** Those that run or have ended stay, and those that are to come; each the same object as before where it is the same. */
function podsOf(
  { job, slots }: JobGroup,
  { uid, asked }: JobRun,
  there: ReadonlyMap<string, JobLife>,
  leaving: ReadonlyMap<string, Reason>,
  known: readonly Pod[],
): readonly Pod[] {
  // Each slot has automatic ports of its own.
  const byName = new Map(slots.map((slot) => [slot.metadata.name, slot]));
  return [...asked].flatMap(([name, pod]) => {
    const made = there.get(name);
    if (made !== undefined && isGoing(made, leaving)) return [];
    // As in a cluster, what else the file says by now is for the Pods to come: none that is there is replaced for it.
    const recalled = made && (made.memory.applied.get(made.life.uid) ?? (made.life.facts && recallPod(made.life)));
    if (recalled !== undefined)
      return [known.find((pod) => pod.metadata.name === name && isSame(pod, recalled)) ?? recalled];
    const slot = byName.get(name) ?? slots[0];
    return slot === undefined ? [] : [jobPodFor(job, uid, name, pod, slot)];
  });
}

const isGoing = ({ life: { uid, record }, memory }: JobLife, leaving: ReadonlyMap<string, Reason>): boolean =>
  leaving.has(uid) || record.deletion !== undefined || memory.deletions.has(uid);
