import { expect, inject, test } from 'vitest';

// Another file, in another worker, against the same instance: it keeps to a room of its own.
test('each room has a count of its own', async () => {
  const { address } = inject('podrun').pods.api['8080/tcp'];
  const visits = await fetch(`http://${address}/cgi-bin/visits?room=garden`);
  expect(await visits.text()).toBe('1\n');
});
