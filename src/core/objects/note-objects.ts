/**
 * The objects of a file that are no Pods: their uids, generations and revisions, as the engine is to keep them. What is
 * on the engine already goes on; what is new gets a uid here, and is written by plan-records.ts.
 */
import { printOf } from '../../model/fingerprint.ts';
import type { Project } from '../../model/project.ts';
import { MAX_MADE_PODS } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import { groupOfLife } from '../admission/workload.ts';
import { cronUnit } from '../admission/unit.ts';
import type { Hand, ObjectRecord } from '../runtime/labels.ts';
import { objectLabel, readObjectKey } from '../runtime/object-record.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { isSame } from '../runtime/same.ts';
import { livesOf, surroundings } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { podAt } from '../state/pod-table.ts';
import type { Input } from '../state/input.ts';
import type { State } from '../state/state.ts';
import { cronRecord } from '../cron/cron-record.ts';
import { jobRecord } from '../jobs/job-record.ts';
import { serviceRecords } from '../services/service-records.ts';
import { jobUnit } from '../jobs/same-job.ts';
import { drawUid } from '../jobs/made-pods.ts';
import { groupKey } from '../workloads/owned.ts';
import { changedByHand, handsIn, holding } from './hand.ts';
import { isOfTemplate, revisionsOf } from './revisions.ts';
import { renewed } from './renewed.ts';
import type { Scene } from './renewed.ts';
import { sourcesOf, templateOf } from './templates.ts';

/** Leaves in the draft which records there are to be. Asked anew when the project may be another, or a Pod came or went. */
export function noteObjects(draft: Draft, nowMs: number): void {
  const { file: raw, intent } = draft.state;
  const file = draft.shared.staffing.file ?? raw;
  const before = draft.shared.records;
  if (file === undefined || raw === undefined || intent.kind === 'down' || !(draft.project || hasMoved(draft))) return;
  const { workloads = [], cronJobs = [], services = [] } = file;
  const { runs } = draft.shared.jobs;
  const { objects: observed, network } = surroundings(draft);
  if (workloads.length + cronJobs.length + services.length + runs.size + observed.size + before.size === 0) return;
  const known = (key: string): ObjectRecord | undefined => before.get(key) ?? observed.get(key)?.record;
  const scene: Scene = { known, nowMs, takeUid: () => drawUid(draft) };
  const handOf = handsIn({ shared: draft.shared, observed });
  const records = new Map<string, ObjectRecord>();
  const keep = (record: ObjectRecord): void => void records.set(record.object, record);
  const lives = [...livesOf(draft)].map(({ pod }) => pod);
  const all = [...new Map([...[...observed].map(([key, { record }]) => [key, record] as const), ...before]).values()];
  for (const workload of workloads.filter(({ apart }) => apart !== true)) {
    const key = groupKey(workload);
    const own = lives.filter((life) => groupOfLife(life) === key);
    const record = renewed(scene, key, generationPrint(workload));
    const isComplete = draft.shared.staffing.complete.has(key);
    const { hand: _before, ...rest } = isComplete ? { ...record, complete: workload.revision } : record;
    const hand = holding(handOf(key), raw.workloads?.find((each) => groupKey(each) === key) ?? workload);
    keep(hand === undefined ? rest : { ...rest, hand });
    for (const revision of revisionsOf(scene, workload, { all, lives: own })) keep(revision);
  }
  for (const cron of cronJobs.filter(({ apart }) => apart !== true))
    keep(cronRecord(renewed(scene, cronUnit(cron), printOf(cron)), draft.shared.crons.statuses.get(cronUnit(cron))));
  for (const [unit, run] of runs) keep(jobRecord(unit, run, draft.shared.crons.runs.get(unit)));
  if (services.length > 0) for (const record of serviceRecords(scene, file, network, lives)) keep(record);
  draft.shared.hands = emptyHands;
  if (isSame(Object.fromEntries(before), Object.fromEntries(records))) {
    // A record may be removed when the last Pod of its object is gone.
    if (observed.size > records.size) draft.project = true;
    return;
  }
  draft.shared.records = records;
  draft.project = true;
}

const emptyHands: ReadonlyMap<string, Hand> = new Map();

/** Left in the draft until the next plan, which goes by it and writes it down. An object that is not there changes nothing. */
export function takeHand(draft: Draft, { object, change }: Extract<Input, { kind: 'hand' }>): void {
  const workload = draft.state.file?.workloads?.find((each) => groupKey(each) === object);
  if (workload === undefined || workload.apart === true) return;
  const before = handsIn({ shared: draft.shared, observed: surroundings(draft).objects })(object);
  const hand = changedByHand(holding(before, workload), workload, change);
  draft.shared.hands = new Map(draft.shared.hands).set(object, hand);
  draft.project = true;
}

/** Why nothing of it can be changed by hand; undefined where it can. */
export function handProblem(
  state: State,
  { object, change }: Omit<Extract<Input, { kind: 'hand' }>, 'kind'>,
): string | undefined {
  const { file, intent } = state;
  if (intent.kind === 'down') return 'the project is being taken down';
  const workload = file?.workloads?.find((each) => groupKey(each) === object);
  if (workload === undefined) return `${objectLabel(object)} is not in the file`;
  if ((change.replicas ?? 0) > MAX_MADE_PODS) return `one machine has no room for more than ${MAX_MADE_PODS} Pods`;
  const isLost =
    change.template !== undefined &&
    change.template !== workload.revision &&
    templateOf(sourcesOf(state), workload, change.template) === undefined;
  if (isLost)
    return `the values of the variables of ${objectLabel(object)}'s template ${change.template} are nowhere any more: podrun keeps none, as they may be secret; write that template in the file`;
  return workload.apart === true
    ? `this podrun does not look after ${objectLabel(object)}: others were named`
    : undefined;
}

/** A record that is not to be written may stay: of what the file does not name a Pod is left, or others were named. */
export function isKept(
  { file }: State,
  lives: Iterable<{ readonly pod: ObservedPod }>,
  { object: key, owner }: ObjectRecord,
): boolean {
  // A Job that is held down is as good as deleted.
  if (file?.jobs?.some((job) => job.apart !== true && jobUnit(job) === key) === true) return false;
  const isCronJobs = file?.cronJobs?.some((cron) => cron.apart !== true && cronUnit(cron) === owner) === true;
  if (file === undefined || (file.apart !== undefined && !isCronJobs)) return true;
  if (namesOf(file).has(key)) return false;
  for (const { pod } of lives) if (groupOfLife(pod) === key || isOfTemplate(pod, readObjectKey(key))) return true;
  return false;
}

const namesOf = ({ workloads = [] }: Project): ReadonlySet<string> => new Set(workloads.map(groupKey));

/** What is another generation when it is edited: all of its spec, and nothing of its metadata. */
function generationPrint({ declared, apart: _apart, ...spec }: Workload): string {
  const { labels: _labels, annotations: _annotations, template, ...fields } = declared;
  return printOf({ ...spec, ...fields, template: template?.spec });
}

function hasMoved({ touched, state }: Draft): boolean {
  return [...touched.values()].some(({ key, lives }) => {
    const was = podAt(state.pods, key)?.lives ?? [];
    return lives.length !== was.length || lives.some(({ uid }, index) => uid !== was[index]?.uid);
  });
}
