/** The global set-ups, called as their test runners do. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Instance } from '../../src/lib/api.ts';
import { podrun as forJest } from '../../src/jest.ts';
import { podrun as forPlaywright } from '../../src/playwright.ts';
import { podrun as forVitest } from '../../src/vitest.ts';

const down = vi.fn(async () => {});
const options: unknown[] = [];

vi.mock('../../src/index.ts', () => ({
  async up(given: unknown): Promise<Partial<Instance>> {
    options.push(given);
    const endpoint = { host: '127.0.0.1', port: 1, address: '127.0.0.1:1', toString: () => '127.0.0.1:1' };
    return { name: 'shop-abcde', env: { LENT: 'new' }, endpoints: () => ({ db: { '5432/tcp': endpoint } }), down };
  },
}));

beforeEach(() => {
  down.mockClear();
  options.length = 0;
  process.env['LENT'] = 'old';
  return () => delete process.env['LENT'];
});

test('Vitest: one call, which gives the other', async () => {
  const provided: unknown[] = [];
  const teardown = await forVitest({ file: 'a.yaml' })({ provide: (...what) => provided.push(...what) });
  expect(options).toEqual([{ file: 'a.yaml' }]);
  const pods = { db: { '5432/tcp': { host: '127.0.0.1', port: 1, address: '127.0.0.1:1' } } };
  expect(provided).toEqual(['podrun', { project: 'shop-abcde', env: { LENT: 'new' }, pods }]);
  expect(() => structuredClone(provided)).not.toThrow();
  expect(process.env['LENT']).toBe('new');
  await teardown();
  expect([process.env['LENT'], down.mock.calls.length]).toEqual(['old', 1]);
});

test('Playwright: the same', async () => {
  const teardown = await forPlaywright()();
  expect(process.env['LENT']).toBe('new');
  await teardown();
  expect([process.env['LENT'], down.mock.calls.length]).toEqual(['old', 1]);
});

test('Jest: two calls in turn, again in the next run of its watch mode', async () => {
  delete process.env['LENT'];
  const setup = forJest();
  for (let run = 1; run <= 2; run += 1) {
    await setup();
    expect([process.env['LENT'], options.length]).toEqual(['new', run]);
    await setup();
    expect(['LENT' in process.env, down.mock.calls.length]).toEqual([false, run]);
  }
});
