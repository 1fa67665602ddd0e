/** Jobs whose Pods end, are deleted and removed, under edits and podrun's death: what must never be, and that each ends. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finishOf } from '../../../src/controllers/job/status.ts';
import { isRunning } from '../../../src/core/pod/restart.ts';
import { livesOf } from '../../../src/core/state/state.ts';
import type { State } from '../../../src/core/state/state.ts';
import { begin, endOne, fileOf, names, running } from './jobs-drive.ts';

const numRuns = Number(process.env['PODRUN_SCHEDULES'] ?? 25);

const shapes = fc.record({
  completions: fc.integer({ min: 1, max: 4 }),
  parallelism: fc.integer({ min: 1, max: 3 }),
  completionMode: fc.constantFrom('Indexed', 'NonIndexed'),
  backoffLimit: fc.nat(4),
  podReplacementPolicy: fc.constantFrom('TerminatingOrFailed', 'Failed'),
});

const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('good', 'bad', 'deletion', 'removal'), at: fc.nat(3) }),
    fc.record({ kind: fc.constantFrom('death', 'suspend', 'resume', 'wait'), at: fc.constant(0) }),
    fc.record({ kind: fc.constant('parallelism'), at: fc.integer({ min: 1, max: 3 }) }),
  ),
  { maxLength: 14 },
);

test(
  'never too many Pods, none once it has ended, no name twice, and in the end it is Complete or Failed',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(shapes, events, (shape, happenings) => {
        let [spec, most]: [Record<string, unknown>, number] = [{ ...shape }, shape.parallelism];
        const uids = new Map<string, string>();
        let ended: ReadonlySet<string> | undefined;
        const d = begin(spec);
        d.onStep((state) => {
          expect(activeOf(state).length, 'Pods that are not on their way out').toBeLessThanOrEqual(most);
          for (const { name, uid } of livesOf(state).filter(isOfJob)) {
            expect(uids.get(name) ?? uid, `the UID of ${name}`).toBe(uid);
            uids.set(name, uid);
            if (ended !== undefined) expect(ended, 'Pods of a Job that has ended').toContain(uid);
          }
          const run = state.shared.jobs.runs.get('default/Job/work');
          if (run !== undefined && finishOf(run.status) !== undefined) ended ??= new Set(uids.values());
        });
        const edit = (over: Record<string, unknown>): void => {
          spec = { ...spec, ...over };
          // What an earlier file asked for goes first.
          most = Math.max(activeOf(d.state()).length, Number(spec['parallelism']));
          d.edit(fileOf(spec));
        };
        for (const { kind, at } of happenings) {
          const name = running(d)[at % Math.max(1, running(d).length)];
          if (kind === 'death') d.restart();
          else if (kind === 'wait') d.wait(30_000);
          else if (kind === 'parallelism') edit({ parallelism: at });
          else if (kind === 'suspend' || kind === 'resume') edit({ suspend: kind === 'suspend' });
          else if (name === undefined) d.wait(1_000);
          else if (kind === 'good' || kind === 'bad') endOne(d, kind === 'good' ? 0 : 1, name);
          else if (kind === 'deletion') d.feed({ kind: 'delete', pod: `default/${name}` });
          else d.remove('app');
        }
        edit({ suspend: false });
        for (let rounds = 0; rounds < 20 && ended === undefined; rounds += 1) {
          d.wait(700_000);
          const [name] = running(d);
          if (name !== undefined) endOne(d, 0, name);
        }
        expect(ended, `how ${names(d).join(', ')} end`).toBeDefined();
      }),
      { numRuns },
    );
  },
);

const isOfJob = ({ name }: { readonly name: string }): boolean => name.startsWith('work-');

const activeOf = (state: State) =>
  livesOf(state).filter(
    (life) =>
      isOfJob(life) &&
      life.record.deletion === undefined &&
      life.record.end === undefined &&
      life.infras.some(({ container }) => isRunning(container)),
  );
