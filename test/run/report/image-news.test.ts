import { expect, test } from 'vitest';
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { makeImageNews } from '../../../src/run/report/image-news.ts';
import { ref } from '../../core/make.ts';
import { StandingClock } from '../standing-clock.ts';

const pull: Planned = {
  action: { verb: 'pullImage', target: 'db:17', image: 'db:17' },
  because: [],
  pod: ref,
};

function follow() {
  const clock = new StandingClock();
  const lines: string[] = [];
  const news = makeImageNews(clock, ({ about, text }) => lines.push(`${about}: ${text}`));
  return { clock, news, lines };
}

test('a pull begins and ends with a line, and has one each ten seconds between', () => {
  const { clock, news, lines } = follow();
  news.began(pull, false);
  clock.advance(5_000);
  news.progressed('db:17', { done: 34_000_000, total: 120_000_000, unit: 'bytes' });
  expect([...news.coming]).toEqual([['db:17', 'pulling 34 of 120 MB (db:17)']]);
  clock.advance(5_000);
  clock.advance(10_000);
  news.ended(pull, true);
  clock.advance(10_000);
  expect(lines).toEqual([
    'web: pulling image db:17',
    'web: pulling 34 of 120 MB (db:17)',
    'web: pulling 34 of 120 MB (db:17)',
    'web: pulled image db:17 in 20 s',
  ]);
  expect(news.coming.size).toBe(0);
});

test('what somebody else tells is not told again: a failure, and that it is tried once more', () => {
  const { news, lines } = follow();
  news.began(pull, true);
  expect(news.isPulledAgain(pull)).toBe(false);
  news.ended(pull, false);
  expect(news.isPulledAgain(pull)).toBe(true);
  news.began(pull, false);
  news.ended(pull, true);
  expect(news.isPulledAgain(pull)).toBe(false);
  expect(lines).toEqual(['web: pulled image db:17 in 0 s']);
});

test('a build counts its steps; progress that comes late is nothing', () => {
  const { news } = follow();
  const build: Planned = { ...pull, action: { ...pull.action, verb: 'buildImage' } as EngineAction };
  news.began(build, false);
  news.progressed('db:17', { done: 2, total: 4, unit: 'steps' });
  expect(news.coming.get('db:17')).toBe('building, step 2 of 4 (db:17)');
  news.ended(build, true);
  news.progressed('db:17', { done: 4, total: 4, unit: 'steps' });
  expect(news.coming.size).toBe(0);
});
