/** How many Jobs a step decides: counted, not timed. What was decided of a Job is the same object until it is decided again. */
import { expect, test } from 'vitest';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { projectOf } from '../../manifest/parse.ts';
import { drive } from '../drive.ts';
import { makePod } from '../make.ts';
import { jobText } from './jobs-drive.ts';

const count = 30;

test('a step decides the Jobs that it brings something new of, and makes no other project where it brings none', () => {
  const d = drive(makePod('web'));
  const texts = Array.from({ length: count }, (_, index) => jobText().replace('"work"', `"work${index}"`));
  const { pods, jobs = [] } = projectOf(texts.join('\n---\n'));
  d.edit({ pods: [makePod('web'), ...pods], jobs });
  d.feed({ kind: 'tick' });
  const { project, shared } = d.state();
  expect(shared.jobs.runs.size).toBe(count);

  const snapshot = snapshotOf(d.state());
  const look = (pod: string): void => {
    const containers = snapshot.containers.map((each) =>
      each.labels['io.kubernetes.pod.name']?.startsWith(pod) === true && each.joinedTo !== undefined
        ? { ...each, state: 'exited' as const, finishedAtMs: d.nowMs() }
        : each,
    );
    d.feed({ kind: 'looked', snapshot: { ...snapshot, containers }, sinceOutcome: d.state().outcomes });
    d.feed({ kind: 'tick' });
  };
  look('web');
  expect(d.state().project).toBe(project);
  expect(d.state().shared.jobs).toBe(shared.jobs);

  look('work7-');
  expect(d.state().project).toBe(project);
  const { runs } = d.state().shared.jobs;
  expect([...runs.keys()].filter((unit) => runs.get(unit) !== shared.jobs.runs.get(unit))).toEqual([
    'default/Job/work7',
  ]);
});
