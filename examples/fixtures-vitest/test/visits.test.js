import { expect, test } from 'vitest';

const visit = (room) => fetch(`${process.env.API_URL}/cgi-bin/visits?room=${room}`);

test('visits of a room are counted', async () => {
  expect(await (await visit('lobby')).text()).toBe('1\n');
  expect(await (await visit('lobby')).text()).toBe('2\n');
});

test('a room that the migration does not know is not found', async () => {
  expect((await visit('moon')).status).toBe(404);
});
