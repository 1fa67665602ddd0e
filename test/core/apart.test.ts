/** Pods of the file that `up POD...` does not name: this podrun leaves them as they are. */
import { observe } from '../../src/core/runtime/observed.ts';
import { projectOf } from '../manifest/parse.ts';
import { workload } from './workloads/rolling.ts';
import { snapshotOf } from '../../src/core/state/state.ts';
import { expect, test } from 'vitest';
import { label } from '../../src/core/runtime/labels.ts';
import { ownPodList, podList } from '../../src/core/status/status.ts';
import { drive } from './drive.ts';
import type { Drive } from './drive.ts';
import { fileOf } from './jobs/jobs-drive.ts';
import { makeContainer, makePod, makeProject, makeState } from './make.ts';
import { step } from '../../src/core/step/supervisor.ts';

const [web, db] = [makePod('web'), makePod('db', { containers: [makeContainer('store')] })];
const cronText = JSON.stringify({
  ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick' } },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'a:1' }] } } },
    },
  },
});
const down = (ownOnly: boolean) =>
  ({ kind: 'intent', intent: { kind: 'down', volumes: false, kill: false, ownOnly } }) as const;

/** Both were made, and another podrun goes on with web alone. */
function beginApart(): Drive {
  const d = drive(web);
  d.edit({ pods: [db, web] });
  d.edit({ pods: [web], apart: ['default/db'] });
  d.restart();
  return d;
}

test('they are neither made, nor mended, nor deleted', () => {
  const d = beginApart();
  expect(d.said()).toEqual([]);
  d.end('store', 1);
  expect(d.said()).toEqual([]);
  d.end('app', 1);
  expect(d.said()).toEqual(['start app']);
  const fresh = drive(web);
  fresh.edit({ apart: ['default/db'] });
  expect(podList(fresh.state(), fresh.nowMs()).map(({ metadata }) => metadata?.name)).toEqual(['web']);
});

test('all of the project are told of, and one’s own apart', () => {
  const d = beginApart();
  const names = (list: typeof podList) => list(d.state(), d.nowMs()).map(({ metadata }) => metadata?.name);
  expect([names(podList), names(ownPodList)]).toEqual([['db', 'web'], ['web']]);
});

test('an end takes them down only where the whole project is meant', () => {
  const own = beginApart();
  own.feed(down(true));
  expect(own.said()).toEqual(['SIGTERM app']);
  const { containers, networks } = snapshotOf(own.state());
  expect(containers.map(({ labels }) => labels[label.podName])).toEqual(['db', 'db']);
  expect(networks).toHaveLength(1);
  const all = beginApart();
  all.feed(down(false));
  expect(all.said().toSorted()).toEqual(['SIGTERM app', 'SIGTERM store']);
  expect(snapshotOf(all.state())).toMatchObject({ containers: [], networks: [] });
});

test('what is kept of others outlives the end of what was named, whatever runs of these', () => {
  const [deployment] = projectOf(workload('Deployment', { replicas: 0 })).workloads ?? [];
  if (deployment === undefined) throw new Error('no workload');
  const begin = (): Drive => {
    const d = drive(web);
    d.edit({ pods: [web, db], workloads: [deployment] });
    d.feed({ kind: 'hold', units: ['default/db'] });
    d.wait(60_000);
    d.edit({ pods: [web], workloads: [{ ...deployment, apart: true }], apart: ['default/db'] });
    d.restart();
    return d;
  };
  const kept = (d: Drive) => {
    const { objects, holds } = observe(snapshotOf(d.state()));
    return [...objects.keys(), ...holds.keys()];
  };
  const own = begin();
  const before = kept(own);
  expect(before).toEqual(expect.arrayContaining(['default/Deployment/web', 'default/db']));
  own.feed(down(true));
  expect(snapshotOf(own.state()).containers).toEqual([]);
  expect(kept(own)).toEqual(before);
  const all = begin();
  all.feed(down(false));
  expect(kept(all)).toEqual([]);
});

test('Pods whose names were drawn stay as well, also where nothing was decided yet', () => {
  const d = drive(web);
  const { pods, workloads = [] } = projectOf(workload('Deployment', { replicas: 2, isProbed: false }));
  const job = fileOf();
  const { cronJobs = [] } = projectOf(cronText);
  d.edit({ pods: [web, ...pods, ...(job.pods ?? [])], workloads, jobs: job.jobs ?? [], cronJobs });
  d.wait(61_000);
  d.feed({ kind: 'createJob', cron: 'default/CronJob/tick', name: 'by-hand' });
  const before = d.state();
  const isApart = <T extends object>(all: readonly T[]): readonly T[] => all.map((each) => ({ ...each, apart: true }));
  const project = {
    ...makeProject(web),
    ...{ workloads: isApart(workloads), jobs: isApart(job.jobs ?? []), cronJobs: isApart(cronJobs) },
    apart: ['default/other'],
  };
  const loaded = step(makeState(), { kind: 'project', project }, d.nowMs()).state;
  const asked = step(loaded, down(true), d.nowMs()).state;
  const { state } = step(asked, { kind: 'looked', snapshot: snapshotOf(before), sinceOutcome: 0 }, d.nowMs());
  expect(ownPodList(before, d.nowMs()).length).toBeGreaterThanOrEqual(7);
  expect(new Set([...state.inFlight.values()].map(({ pod }) => pod?.name))).toEqual(new Set(['web']));
  expect(ownPodList(state, d.nowMs()).map(({ metadata }) => metadata?.name)).toEqual(['web']);
});
