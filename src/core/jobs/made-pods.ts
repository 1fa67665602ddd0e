/** The Pods that a Job asks for: their names, and what they are made of. */
import type { JobBegin } from '../../controllers/job/manage.ts';
import type { Job } from '../../model/job.ts';
import { indexMark, jobHostname, jobPodBase } from '../../model/job-pods.ts';
import { drawnSuffix } from '../../model/made-name.ts';
import type { Pod } from '../../model/pod.ts';
import { podKey } from '../runtime/pod-ref.ts';
import type { Draft } from '../state/draft.ts';
import { current } from '../state/draft.ts';
import { nextUid } from '../state/uid.ts';
import { uidLabel } from './job-lives.ts';
import type { AskedPod } from './jobs-memory.ts';

const failureCount = 'batch.kubernetes.io/job-index-failure-count';
const ignoredCount = 'batch.kubernetes.io/job-index-ignored-failure-count';

/**
 * Names for Pods that are to begin. The first ones of a Job have those of the file, so that they are known before; all
 * others are drawn: a name is not used again.
 * @param slots the Pods that it begins with; empty for a Job that had Pods already
 */
export function nameBegun(
  draft: Draft,
  job: Job,
  begin: readonly JobBegin[],
  slots: readonly Pod[],
): readonly (readonly [name: string, pod: AskedPod])[] {
  return begin.map(({ index, failures }, place) => {
    const slot = slots[index ?? place];
    const annotations = failures === undefined ? {} : failureNotes(failures);
    const pod = { ...(index === undefined ? {} : { index }), annotations, isMade: false };
    return [slot?.metadata.name ?? drawName(draft, job, index), pod];
  });
}

function failureNotes({ counted, ignored }: NonNullable<JobBegin['failures']>): Readonly<Record<string, string>> {
  return { [failureCount]: String(counted), ...(ignored > 0 ? { [ignoredCount]: String(ignored) } : {}) };
}

/** Of a Pod that an earlier podrun made. */
export function askedOf(annotations: Readonly<Record<string, string>>, index: number | undefined): AskedPod {
  const notes = [failureCount, ignoredCount].flatMap((key) =>
    annotations[key] === undefined ? [] : [[key, annotations[key]] as const],
  );
  return { ...(index === undefined ? {} : { index }), annotations: Object.fromEntries(notes), isMade: true };
}

function drawName(draft: Draft, job: Job, index: number | undefined): string {
  const name = jobPodBase(job, index) + drawnSuffix(drawUid(draft));
  const isTaken = current(draft, podKey({ name, namespace: job.namespace })) !== undefined;
  return isTaken ? drawName(draft, job, index) : name;
}

export function drawUid({ shared }: Pick<Draft, 'shared'>): string {
  const { uid, source } = nextUid(shared.uids);
  shared.uids = source;
  return uid;
}

/** The Pod as it is to be, after the first of the template; the same object for the same. */
export function jobPodFor(job: Job, uid: string, name: string, asked: AskedPod, slot: Pod): Pod {
  const known = made.get(slot) ?? new Map<string, Pod>();
  made.set(slot, known);
  const key = JSON.stringify([uid, name, asked.index, asked.annotations]);
  const pod = known.get(key) ?? makePod(job, uid, name, asked, slot);
  known.set(key, pod);
  return pod;
}

const made = new WeakMap<Pod, Map<string, Pod>>();

function makePod(job: Job, uid: string, name: string, { index, annotations }: AskedPod, slot: Pod): Pod {
  const { metadata, spec } = slot;
  const mark = index === undefined ? {} : indexMark(index);
  return {
    ...slot,
    metadata: {
      ...metadata,
      name,
      labels: { ...metadata.labels, ...mark, 'controller-uid': uid, [uidLabel]: uid },
      annotations: { ...metadata.annotations, ...mark, ...annotations },
    },
    spec: index === undefined ? spec : { ...spec, hostname: jobHostname(job, index) },
  };
}
