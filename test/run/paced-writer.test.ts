import { expect, test } from 'vitest';
import { pacedWriter } from '../../src/run/paced-writer.ts';

const mebibyte = Buffer.alloc(1024 * 1024);

test('waits once sixteen megabytes are not read, until some are', async () => {
  const taken: (() => void)[] = [];
  const write = pacedWriter({
    write(_bytes, written) {
      if (written !== undefined) taken.push(written);
      return false;
    },
  });
  const waits = Array.from({ length: 17 }, () => write(mebibyte));
  expect(waits.map((wait) => wait !== undefined)).toEqual([...Array<boolean>(15).fill(false), true, true]);

  taken[0]?.();
  expect(await Promise.race([waits[15], Promise.resolve('open')])).toBe('open');
  taken[1]?.();
  await waits[15];
  await waits[16];
});
