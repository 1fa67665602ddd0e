/** What someone who watches is told of a step. */
import { expect, test } from 'vitest';
import { tell } from '../../../src/core/events/story.ts';
import { drive } from '../drive.ts';
import { makeContainer, makePod, makeProject } from '../make.ts';

test('a hook that has failed, with what it said', () => {
  const lifecycle = { postStart: { exec: { command: ['migrate'] } } };
  const d = drive(makePod('web', { containers: [makeContainer('app', { lifecycle })] }));
  const hook = d.hook('app');
  const before = d.state();
  d.hooked('app', false);
  const message = 'command "migrate" exited with 1, message: "no database"';
  const result = { ok: false, message } as const;
  const failed = { kind: 'hook', what: 'PostStartHook', message };
  expect(tell(before, d.state(), { kind: 'hooked', hook, result })).toEqual([
    { level: 'warning', about: 'web/app', failed, text: `PostStartHook failed: ${message}` },
  ]);
  expect(tell(before, d.state(), { kind: 'hooked', hook, result: { ok: true } })).toEqual([]);
});

test('why a Pod that an edit adds has no node, once', () => {
  const web = makePod('web', { containers: [makeContainer('app')] });
  const d = drive(web);
  const before = d.state();
  const picky = makePod('picky', { containers: [makeContainer('app')], nodeSelector: { disk: 'ssd' } });
  const edit = { kind: 'project', project: makeProject(web, picky) } as const;
  d.feed(edit);
  const after = d.state();
  expect(tell(before, after, edit)).toEqual([
    {
      level: 'normal',
      about: 'picky',
      text: "Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    },
  ]);
  d.wait(60_000);
  expect(tell(after, d.state(), { kind: 'tick' })).toEqual([]);
});
