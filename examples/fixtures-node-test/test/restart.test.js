import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { up } from 'podrun';

// Files run side by side. This one takes its database away, and disturbs nobody.
let shop;
before(async () => {
  shop = await up();
});
after(() => shop?.down());

test('without its database the service finds no room, and lives on', async () => {
  const visit = () => fetch(`${shop.env.API_URL}/cgi-bin/visits?room=lobby`);
  assert.equal(await (await visit()).text(), '1\n');

  await shop.pod('api').restart({ container: 'db' });

  assert.equal((await visit()).status, 404);
  const [app] = shop.pod('api').get().status.containerStatuses;
  assert.equal(app.restartCount, 0);
});
