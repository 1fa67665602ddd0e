/** A Job's life on an engine that does at once what it is asked. */
import { finishOf } from '../../../src/controllers/job/status.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { podList } from '../../../src/core/status/status.ts';
import type { Job } from '../../../src/model/job.ts';
import type { Project } from '../../../src/model/project.ts';
import { projectOf } from '../../manifest/parse.ts';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makePod } from '../make.ts';

/** @param spec beside its template, which has one container `app` */
export function jobText(spec: object = {}, podSpec: object = {}): string {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }], ...podSpec } };
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work' },
    spec: { template, ...spec },
  });
}

/** Another Pod stands beside it, so that the file is one from the beginning. */
const other = makePod('other');

export function fileOf(spec?: object, podSpec?: object): Partial<Project> {
  const { pods, jobs = [] } = projectOf(jobText(spec, podSpec));
  return { pods: [other, ...pods], jobs };
}

export function jobOf(spec?: object): Job {
  const [job] = fileOf(spec).jobs ?? [];
  if (job === undefined) throw new Error('no Job');
  return job;
}

export function begin(spec?: object, podSpec?: object): Drive {
  const d = drive(other);
  d.edit(fileOf(spec, podSpec));
  return d;
}

/** Its Pods, oldest first, each with its phase. */
export const phases = (d: Drive): string =>
  pods(d)
    .map(({ status }) => status?.phase ?? '')
    .join(' ');

export const names = (d: Drive): readonly string[] => pods(d).map(({ metadata }) => metadata?.name ?? '');

const pods = (d: Drive) =>
  podList(d.state(), d.nowMs())
    .filter(({ metadata }) => metadata?.labels?.['job-name'] === 'work')
    .toSorted((a, b) => born(a) - born(b));

const born = ({ metadata }: ReturnType<typeof podList>[number]): number =>
  Date.parse(metadata?.creationTimestamp ?? '');

/** `Complete CompletionsReached 1/0`: how it ended, and how many succeeded and failed. */
export function statusOfJob(d: Drive): string {
  const { status } = d.state().shared.jobs.runs.get('default/Job/work') ?? {};
  if (status === undefined) return '';
  const { type = 'Running', reason = '' } = finishOf(status) ?? {};
  return `${type} ${reason} ${status.succeeded}/${status.failed}`.replace('  ', ' ');
}

/** The volumes that keep what Jobs came to. */
export const records = (d: Drive): readonly string[] =>
  snapshotOf(d.state())
    .volumes.filter(({ labels }) => labels['dev.podrun.kind'] === 'object')
    .map(({ name }) => name);

/** The names of its Pods whose container runs. */
export const running = (d: Drive): readonly string[] =>
  apps(d).map(({ labels }) => labels['io.kubernetes.pod.name'] ?? '');

const apps = (d: Drive) =>
  snapshotOf(d.state()).containers.filter(
    ({ labels, state }) =>
      state === 'running' &&
      labels['io.kubernetes.container.name'] === 'app' &&
      labels['io.kubernetes.pod.name'] !== 'other',
  );

/** One running container `app` ends, that of the named Pod, else of the oldest. */
export function endOne(d: Drive, exitCode: number, pod?: string): void {
  const one = apps(d).find(({ labels }) => pod === undefined || labels['io.kubernetes.pod.name'] === pod);
  if (one === undefined) throw new Error('none runs');
  const snapshot = snapshotOf(d.state());
  const containers = snapshot.containers.map((each) =>
    each === one ? { ...each, state: 'exited' as const, exitCode, finishedAtMs: d.nowMs() } : each,
  );
  d.feed({ kind: 'looked', snapshot: { ...snapshot, containers }, sinceOutcome: d.state().outcomes });
  d.feed({ kind: 'tick' });
}
