/** `podrun up POD` beside a podrun that supervises: until all is well, one has failed for good, or the time is over. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { bringBack } from '../../../src/cli/beside/bring-back.ts';
import type { World } from '../../../src/run/world.ts';
import type { Answer } from '../../../src/state/control.ts';
import { StandingClock } from '../../run/standing-clock.ts';

const pod = (name: string, ready: boolean, phase = 'Running'): KubernetesPod => ({
  metadata: { name, namespace: 'default', uid: name },
  spec: { containers: [{ name: 'app' }] },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

/** Asks for web; the supervisor tells these Pods, and then nothing more. */
function ask(...pods: readonly KubernetesPod[]) {
  const clock = new StandingClock();
  const words: string[] = [];
  const supervisor = {
    folder: '',
    ask: () => Promise.reject(new Error('not asked')),
    follow: (_request: unknown, answered: (answer: Answer) => void, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal?.addEventListener('abort', () => resolve());
        answered({ owner: { project: 'shop', pid: 1, dir: '', startedAt: '' }, engineAnswers: true, pods });
      }),
  };
  const world = { clock, onSignal: () => () => {} } as unknown as World;
  const report = {
    pods() {},
    close: () => Promise.resolve(),
    done: (text: string) => Promise.resolve(void words.push(text)),
  };
  const request = { op: 'release', names: ['web'], pods: ['web'] } as const;
  const code = bringBack({ world, supervisor, request, timeoutMs: 60_000 }, ['web'], ['default/web'], report);
  return { clock, words, code };
}

test('it ends when what was named is Ready, whatever becomes of the others', async () => {
  const { code, words } = ask(pod('web', true), pod('db', false));
  expect(await code).toBe(0);
  expect(words).toEqual(['web is up']);
});

test('a Pod that Failed for good ends it', async () => {
  await expect(ask(pod('web', false, 'Failed')).code).rejects.toMatchObject({ code: 1 });
});

test('when the time is over it says what is missing', async () => {
  const { clock, code } = ask(pod('web', false));
  clock.advance(60_000);
  await expect(code).rejects.toMatchObject({
    code: 124,
    message: 'timed out: pods/web is Running, 0/1 ready',
  });
});
