import { describe, expect, test } from 'vitest';
import { CommandError } from '../../src/cli/exit-code.ts';
import { readAddresses, readPorts } from '../../src/cli/options/forward-ports.ts';
import type { ForwardService } from '../../src/cli/options/forward-ports.ts';

const pod = {
  name: 'web',
  ports: [
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { containerPort: 54, protocol: 'UDP' },
    { containerPort: 54, protocol: 'TCP' },
  ],
} as const;
const ports = [
  { name: 'web', port: 80, targetPort: 'http', protocol: 'TCP' },
  { name: 'alt', port: 81, targetPort: 8081, protocol: 'TCP' },
  { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
  { name: 'bad', port: 82, targetPort: 'gone', protocol: 'TCP' },
];
const front: ForwardService = { name: 'front', isHeadless: false, ports };
const headless: ForwardService = { ...front, isHeadless: true };

describe('ports', () => {
  test.each<[string, number, number, ForwardService?]>([
    ['5000', 5000, 5000],
    ['8888:5000', 8888, 5000],
    [':5000', 0, 5000],
    ['0:5000', 0, 5000],
    ['http', 8080, 8080],
    ['8888:http', 8888, 8080],
    [':http', 0, 8080],
    ['54', 54, 54],
    ['80', 80, 8080, front],
    ['web', 80, 8080, front],
    ['8443:web', 8443, 8080, front],
    [':81', 0, 8081, front],
    ['80', 80, 80, headless],
    ['web', 80, 80, headless],
    ['99', 99, 99, headless],
  ])('%s is %i -> %i', (word, local, remote, service) => {
    expect(readPorts([word], pod, service)).toEqual([{ local, remote }]);
  });

  test.each<[string, number, string, ForwardService?]>([
    ['nope', 1, "Pod 'web' does not have a named port 'nope'"],
    ['dns', 1, 'UDP protocol is not supported for dns'],
    ['5353:53', 1, 'UDP protocol is not supported for 53'],
    ['8080:', 2, 'remote port cannot be empty'],
    ['1:2:3', 2, "invalid port format '1:2:3'"],
    ['x:80', 2, `error parsing local port 'x': strconv.ParseUint: parsing "x": invalid syntax`],
    ['70000:80', 2, `error parsing local port '70000': strconv.ParseUint: parsing "70000": value out of range`],
    ['80:70000', 2, `error parsing remote port '70000': strconv.ParseUint: parsing "70000": value out of range`],
    ['0', 2, 'remote port must be > 0'],
    ['nope', 1, "Service 'front' does not have a named port 'nope'", front],
    ['8080', 1, 'Service front does not have a service port 8080', front],
    ['bad', 1, "Pod 'web' does not have a named port 'gone'", front],
    ['53', 1, 'UDP protocol is not supported for 53', front],
  ])('%s is exit code %i: %s', (word, code, message, service) => {
    expect(() => readPorts([word], pod, service)).toThrow(new CommandError(code, message));
    expect(codeOf(() => readPorts([word], pod, service))).toBe(code);
  });
});

describe('addresses', () => {
  const [ip4, ip6] = [
    { host: '127.0.0.1', ofLocalhost: true },
    { host: '::1', ofLocalhost: true },
  ];
  test.each([
    [['localhost'], [ip4, ip6]],
    [
      ['localhost,127.0.0.2', '::'],
      [ip4, { host: '127.0.0.2', ofLocalhost: false }, { ...ip6, host: '::', ofLocalhost: false }, ip6],
    ],
    [['0.0.0.0'], [{ host: '0.0.0.0', ofLocalhost: false }]],
    [
      ['127.0.0.1', 'localhost'],
      [{ ...ip4, ofLocalhost: false }, ip6],
    ],
  ])('%j', (words, addresses) => {
    expect(readAddresses(words)).toEqual(addresses);
  });

  test('a name is none', () => {
    expect(() => readAddresses(['example.com'])).toThrow('example.com is not a valid IP');
    expect(codeOf(() => readAddresses(['']))).toBe(2);
  });
});

function codeOf(call: () => unknown): number | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof CommandError) return error.code;
  }
  return undefined;
}
