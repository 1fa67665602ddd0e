import { expect, test } from 'vitest';
import { makeWaits } from '../../src/lib/wait-for-pods.ts';
import { PodrunError } from '../../src/lib/podrun-error.ts';
import { StandingClock } from '../run/standing-clock.ts';

const ended = () => new PodrunError('Ended', 'it is over');
const late = async () => new PodrunError('TimedOut', 'too late');

test('what is so already, and what becomes so', async () => {
  const waits = makeWaits(new StandingClock(), ended);
  await waits.until(() => true, 0, late);
  let isSo = false;
  const until = waits.until(() => isSo, 1_000, late);
  waits.stepped();
  isSo = true;
  waits.stepped();
  await until;
});

test('what never will be so, what comes too late, and what is over', async () => {
  const clock = new StandingClock();
  const waits = makeWaits(clock, ended);
  let never = false;
  const hopeless = waits.until(
    () => {
      if (never) throw new PodrunError('StartFailed', 'in vain');
      return false;
    },
    0,
    late,
  );
  never = true;
  waits.stepped();
  await expect(hopeless).rejects.toMatchObject({ code: 'StartFailed' });

  const slow = waits.until(() => false, 1_000, late);
  clock.advance(1_000);
  await expect(slow).rejects.toMatchObject({ code: 'TimedOut' });

  const open = waits.until(() => false, 0, late);
  waits.end();
  await expect(open).rejects.toMatchObject({ code: 'Ended' });
});
