/** Following another podrun's work: until all is well, it can't be, or the time is over. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { expect, test, vi } from 'vitest';
import { untilUp } from '../../../src/cli/up/until-up.ts';
import type { Awaited } from '../../../src/cli/up/until-up.ts';
import type { Engine } from '../../../src/engine/port.ts';
import type { World } from '../../../src/run/world.ts';
import type { Answer, Progress } from '../../../src/state/control.ts';
import { StandingClock } from '../../run/standing-clock.ts';

const pod = (name: string, ready: boolean, phase = 'Running'): KubernetesPod => ({
  metadata: { name, namespace: 'default', uid: name },
  spec: { containers: [{ name: 'app' }] },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const quiet: Progress = {
  wanted: ['default/web', 'default/db'],
  jobs: [],
  applied: [],
  lines: [],
  settled: true,
  busy: false,
};

const web = { keys: ['default/web'], jobs: [], names: ['web'] };

/** The supervisor tells these Pods at first, and more by hand. */
function follow(more: Partial<Awaited>, pods: readonly KubernetesPod[], progress: Partial<Progress> = {}) {
  const clock = new StandingClock();
  const words: string[] = [];
  let leave = () => {};
  let tell = (_pods: readonly KubernetesPod[], _progress?: Partial<Progress>): void => {};
  const owner = { project: 'shop', pid: 1, dir: '', startedAt: '' };
  const supervisor: Awaited['supervisor'] = {
    folder: '',
    ask: () => Promise.resolve({ kind: 'answer', answer: { owner, engineAnswers: true, pods: [] } }),
    follow: (_request: unknown, answered: (answer: Answer) => void, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        leave = resolve;
        signal?.addEventListener('abort', () => resolve());
        tell = (now, its = {}) => answered({ owner, engineAnswers: true, pods: now, progress: { ...quiet, ...its } });
        tell(pods, progress);
      }),
  };
  const world = { clock, env: {}, onSignal: () => () => {} } as unknown as World;
  const report: Awaited['report'] = {
    lines() {},
    tell: (text) => void words.push(text),
    close: () => Promise.resolve(),
    done: (text) => Promise.resolve(void words.push(text)),
  };
  const engine = { snapshot: () => Promise.reject(new Error('away')) } as unknown as Engine;
  const teller = { project: { name: 'shop' }, self: {} } as unknown as Awaited['teller'];
  const request = { op: 'progress' } as const;
  const code = untilUp({
    ...{ world, engine, supervisor, report, request, teller, goal: 'ready', timeoutMs: 60_000, podrun: 'podrun' },
    ...more,
  });
  return { clock, words, code, leave: () => leave(), tell: (...told: Parameters<typeof tell>) => tell(...told) };
}

test('it ends when all that the file asks for is there', async () => {
  const { code, words, tell } = follow({}, [pod('web', true), pod('db', false)]);
  tell([pod('web', true), pod('db', true)]);
  expect(await code).toBe(0);
  expect(words.join()).toContain('podrun goes on in the background: podrun logs -f, podrun down');
});

test('it ends when what was named is Ready, whatever becomes of the others', async () => {
  const { code, words } = follow({ only: web }, [pod('web', true), pod('db', false)], { settled: false });
  expect(await code).toBe(0);
  expect(words).toEqual(['web is up']);
});

test('a Pod that Failed for good ends it, and why is told', async () => {
  const { code, words } = follow({}, [pod('web', false, 'Failed'), pod('db', true)]);
  await expect(code).rejects.toMatchObject({ code: 1, message: 'pods/web: it has Failed' });
  expect(words.join('\n')).toBe('web is Failed, 0/1 ready');
});

test('when the time is over it says what is missing', async () => {
  const { clock, code, words } = follow({ only: web }, [pod('web', false), pod('db', false)]);
  clock.advance(60_000);
  await expect(code).rejects.toMatchObject({
    code: 124,
    message: 'timed out waiting for web to be up; the podrun that supervises goes on',
  });
  expect(words).toEqual(['web is Running, 0/1 ready']);
});

test.each([124, 1])('once it has failed with %i, what follows is done', async (exit) => {
  const done: string[] = [];
  const failed = (): Promise<void> => Promise.resolve(void done.push('down'));
  const { clock, code } = follow({ failed }, [pod('web', false, exit === 1 ? 'Failed' : 'Running')]);
  if (exit === 124) clock.advance(60_000);
  await expect(code).rejects.toMatchObject({ code: exit });
  expect(done).toEqual(['down']);
});

test('a file that is not taken is no failure of its Pods', async () => {
  const failed = vi.fn<() => Promise<void>>();
  const request = { op: 'apply', id: 'me', from: {} } as const;
  const { code } = follow({ failed, request }, [], { applied: [{ id: 'me', problem: 'immutable' }] });
  await expect(code).rejects.toMatchObject({ code: 2 });
  expect(failed).not.toHaveBeenCalled();
});

test('files that are handed over count once they are read; what is wrong with them ends it', async () => {
  const request = { op: 'apply', id: 'me', from: {} } as const;
  const all = [pod('web', true), pod('db', true)];
  const taken = follow({ request }, all, { applied: [{ id: 'another' }] });
  taken.tell([pod('web', false), pod('db', true)], { applied: [{ id: 'me' }] });
  expect(taken.words).toEqual([]);
  taken.tell(all, { applied: [{ id: 'me' }] });
  expect(await taken.code).toBe(0);
  const refused = follow({ request }, all, { applied: [{ id: 'me', problem: 'immutable' }] });
  await expect(refused.code).rejects.toMatchObject({ code: 2, message: 'immutable' });
});

test('a file that says what was said before changes nothing, and that is told; a Pod that is not ready yet takes its time', async () => {
  const request = { op: 'apply', id: 'me', from: {} } as const;
  const all = [pod('web', true), pod('db', true)];
  const same = follow({ request }, all, { applied: [{ id: 'me', isUnchanged: true }] });
  expect(await same.code).toBe(0);
  expect(same.words.join()).toContain(', unchanged; podrun goes on');
  const open = follow({ request }, [pod('web', false)], { applied: [{ id: 'me', isUnchanged: true }] });
  open.tell(all, { applied: [{ id: 'me', isUnchanged: true }] });
  expect(await open.code).toBe(0);
  expect(open.words.join()).toContain(' in 0.0 s; podrun goes on');
});

test('the one that supervises ends: well, where every Pod has Succeeded', async () => {
  const open = follow({}, [pod('web', false)], { settled: false });
  open.leave();
  await expect(open.code).rejects.toMatchObject({
    code: 1,
    message: 'the podrun that supervises the project ended before that was done',
  });
  const over = follow({}, [pod('web', false, 'Succeeded')], { settled: false });
  over.leave();
  expect(await over.code).toBe(0);
});
