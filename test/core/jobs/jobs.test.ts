/** Jobs of a file, from the first Pod to the end, over edits and podrun's death. */
import { describe, expect, test } from 'vitest';
import { watchedKey } from '../../../src/core/state/files.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { drive } from '../drive.ts';
import { makePod } from '../make.ts';
import { begin, endOne, fileOf, names, phases, records, running, statusOfJob } from './jobs-drive.ts';

describe('a Job', () => {
  test('is Complete when its Pod has succeeded', () => {
    const d = begin();
    expect([phases(d), statusOfJob(d)]).toEqual(['Running', 'Running 0/0']);
    endOne(d, 0);
    expect([phases(d), statusOfJob(d)]).toEqual(['Succeeded', 'Complete CompletionsReached 1/0']);
  });

  test('has another Pod of another name after a failure and its back-off', () => {
    const d = begin();
    const [first] = names(d);
    endOne(d, 1);
    d.wait(9_000);
    expect(phases(d)).toBe('Failed');
    d.wait(2_000);
    expect([phases(d), statusOfJob(d)]).toEqual(['Failed Running', 'Running 0/1']);
    expect(names(d)[0]).toBe(first);
    expect(names(d)[1]).toMatch(/^work-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    endOne(d, 0);
    expect(statusOfJob(d)).toBe('Complete CompletionsReached 1/1');
  });

  test('works off its completions, so many at once', () => {
    const d = begin({ completions: 5, parallelism: 2 });
    for (let ended = 0; ended < 5; ended += 1) {
      expect(phases(d).match(/Running/g)?.length).toBe(Math.min(2, 5 - ended));
      endOne(d, 0);
    }
    expect(statusOfJob(d)).toBe('Complete CompletionsReached 5/0');
    expect(new Set(names(d)).size).toBe(5);
  });

  test('begins with the Pods of the file, each with its own ports', () => {
    const d = drive(makePod('other'));
    const { pods = [], jobs = [] } = fileOf({ completions: 3, parallelism: 3 });
    const ports = pods.map((_pod, index) => [{ containerPort: 80, hostPort: 8000 + index, protocol: 'TCP' as const }]);
    const withPorts = pods.map((pod, index) => ({
      ...pod,
      spec: { ...pod.spec, containers: pod.spec.containers.map((each) => ({ ...each, ports: ports[index] ?? [] })) },
    }));
    d.edit({ pods: withPorts, jobs });
    const used = d
      .state()
      .project?.pods.flatMap(({ spec }) => spec.containers.map(({ ports: [port] }) => port?.hostPort));
    expect(used).toEqual([8000, 8001, 8002, 8003]);
    expect(phases(d)).toBe('Running Running Running');
  });

  test('fails past its backoffLimit', () => {
    const d = begin({ backoffLimit: 1 });
    endOne(d, 1);
    d.wait(11_000);
    endOne(d, 1);
    d.wait(100_000);
    expect([phases(d), statusOfJob(d)]).toEqual(['Failed Failed', 'Failed BackoffLimitExceeded 0/2']);
  });

  test('ends what runs when its deadline is over', () => {
    const d = begin({ activeDeadlineSeconds: 30 });
    d.wait(31_000);
    expect([phases(d), statusOfJob(d)]).toEqual(['', 'Failed DeadlineExceeded 0/1']);
  });

  test('of indexes has a Pod for each, which knows it', () => {
    const d = begin({ completionMode: 'Indexed', completions: 3, parallelism: 2 });
    const bases = () => names(d).map((name) => name.slice(0, -5));
    expect(bases()).toEqual(['work-0-', 'work-1-']);
    endOne(d, 0, names(d)[1]);
    expect(bases()).toEqual(['work-0-', 'work-1-', 'work-2-']);
    endOne(d, 1, names(d)[0]);
    d.wait(11_000);
    expect(bases()).toEqual(['work-0-', 'work-1-', 'work-2-', 'work-0-']);
    const pod = d.state().project?.pods.find(({ metadata }) => metadata.name === names(d)[3]);
    expect(pod).toMatchObject({
      metadata: { annotations: { 'batch.kubernetes.io/job-completion-index': '0' } },
      spec: { hostname: 'work-0' },
    });
  });

  test('deletes its Pods ttlSecondsAfterFinished, and does not come back', () => {
    const d = begin({ ttlSecondsAfterFinished: 60 });
    endOne(d, 0);
    d.wait(59_000);
    expect(phases(d)).toBe('Succeeded');
    d.wait(2_000);
    expect(phases(d)).toBe('');
    d.restart();
    expect([phases(d), statusOfJob(d)]).toEqual(['', 'Complete CompletionsReached 1/0']);
  });

  test('that is suspended has no Pods', () => {
    const d = begin({ suspend: true });
    expect(phases(d)).toBe('');
    d.edit(fileOf({}));
    expect(phases(d)).toBe('Running');
    d.edit(fileOf({ suspend: true }));
    expect([phases(d), statusOfJob(d)]).toEqual(['', 'Running 0/0']);
    d.edit(fileOf({}));
    endOne(d, 0);
    expect(statusOfJob(d)).toBe('Complete CompletionsReached 1/0');
  });

  test('of another controller is left to it', () => {
    const d = begin({ managedBy: 'example.com/mine' });
    d.wait(60_000);
    expect(phases(d)).toBe('');
  });
});

describe('what outlives podrun', () => {
  test('a Job that is Complete is not run again, nor when its Pods were pruned', () => {
    const d = begin();
    endOne(d, 0);
    d.restart();
    expect([phases(d), statusOfJob(d)]).toEqual(['Succeeded', 'Complete CompletionsReached 1/0']);
    const { networks, volumes } = snapshotOf(d.state());
    const kept = volumes.filter(({ labels }) => labels['dev.podrun.kind'] === 'object');
    const pruned = { networks, containers: [], volumes: kept };
    d.restart();
    d.feed({ kind: 'looked', snapshot: pruned, sinceOutcome: d.state().outcomes });
    d.restart();
    d.wait(60_000);
    expect(phases(d)).toBe('');
    expect([d.said().filter((line) => line === 'start app'), statusOfJob(d)]).toEqual([
      [],
      'Complete CompletionsReached 1/0',
    ]);
  });

  test('its counts and its back-off', () => {
    const d = begin({ backoffLimit: 1 });
    endOne(d, 1);
    d.restart();
    d.wait(5_000);
    expect([phases(d), statusOfJob(d)]).toEqual(['Failed', 'Running 0/1']);
    d.wait(6_000);
    endOne(d, 1);
    expect(statusOfJob(d)).toBe('Failed BackoffLimitExceeded 0/2');
  });

  test('what runs goes on', () => {
    const d = begin({ completions: 4, parallelism: 2 });
    const before = names(d);
    d.restart();
    d.wait(60_000);
    expect([names(d), phases(d)]).toEqual([before, 'Running Running']);
  });

  test('one record of it is on the engine', () => {
    const d = begin();
    endOne(d, 1);
    d.wait(11_000);
    endOne(d, 0);
    expect(records(d)).toEqual([expect.stringMatching(/^shop\.work\._object\.[0-9a-f]{8}\.\d$/)]);
  });

  test('down takes it along', () => {
    const d = begin();
    endOne(d, 0);
    d.feed({ kind: 'intent', intent: { kind: 'down', volumes: false, kill: false } });
    d.wait(60_000);
    expect(records(d)).toEqual([]);
  });
});

test('volumes of a Pod that podrun was killed before it made are removed by the next', () => {
  const containers = [{ name: 'app', image: 'app:1', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }];
  const volumes = [{ name: 'scratch', emptyDir: {} }];
  const d = begin({ completions: 2 }, { containers, volumes });
  const [name] = running(d);
  const first = snapshotOf(d.state());
  const pod = first.containers.find(({ labels }) => labels['io.kubernetes.pod.name'] === name);
  const uid = pod?.labels['io.kubernetes.pod.uid'] ?? '';
  // A Pod of another name was about to be, as far as its volume.
  const other = '99999999-0000-4000-8000-000000000000';
  const cutOff = first.volumes
    .filter(({ labels }) => labels['io.kubernetes.pod.uid'] === uid && labels['dev.podrun.kind'] === 'emptyDir')
    .map(({ labels, name: volume }) => {
      const renamed = volume.replace(uid.slice(0, 8), other.slice(0, 8));
      const of = { 'io.kubernetes.pod.uid': other, 'io.kubernetes.pod.name': 'work-zzzzz' };
      return { name: renamed, labels: { ...labels, ...of, 'dev.podrun.name': renamed } };
    });
  expect(cutOff).toHaveLength(1);
  d.restart();
  d.feed({ kind: 'looked', snapshot: { ...first, volumes: [...first.volumes, ...cutOff] }, sinceOutcome: 0 });
  d.wait(30_000);
  const left = snapshotOf(d.state()).volumes.map(({ labels }) => labels['io.kubernetes.pod.uid']);
  expect(left).not.toContain(other);
});

describe('an edit', () => {
  test('of its template makes it anew', () => {
    const d = begin();
    endOne(d, 0);
    const before = names(d);
    d.edit(fileOf({}, { containers: [{ name: 'app', image: 'app:2' }] }));
    expect([phases(d), statusOfJob(d)]).toEqual(['Running', 'Running 0/0']);
    expect(names(d)).not.toEqual(before);
    endOne(d, 0);
    expect(statusOfJob(d)).toBe('Complete CompletionsReached 1/0');
  });

  test('of parallelism holds for the Job that runs', () => {
    const d = begin({ completions: 4, parallelism: 1 });
    const before = names(d);
    d.edit(fileOf({ completions: 4, parallelism: 3 }));
    expect(phases(d)).toBe('Running Running Running');
    d.edit(fileOf({ completions: 4, parallelism: 1 }));
    expect([names(d), statusOfJob(d)]).toEqual([before, 'Running 0/0']);
  });

  test('that takes it out of the file takes its Pods along', () => {
    const d = begin();
    d.edit({ pods: [], jobs: [] });
    expect([phases(d), records(d)]).toEqual(['', []]);
  });
});

test('a Job beside those that were named is left alone, with all of its Pods', () => {
  const d = begin({ backoffLimit: 3 });
  endOne(d, 1);
  d.wait(11_000);
  const before = names(d);
  const { pods = [], jobs = [] } = fileOf({ backoffLimit: 3 });
  const apart = pods.slice(1).map(({ metadata }) => `default/${metadata.name}`);
  d.restart({ pods: pods.slice(0, 1), jobs: jobs.map((job) => ({ ...job, apart: true as const })), apart });
  d.wait(60_000);
  expect([names(d), phases(d)]).toEqual([before, 'Failed Running']);
  d.restart({ ...fileOf({ backoffLimit: 3 }), apart: [] });
  endOne(d, 0);
  expect(statusOfJob(d)).toBe('Complete CompletionsReached 1/1');
});

test('an edit of files that restarts its containers leaves a Pod alone that has ended', () => {
  const path = '/home/me/shop/src';
  const [file, d] = [fileOf(), drive(makePod('other'))];
  const onChange = [{ paths: [path], action: 'restart' as const }];
  const watched = (file.pods ?? []).map((pod) => {
    const containers = pod.spec.containers.map((container) => ({ ...container, onChange }));
    return pod.metadata.name === 'other' ? pod : { ...pod, spec: { ...pod.spec, containers } };
  });
  d.edit({ ...file, pods: watched });
  const save = (print: string) =>
    d.feed({ kind: 'files', files: new Map([[watchedKey({ path, ignoredBy: path }), new Map([['a', print]])]]) });
  endOne(d, 0);
  save('1');
  save('2');
  d.wait(60_000);
  expect([phases(d), statusOfJob(d)]).toEqual(['Succeeded', 'Complete CompletionsReached 1/0']);
});

describe('by hand', () => {
  test('a Pod that is deleted has failed, and is followed by another', () => {
    const d = begin();
    const [first] = names(d);
    d.feed({ kind: 'delete', pod: `default/${first}` });
    d.wait(11_000);
    expect([phases(d), statusOfJob(d)]).toEqual(['Running', 'Running 0/1']);
    expect(names(d)).not.toContain(first);
  });

  test('what is held down and brought back begins anew', () => {
    const d = begin();
    endOne(d, 0);
    d.feed({ kind: 'hold', units: ['default/Job/work'] });
    expect(phases(d)).toBe('Pending');
    d.feed({ kind: 'release', units: ['default/Job/work'] });
    d.wait(1_000);
    expect([phases(d), statusOfJob(d)]).toEqual(['Running', 'Running 0/0']);
  });
});
