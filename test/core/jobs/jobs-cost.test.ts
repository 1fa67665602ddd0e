/** How many Jobs a step decides: counted, not timed. */
import { expect, test, vi } from 'vitest';
import { reconcileJob } from '../../../src/controllers/job/job.ts';
import { snapshotOf } from '../../../src/core/state/state.ts';
import { projectOf } from '../../manifest/parse.ts';
import { drive } from '../drive.ts';
import { makePod } from '../make.ts';
import { jobText } from './jobs-drive.ts';

vi.mock('../../../src/controllers/job/job.ts', { spy: true });

const count = 30;

test('a step decides the Jobs that it brings something new of, and makes no other project where it brings none', () => {
  const d = drive(makePod('web'));
  const texts = Array.from({ length: count }, (_, index) => jobText().replace('"work"', `"work${index}"`));
  const { pods, jobs = [] } = projectOf(texts.join('\n---\n'));
  d.edit({ pods: [makePod('web'), ...pods], jobs });
  d.feed({ kind: 'tick' });
  const decided = (): readonly string[] => {
    const names = vi.mocked(reconcileJob).mock.calls.map(([{ name }]) => name);
    vi.mocked(reconcileJob).mockClear();
    return [...new Set(names)];
  };
  expect(decided()).toHaveLength(count);
  const { project, shared } = d.state();

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
  expect(decided()).toEqual([]);
  expect(d.state().project).toBe(project);
  expect(d.state().shared.jobs).toBe(shared.jobs);

  look('work7-');
  expect(decided()).toEqual(['work7']);
  expect(d.state().project).toBe(project);
  for (const unit of [...shared.jobs.runs.keys()].filter((each) => each !== 'default/Job/work7'))
    expect(d.state().shared.jobs.runs.get(unit)).toBe(shared.jobs.runs.get(unit));
});
