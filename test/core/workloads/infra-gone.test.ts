/** A Pod whose infra is gone for a moment is its workload's all the same: it gets another sandbox, under the same UID. */
import { describe, expect, test } from 'vitest';
import { drive } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { begin as beginJob, fileOf, statusOfJob } from '../jobs/jobs-drive.ts';
import { makePod } from '../make.ts';
import { apps, begin, edit } from './rolling.ts';

const podSpec = {
  volumes: [{ name: 'scratch', emptyDir: {} }],
  containers: [{ name: 'app', image: 'app:1', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }],
};
const jobSpec = { ...podSpec, restartPolicy: 'OnFailure' };
const spec = { replicas: 1, isProbed: false, podSpec };
const indexed = { completionMode: 'Indexed', completions: 2, parallelism: 2 };

/** Nobody else stands beside it whose infra comes and goes. */
const isOwn = (name: string | undefined): boolean => name !== 'other';

const namesOf = (d: Drive): readonly string[] =>
  d
    .state()
    .pods.list.map(({ key }) => key.split('/')[1] ?? '')
    .filter(isOwn)
    .toSorted();

const uidsOf = (d: Drive): ReadonlySet<string | undefined> =>
  new Set(apps(d).map(({ labels }) => labels['io.kubernetes.pod.uid']));

function refusing(file: (d: Drive) => void): Drive {
  const d = drive(makePod('other'));
  d.refuse.add('startContainer infra');
  file(d);
  return d;
}

const cases = [
  ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].map(
    (kind) => [kind, (d: Drive) => edit(d, kind, spec), () => begin(kind, spec)] as const,
  ),
  ['Job', (d: Drive) => d.edit(fileOf({}, jobSpec)), () => beginJob({}, jobSpec)] as const,
  ['Indexed Job', (d: Drive) => d.edit(fileOf(indexed, jobSpec)), () => beginJob(indexed, jobSpec)] as const,
];

describe.each(cases)('a Pod of a %s', (_kind, file, begun) => {
  test('whose sandbox does not start keeps its name, and the attempts back off', () => {
    const d = refusing(file);
    const before = namesOf(d);
    const starts = new Set<string>();
    d.onStep(({ inFlight }, nowMs) => {
      for (const { action, pod } of inFlight.values())
        if (action.verb === 'startContainer' && isOwn(pod?.name)) starts.add(`${pod?.name} ${nowMs}`);
    });
    d.wait(300_000);
    expect(namesOf(d)).toEqual(before);
    expect(starts.size / before.length).toBeLessThan(20);
    d.refuse.clear();
    d.wait(60_000);
    expect(namesOf(d)).toEqual(before);
    expect(uidsOf(d).size).toBe(before.length);
  });

  test('whose infra a hand removes gets another one under its UID', () => {
    const d = begun();
    const before = [namesOf(d), uidsOf(d), statusOfJob(d)];
    d.remove('infra');
    d.wait(60_000);
    expect([namesOf(d), uidsOf(d), statusOfJob(d)]).toEqual(before);
  });
});

test('a Job counts a Pod that may not restart, and whose infra a hand removes, as failed', () => {
  const d = beginJob({}, podSpec);
  d.remove('infra');
  d.wait(60_000);
  expect(statusOfJob(d)).toBe('Running 0/1');
});
