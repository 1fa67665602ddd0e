/** The answer to one packet that somebody has sent: pure, and never throws. */
import * as dns from 'dns-packet';
import type { Answer, DecodedPacket, OptAnswer, Question } from 'dns-packet';
import { clusterDomain, isInZone } from './zone.ts';
import type { Node, Zone } from './zone.ts';

export type Reply =
  /** Without a query it is a bare header. */
  | { readonly kind: 'reply'; readonly packet: Buffer; readonly query?: Query }
  /** Somebody else knows: of a name that another stands for, with this beginning. */
  | { readonly kind: 'forward'; readonly query: Query; readonly name: string; readonly before: readonly Answer[] }
  /** It is no query. */
  | { readonly kind: 'nothing' };

export interface Query {
  readonly id: number;
  readonly question: Question;
  readonly recursionDesired: boolean;
  /** Unset: without EDNS. */
  readonly edns?: { readonly udpPayloadSize: number };
}

/** How long an answer may be kept, in seconds: as the one that CoreDNS is set up with for a cluster. */
export const ttl = 5;
/** What goes through a network without being cut into pieces (dnsflagday.net/2020). */
const mostBytes = 1232;
const leastBytes = 512;

const opcodeMask = 0x7800;
const rcode = { formatError: 1, serverFailure: 2, noSuchName: 3, notImplemented: 4 } as const;

export function answerTo(packet: Buffer, zone: Zone, shuffle: <T>(list: readonly T[]) => readonly T[]): Reply {
  // A reply is answered by nothing, or two servers would go on for ever.
  if (packet.length < 12 || (packet.readUInt8(2) & 0x80) !== 0) return { kind: 'nothing' };
  const decoded = decode(packet);
  if (decoded === undefined) return { kind: 'reply', packet: bare(packet, rcode.formatError) };
  if (((decoded.flags ?? 0) & opcodeMask) !== 0) return { kind: 'reply', packet: bare(packet, rcode.notImplemented) };
  const [question, ...more] = decoded.questions ?? [];
  if (question === undefined || more.length > 0 || !isPlain(question.name))
    return { kind: 'reply', packet: bare(packet, rcode.formatError) };
  const query = queryOf(decoded, question);
  const name = question.name.toLowerCase();
  const node = zone.nodes.get(name);
  if (node === undefined && !isInZone(name)) return { kind: 'forward', query, name: question.name, before: [] };
  if (node === undefined) return { kind: 'reply', query, packet: encode(query, [], rcode.noSuchName) };
  if (node.cname !== undefined) return throughName(query, node.cname, zone, shuffle);
  return { kind: 'reply', query, packet: encode(query, answersOf(question, node, shuffle), 0) };
}

/** It can be written as it was read: a label may hold any byte, also a dot. */
const isPlain = (name: string): boolean =>
  name === '.' || (/^[ -~]+$/.test(name) && name.split('.').every((label) => label !== ''));

/** It could not be found out. */
export const failed = (query: Query): Buffer => encode(query, [], rcode.serverFailure);

/** Of a name that another stands for: what that one's own server said, behind what leads there. */
export function joined(query: Query, before: readonly Answer[], reply: Buffer): Buffer {
  const decoded = decode(reply);
  if (decoded === undefined) return failed(query);
  return encode(query, [...before, ...(decoded.answers ?? [])], (decoded.flags ?? 0) & 0xf);
}

/** Shortened to its header, and marked so that the client asks again by TCP, where it is longer than the client takes. */
export function forDatagram(packet: Buffer, { id, question, edns, recursionDesired }: Query): Buffer {
  const most = Math.min(Math.max(edns?.udpPayloadSize ?? leastBytes, leastBytes), mostBytes);
  if (packet.length <= most) return packet;
  const flags = dns.TRUNCATED_RESPONSE | (recursionDesired ? dns.RECURSION_DESIRED : 0);
  return dns.encode({ type: 'response', id, flags, questions: [question] });
}

/** A packet that asks another server, under an id of ours. */
export const question = (query: Query, name: string, id: number): Buffer =>
  dns.encode({
    type: 'query',
    id,
    flags: query.recursionDesired ? dns.RECURSION_DESIRED : 0,
    questions: [{ ...query.question, name }],
    ...(query.edns === undefined ? {} : { additionals: [opt(query.edns.udpPayloadSize)] }),
  });

/** Whether it answers what was asked under that id: anybody may have sent it. */
export function isReplyTo(packet: Buffer, query: Query, name: string, id: number): boolean {
  const decoded = decode(packet);
  const [asked] = decoded?.questions ?? [];
  return (
    decoded?.type === 'response' &&
    decoded.id === id &&
    asked?.type === query.question.type &&
    asked.name.toLowerCase() === name.toLowerCase()
  );
}

/** Undefined where it cannot be read. */
function decode(packet: Buffer): DecodedPacket | undefined {
  try {
    return dns.decode(packet);
  } catch {
    return undefined;
  }
}

function queryOf({ id = 0, flags = 0, additionals = [] }: DecodedPacket, question: Question): Query {
  const edns = additionals.find((record): record is OptAnswer => record.type === 'OPT');
  return {
    ...{ id, question, recursionDesired: (flags & dns.RECURSION_DESIRED) !== 0 },
    ...(edns === undefined ? {} : { edns: { udpPayloadSize: edns.udpPayloadSize } }),
  };
}

function throughName(query: Query, cname: string, zone: Zone, shuffle: <T>(list: readonly T[]) => readonly T[]): Reply {
  const { name, type } = query.question;
  const before: readonly Answer[] = [{ type: 'CNAME', name, ttl, data: cname }];
  if (type === 'CNAME') return { kind: 'reply', query, packet: encode(query, before, 0) };
  if (!isInZone(cname.toLowerCase())) return { kind: 'forward', query, name: cname, before };
  // One step: a name that stands for another one again is for the client to follow.
  const node = zone.nodes.get(cname.toLowerCase());
  const behind = node === undefined ? [] : answersOf({ name: cname, type }, node, shuffle);
  return { kind: 'reply', query, packet: encode(query, [...before, ...behind], 0) };
}

function answersOf(
  { name, type }: Pick<Question, 'name' | 'type'>,
  { a, srv, ptr }: Node,
  shuffle: <T>(list: readonly T[]) => readonly T[],
): readonly Answer[] {
  switch (type) {
    case 'A':
      return shuffle(a).map((data) => ({ type, name, ttl, data }));
    case 'SRV':
      return shuffle(srv).map(({ target, port }) => {
        const data = { target, port, priority: 0, weight: Math.max(1, Math.floor(100 / srv.length)) };
        return { type, name, ttl, data };
      });
    case 'PTR':
      return ptr.map((data) => ({ type, name, ttl, data }));
    default:
      // There are no IPv6 addresses, and nothing else.
      return [];
  }
}

function encode(query: Query, answers: readonly Answer[], code: number): Buffer {
  const { id, question, edns, recursionDesired } = query;
  const flags =
    dns.AUTHORITATIVE_ANSWER | dns.RECURSION_AVAILABLE | (recursionDesired ? dns.RECURSION_DESIRED : 0) | code;
  try {
    return dns.encode({
      ...{ type: 'response', id, flags, questions: [question] },
      answers: [...answers],
      ...(answers.length === 0 ? { authorities: [startOfAuthority] } : {}),
      ...(edns === undefined ? {} : { additionals: [opt(mostBytes)] }),
    });
  } catch {
    // What was asked cannot be written as it was read.
    return header(id, rcode.formatError);
  }
}

/** For how long it may be kept that there is nothing: as long as what there is. */
const startOfAuthority: Answer = {
  ...{ type: 'SOA', name: clusterDomain, ttl },
  data: {
    ...{ mname: `ns.dns.${clusterDomain}`, rname: `hostmaster.${clusterDomain}` },
    ...{ serial: 1, refresh: 7200, retry: 1800, expire: 86_400, minimum: ttl },
  },
};

const opt = (udpPayloadSize: number): OptAnswer => ({
  ...{
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  },
});

const bare = (packet: Buffer, code: number): Buffer => header(packet.readUInt16BE(0), code);

function header(id: number, code: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt16BE(0x8000 | code, 2);
  return bytes;
}
