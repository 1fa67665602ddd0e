import { expect, test } from 'vitest';
import type { Place } from '../../src/core/reach/endpoints.ts';
import { endpointsBy, findPlace } from '../../src/lib/find-place.ts';

const db = { namespace: 'default', name: 'db' };
const place = (containerPort: number, more: Partial<Place> = {}): Place => ({
  ...{
    namespace: 'default',
    pod: 'db',
    containerPort,
    protocol: 'TCP',
    host: '127.0.0.1',
    port: 20_000 + containerPort,
  },
  ...more,
});
const places = [
  place(53, { port: 1 }),
  place(53, { protocol: 'UDP', port: 2 }),
  place(5432, { name: 'sql' }),
  place(5432, { namespace: 'other', port: 3 }),
  place(80, { pod: 'web', host: '::1' }),
];

test.each([
  [5432, 25_432],
  ['5432', 25_432],
  ['5432/tcp', 25_432],
  ['sql', 25_432],
  [53, 1],
  ['53/UDP', 2],
])('port %s', (port, expected) => {
  expect(findPlace(places, db, port).port).toBe(expected);
});

test('an address is its own text', () => {
  const found = findPlace(places, { ...db, name: 'web' }, 80);
  expect([found.address, String(found)]).toEqual(['[::1]:20080', '[::1]:20080']);
});

test.each([
  [db, 80, 'port 80 of db is not published, these are: 53, 53/udp, 5432; write "auto:80" in its ports'],
  [{ ...db, name: 'away' }, 1, 'port 1 of away is not published, none is; write "auto:1" in its ports'],
])('what is not published, of %o', (pod, port, message) => {
  expect(() => findPlace(places, pod, port)).toThrow(expect.objectContaining({ code: 'NotFound', message }) as Error);
});

test('all of them, as JSON', () => {
  expect(JSON.parse(JSON.stringify(endpointsBy(places)))).toEqual({
    db: {
      '53/tcp': { host: '127.0.0.1', port: 1, address: '127.0.0.1:1' },
      '53/udp': { host: '127.0.0.1', port: 2, address: '127.0.0.1:2' },
      '5432/tcp': { host: '127.0.0.1', port: 25_432, address: '127.0.0.1:25432' },
    },
    'other/db': { '5432/tcp': { host: '127.0.0.1', port: 3, address: '127.0.0.1:3' } },
    web: { '80/tcp': { host: '::1', port: 20_080, address: '[::1]:20080' } },
  });
});
