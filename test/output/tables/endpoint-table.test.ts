import { describe, expect, test } from 'vitest';
import { parseDotenv } from '../../../src/manifest/variables/dotenv.ts';
import { endpointLines } from '../../../src/output/tables/endpoint-table.ts';

test('a table, and lines for a shell', () => {
  const values = { URL: "http://127.0.0.1:1/it's", LONG_NAME: 'x' };
  expect(endpointLines('table', values, true)).toEqual([
    'NAME        VALUE',
    "URL         http://127.0.0.1:1/it's",
    'LONG_NAME   x',
  ]);
  expect(endpointLines('env', values, true)).toEqual([
    "export URL='http://127.0.0.1:1/it'\\''s'",
    "export LONG_NAME='x'",
  ]);
  expect(endpointLines('table', {}, true)).toEqual([]);
});

describe('as .env it is read as it was', () => {
  test.each(['postgres://a:b@127.0.0.1:1/x?y=1&z', 'a b', 'a # b', "it's", '$HOME', 'a"b', 'a\'b"c\\d\n$e', 'a\\', ''])(
    '%s',
    (value) => {
      const [line = ''] = endpointLines('dotenv', { NAME: value }, true);
      expect(parseDotenv(line)).toEqual({ variables: { NAME: value }, problems: [] });
    },
  );
});
