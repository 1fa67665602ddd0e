import * as dns from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerTo, forDatagram, joined } from '../../src/gateway/dns/answer.ts';
import { zoneOf } from '../../src/gateway/dns/zone.ts';
import { times } from '../effort.ts';
import { makeGatewayState } from './make.ts';

const zone = zoneOf(makeGatewayState());
const same = <T>(list: readonly T[]): readonly T[] => list;
const reverse = <T>(list: readonly T[]): readonly T[] => list.toReversed();

const ask = (name: string, type: dns.RecordType, over: dns.Packet = {}): Buffer =>
  dns.encode({ type: 'query', id: 7, flags: dns.RECURSION_DESIRED, questions: [{ name, type }], ...over });

/** `NOERROR A 10.0.0.1 5`, the code and each answer. */
function reply(packet: Buffer, order = same): readonly string[] {
  const found = answerTo(packet, zone, order);
  if (found.kind !== 'reply') return [found.kind === 'forward' ? `forward ${found.name}` : found.kind];
  const { rcode, answers = [] } = dns.decode(found.packet) as dns.DecodedPacket & { rcode: string };
  return [rcode, ...answers.map(textOf)];
}

function textOf(answer: dns.Answer): string {
  if (answer.type === 'SRV') return `SRV ${answer.data.target}:${answer.data.port} ${answer.data.weight ?? 0}`;
  return `${answer.type} ${'data' in answer && typeof answer.data === 'string' ? answer.data : ''}`;
}

describe('the names of Services (github.com/kubernetes/dns)', () => {
  test.each<[string, dns.RecordType, readonly string[]]>([
    ['web.default.svc.cluster.local', 'A', ['NOERROR', 'A 127.9.0.1']],
    ['WEB.Default.svc.cluster.LOCAL', 'A', ['NOERROR', 'A 127.9.0.1']],
    ['web.default.svc.cluster.local', 'AAAA', ['NOERROR']],
    ['web.default.svc.cluster.local', 'MX', ['NOERROR']],
    ['_http._tcp.web.default.svc.cluster.local', 'SRV', ['NOERROR', 'SRV web.default.svc.cluster.local:80 100']],
    ['_dns._udp.web.default.svc.cluster.local', 'SRV', ['NOERROR', 'SRV web.default.svc.cluster.local:53 100']],
    ['1.0.9.127.in-addr.arpa', 'PTR', ['NOERROR', 'PTR web.default.svc.cluster.local']],
    ['db.shop.svc.cluster.local', 'A', ['NOERROR', 'A 127.0.5.1', 'A 127.0.5.2']],
    ['db-1.db.shop.svc.cluster.local', 'A', ['NOERROR', 'A 127.0.5.2']],
    [
      '_sql._tcp.db.shop.svc.cluster.local',
      'SRV',
      ['NOERROR', 'SRV db-0.db.shop.svc.cluster.local:5432 50', 'SRV db-1.db.shop.svc.cluster.local:5432 50'],
    ],
    ['2.5.0.127.in-addr.arpa', 'PTR', ['NOERROR', 'PTR db-1.db.shop.svc.cluster.local']],
    ['empty.default.svc.cluster.local', 'A', ['NOERROR']],
    ['ext.default.svc.cluster.local', 'CNAME', ['NOERROR', 'CNAME example.org']],
    ['ext.default.svc.cluster.local', 'A', ['forward example.org']],
    ['near.default.svc.cluster.local', 'A', ['NOERROR', 'CNAME web.default.svc.cluster.local', 'A 127.9.0.1']],
    ['nobody.default.svc.cluster.local', 'A', ['NXDOMAIN']],
    ['db-2.db.shop.svc.cluster.local', 'A', ['NXDOMAIN']],
    ['default.svc.cluster.local', 'A', ['NOERROR']],
    ['_tcp.web.default.svc.cluster.local', 'A', ['NOERROR']],
    ['web.default', 'A', ['forward web.default']],
    ['example.org', 'A', ['forward example.org']],
    ['9.9.9.9.in-addr.arpa', 'PTR', ['forward 9.9.9.9.in-addr.arpa']],
  ])('%s %s', (name, type, expected) => {
    expect(reply(ask(name, type))).toEqual(expected);
  });

  test('addresses come in an order of chance', () => {
    expect(reply(ask('db.shop.svc.cluster.local', 'A'), reverse)).toEqual(['NOERROR', 'A 127.0.5.2', 'A 127.0.5.1']);
  });

  test('all is to be kept for 5 s, also that there is nothing', () => {
    const decoded = ['web', 'nobody'].map((name) => {
      const found = answerTo(ask(`${name}.default.svc.cluster.local`, 'A'), zone, same);
      return dns.decode(found.kind === 'reply' ? found.packet : Buffer.alloc(0));
    });
    expect(decoded[0]?.answers).toMatchObject([{ ttl: 5 }]);
    expect(decoded[1]?.authorities).toMatchObject([
      { type: 'SOA', name: 'cluster.local', ttl: 5, data: { minimum: 5 } },
    ]);
  });

  test('what stands behind an ExternalName comes with it', () => {
    const found = answerTo(ask('ext.default.svc.cluster.local', 'A'), zone, same);
    if (found.kind !== 'forward') throw new Error(found.kind);
    const outside = dns.encode({
      ...{ type: 'response', id: 3, questions: [{ name: 'example.org', type: 'A' }] },
      answers: [{ type: 'A', name: 'example.org', ttl: 60, data: '192.0.2.1' }],
    });
    const { id, answers } = dns.decode(joined(found.query, found.before, outside));
    expect([id, answers?.map(textOf)]).toEqual([7, ['CNAME example.org', 'A 192.0.2.1']]);
  });
});

describe('what is no plain question', () => {
  test.each<[string, Buffer, readonly string[]]>([
    ['a reply', dns.encode({ type: 'response', id: 7, questions: [{ name: 'a', type: 'A' }] }), ['nothing']],
    ['less than a header', Buffer.alloc(11), ['nothing']],
    ['an update', ask('web.default.svc.cluster.local', 'A', { flags: 5 << 11 }), ['NOTIMP']],
    ['no question', dns.encode({ type: 'query', id: 7 }), ['FORMERR']],
    [
      'two questions',
      ask('a', 'A', {
        questions: [
          { name: 'a', type: 'A' },
          { name: 'b', type: 'A' },
        ],
      }),
      ['FORMERR'],
    ],
    ['half of one', ask('web.default.svc.cluster.local', 'A').subarray(0, 20), ['FORMERR']],
    ['a name that leads to itself', Buffer.from('000701000001000000000000c00c00010001', 'hex'), ['FORMERR']],
  ])('%s', (_, packet, expected) => {
    expect(reply(packet)).toEqual(expected);
  });

  test('a reply that is too long for a datagram is asked for again by TCP', () => {
    const hosts = Array.from({ length: 100 }, (_, n) => ({ name: `h${n}`, address: `127.0.7.${n}`, ports: [] }));
    const many = { ...makeGatewayState(), services: [{ name: 'many', namespace: 'default', ports: [], hosts }] };
    const sizes = [512, 4096].map((udpPayloadSize) => {
      const query = ask('many.default.svc.cluster.local', 'A', {
        additionals: [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize,
            flags: 0,
            extendedRcode: 0,
            ednsVersion: 0,
            flag_do: false,
            options: [],
          },
        ],
      });
      const found = answerTo(query, zoneOf(many), same);
      if (found.kind !== 'reply' || found.query === undefined) throw new Error(found.kind);
      const packet = forDatagram(found.packet, found.query);
      return [found.packet.length > 1232, packet.length <= 1232, dns.decode(packet).flag_tc];
    });
    expect(sizes).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
  });

  test('whatever comes is answered with what can be read, or not at all', () => {
    const valid = ask('_sql._tcp.db.shop.svc.cluster.local', 'SRV', {
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          flags: 0,
          extendedRcode: 0,
          ednsVersion: 0,
          flag_do: false,
          options: [],
        },
      ],
    });
    const damaged = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const packet = Buffer.from(valid);
      for (const [at, byte] of changes) packet[at] = byte;
      return packet;
    });
    const anything = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    let answered = 0;
    fc.assert(
      fc.property(fc.oneof(damaged, anything), (packet) => {
        const found = answerTo(packet, zone, same);
        if (found.kind !== 'reply') return;
        answered += 1;
        expect(dns.decode(found.packet).type).toBe('response');
      }),
      { numRuns: times(5_000) },
    );
    expect(answered).toBeGreaterThan(0);
  });
});
