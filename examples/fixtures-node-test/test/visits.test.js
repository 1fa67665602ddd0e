import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { up } from 'podrun';

let shop;
before(async () => {
  shop = await up();
});
after(() => shop?.down());

test('visits of a room are counted, in the database', async () => {
  for (const expected of ['1\n', '2\n']) {
    const answer = await fetch(`${shop.env.API_URL}/cgi-bin/visits?room=lobby`);
    assert.equal(await answer.text(), expected);
  }
  const { stdout } = await shop.pod('api').exec(['redis-cli', 'hget', 'visits', 'lobby'], { container: 'db' });
  assert.equal(stdout, '2\n');
});
