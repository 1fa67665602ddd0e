import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as dns from 'dns-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Forwarder } from '../../src/gateway/dns/forward.ts';
import { frame, readFrames } from '../../src/gateway/dns/frames.ts';
import { listenForState } from '../../src/gateway/feed.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { Room } from '../../src/gateway/room.ts';
import type { GatewayService, GatewayState } from '../../src/model/service/gateway.ts';
import { makeGatewayState } from './make.ts';

const endings: (() => unknown)[] = [];
let folder = '';
let ports: { readonly service: number; readonly dns: number };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  ports = { service: await freePort(), dns: await freePort() };
});

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  await rm(folder, { recursive: true });
});

/** Of one Service, and where its connections go. */
function stateOf(
  targets: readonly number[],
  over: Partial<GatewayService> = {},
  protocol: 'TCP' | 'UDP' = 'TCP',
): GatewayState {
  const port = {
    ...{ name: '', protocol, port: ports.service },
    targets: targets.map((target) => ({ address: '127.0.0.1', port: target })),
  };
  const service = { name: 'web', namespace: 'default', address: '127.9.0.1', ports: [port], hosts: [], ...over };
  return makeGatewayState({ services: [service] });
}

function startGateway(resolver?: number, room = new Room(100)): Gateway {
  const forwarder = new Forwarder(resolver === undefined ? undefined : { address: '127.0.0.1', port: resolver });
  const gateway = new Gateway({ folder, room, forwarder, dnsPort: ports.dns });
  endings.push(() => gateway.close());
  return gateway;
}

async function started(state: GatewayState, room?: Room): Promise<Gateway> {
  const gateway = startGateway(undefined, room);
  expect(await gateway.take(JSON.stringify(state))).toEqual([]);
  return gateway;
}

/** A server that greets with its name, then echoes, and ends its half when the client has ended its own. */
async function startTarget(name: string, serve?: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    if (serve !== undefined) return serve(socket);
    socket.write(name);
    socket.pipe(socket);
  });
  return listening(server);
}

async function listening(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function dial(localAddress = '127.0.0.1'): Socket {
  const socket = connect({ host: '127.9.0.1', port: ports.service, localAddress, allowHalfOpen: true });
  socket.on('error', () => undefined);
  endings.push(() => socket.destroy());
  return socket;
}

async function read(socket: Socket, length: number): Promise<string> {
  let text = '';
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) text += chunk.toString();
    if (text.length >= length) return text;
    await Promise.race([
      once(socket, 'readable'),
      once(socket, 'close').then(() => Promise.reject(new Error('closed'))),
    ]);
  }
}

/** The name of the target that a new connection comes to; `refused` where none does. */
async function greeted(localAddress?: string): Promise<string> {
  const socket = dial(localAddress);
  const text = await read(socket, 1).catch(() => 'refused');
  socket.destroy();
  return text;
}

describe('TCP', () => {
  test('new connections take turns, and go to the targets of now; open ones go on', async () => {
    const [a, b] = [await startTarget('a'), await startTarget('b')];
    const gateway = await started(stateOf([a, b]));
    const open = dial();
    const first = await read(open, 1);
    expect([first, await greeted()].toSorted()).toEqual(['a', 'b']);
    await gateway.take(JSON.stringify(stateOf([b])));
    expect([await greeted(), await greeted()]).toEqual(['b', 'b']);
    await gateway.take(JSON.stringify(stateOf([])));
    expect(await greeted()).toBe('refused');
    open.write('still there');
    expect(await read(open, 11)).toBe('still there');
    await gateway.take(JSON.stringify(stateOf([a])));
    expect(await greeted()).toBe('a');
  });

  test('one that refuses is passed over, and a Service of such alone resets', async () => {
    const [a, gone] = [await startTarget('a'), await freePort()];
    const gateway = await started(stateOf([gone, a]));
    expect([await greeted(), await greeted(), await greeted()]).toEqual(['a', 'a', 'a']);
    await gateway.take(JSON.stringify(stateOf([gone])));
    expect(await greeted()).toBe('refused');
  });

  test('a client keeps its target under ClientIP affinity, until that is gone', async () => {
    const [a, b] = [await startTarget('a'), await startTarget('b')];
    const sticky = (...targets: readonly number[]) => stateOf(targets, { affinityMs: 60_000 });
    const gateway = await started(sticky(a, b));
    const [one, other] = [await greeted('127.0.0.2'), await greeted('127.0.0.3')];
    expect([one, other].toSorted()).toEqual(['a', 'b']);
    expect([await greeted('127.0.0.2'), await greeted('127.0.0.2'), await greeted('127.0.0.3')]).toEqual([
      one,
      one,
      other,
    ]);
    await gateway.take(JSON.stringify(sticky(one === 'a' ? b : a)));
    expect(await greeted('127.0.0.2')).toBe(other);
  });

  test('each half of a connection ends by itself', async () => {
    const all: string[] = [];
    const target = await startTarget('a', (socket) => {
      socket.on('data', (chunk) => all.push(String(chunk)));
      socket.on('end', () => socket.end(`got ${all.join('')}`));
    });
    await started(stateOf([target]));
    const client = dial();
    client.end('all of it');
    expect(await read(client, 13)).toBe('got all of it');
  });

  test('a reset is one on the other side as well, and of no other connection', async () => {
    const served: Socket[] = [];
    const target = await startTarget('a', (socket) => {
      served.push(socket);
      socket.write('a');
    });
    await started(stateOf([target]));
    const [one, two, three] = [dial(), dial(), dial()];
    for (const socket of [one, two, three]) await read(socket, 1);
    // Whose connection each is.
    one.write('1');
    two.write('2');
    three.write('3');
    const marks = await Promise.all(served.map((socket) => read(socket, 1)));
    const [ofOne, ofTwo, ofThree] = ['1', '2', '3'].map((mark) => served[marks.indexOf(mark)] as Socket);
    const reset = (socket: Socket) => once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
    const [seenByTarget, seenByClient] = [reset(ofOne as Socket), reset(two)];
    one.resetAndDestroy();
    ofTwo?.resetAndDestroy();
    expect([await seenByTarget, await seenByClient]).toEqual(['ECONNRESET', 'ECONNRESET']);
    ofThree?.write('goes on');
    expect(await read(three, 7)).toBe('goes on');
  });

  test('who does not read makes the other wait', async () => {
    let written = 0;
    const chunk = Buffer.alloc(65_536);
    const target = await startTarget('a', (socket) => {
      const more = (): void => {
        while (socket.write(chunk)) written += chunk.length;
        written += chunk.length;
      };
      socket.on('drain', more);
      more();
    });
    await started(stateOf([target]));
    const slow = dial().pause();
    await once(slow, 'connect');
    const stopped = await stands(() => written);
    expect(stopped).toBeLessThan(64 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(64 * 1024 * 1024);
    slow.resume();
    await until(() => written > stopped);
  });

  test('beyond the bound a connection is reset, and there is room again when one has ended', async () => {
    const target = await startTarget('a');
    const room = new Room(2);
    await started(stateOf([target]), room);
    const [one, two] = [dial(), dial()];
    await Promise.all([read(one, 1), read(two, 1)]);
    expect(await greeted()).toBe('refused');
    one.destroy();
    await until(() => room.taken === 1);
    expect(await greeted()).toBe('a');
  });
});

describe('UDP', () => {
  async function startEcho(name: string): Promise<number> {
    const socket = createSocket('udp4', (payload, { port, address }) =>
      socket.send(`${name} ${String(payload)}`, port, address),
    );
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    endings.push(() => void socket.close());
    return socket.address().port;
  }

  test('a client has one target, until that is gone', async () => {
    const [a, b] = [await startEcho('a'), await startEcho('b')];
    const state = (...targets: readonly number[]) => stateOf(targets, {}, 'UDP');
    const gateway = await started(state(a, b));
    const client = createSocket('udp4').bind(0, '127.0.0.1');
    endings.push(() => void client.close());
    const say = async (text: string): Promise<string> => {
      client.send(text, ports.service, '127.9.0.1');
      const [payload] = (await once(client, 'message')) as [Buffer];
      return String(payload);
    };
    const [first = ''] = await say('1');
    expect([await say('2'), await say('3')]).toEqual([`${first} 2`, `${first} 3`]);
    await gateway.take(JSON.stringify(state(first === 'a' ? b : a)));
    expect(await say('4')).toBe(`${first === 'a' ? 'b' : 'a'} 4`);
  });
});

describe('names', () => {
  const query = (name: string, id = 7): Buffer =>
    dns.encode({ type: 'query', id, flags: dns.RECURSION_DESIRED, questions: [{ name, type: 'A' }] });
  const answersIn = (packet: Buffer): readonly unknown[] => {
    const { id, rcode, answers = [] } = dns.decode(packet) as dns.DecodedPacket & { rcode: string };
    return [id, rcode, ...answers.map((answer) => 'data' in answer && answer.data)];
  };

  async function askUdp(packet: Buffer): Promise<readonly unknown[]> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    socket.send(packet, ports.dns, '127.9.0.10');
    const [reply] = (await once(socket, 'message')) as [Buffer];
    socket.close();
    return answersIn(reply);
  }

  async function askTcp(...packets: readonly Buffer[]): Promise<readonly (readonly unknown[])[]> {
    const socket = connect(ports.dns, '127.9.0.10');
    endings.push(() => socket.destroy());
    const replies: (readonly unknown[])[] = [];
    readFrames(socket, (packet) => replies.push(answersIn(Buffer.from(packet))));
    // In pieces, as a network may bring them.
    const bytes = Buffer.concat(packets.map(frame));
    socket.write(bytes.subarray(0, 5));
    socket.write(bytes.subarray(5));
    await until(() => replies.length === packets.length);
    return replies;
  }

  test('are answered by UDP and TCP, those of outside by who knows them', async () => {
    const upstream = createSocket('udp4', (packet, { port, address }) => {
      const { id, questions = [] } = dns.decode(packet);
      const answers = [{ type: 'A' as const, name: 'example.org', ttl: 60, data: '192.0.2.1' }];
      // Somebody else's guess comes first.
      upstream.send(dns.encode({ type: 'response', id: ((id ?? 0) + 1) % 65_536, questions }), port, address);
      upstream.send(
        dns.encode({ type: 'response', ...(id === undefined ? {} : { id }), questions, answers }),
        port,
        address,
      );
    });
    upstream.bind(0, '127.0.0.1');
    await once(upstream, 'listening');
    endings.push(() => void upstream.close());
    const gateway = startGateway(upstream.address().port);
    await gateway.take(JSON.stringify(makeGatewayState({ services: [] })));
    await gateway.take(JSON.stringify(makeGatewayState({ services: makeGatewayState().services.slice(1) })));
    const name = 'db-0.db.shop.svc.cluster.local';
    expect(await askUdp(query(name))).toEqual([7, 'NOERROR', '127.0.5.1']);
    expect(await askTcp(query(name, 1), query('nobody.default.svc.cluster.local', 2))).toEqual([
      [1, 'NOERROR', '127.0.5.1'],
      [2, 'NXDOMAIN'],
    ]);
    expect(await askUdp(query('example.org'))).toEqual([7, 'NOERROR', '192.0.2.1']);
    expect(await askUdp(query('ext.default.svc.cluster.local'))).toEqual([7, 'NOERROR', 'example.org', '192.0.2.1']);
  });

  test('nobody outside the network is answered', async () => {
    const gateway = startGateway();
    await gateway.take(JSON.stringify(makeGatewayState({ services: [], network: '127.0.8.0/24' })));
    const outside = createSocket('udp4').bind(0, '127.0.0.1');
    const inside = createSocket('udp4').bind(0, '127.0.8.1');
    endings.push(
      () => void outside.close(),
      () => void inside.close(),
    );
    const got: string[] = [];
    outside.on('message', () => got.push('outside'));
    const answered = once(inside, 'message');
    outside.send(query('web.default.svc.cluster.local'), ports.dns, '127.9.0.10', () => {
      inside.send(query('web.default.svc.cluster.local'), ports.dns, '127.9.0.10');
    });
    await answered;
    const socket = connect(ports.dns, '127.9.0.10').on('error', () => undefined);
    await once(socket, 'close');
    expect(got).toEqual([]);
  });

  test('that nobody knows of are a failure at once where nobody can be asked', async () => {
    const gateway = startGateway();
    await gateway.take(JSON.stringify(makeGatewayState({ services: [] })));
    expect(await askUdp(query('example.org'))).toEqual([7, 'SERVFAIL']);
  });
});

describe('the state', () => {
  test('comes by a socket, line by line, and each line is acknowledged', async () => {
    const target = await startTarget('a');
    const gateway = startGateway();
    const path = join(folder, 'feed.sock');
    const server = await listenForState(path, gateway);
    endings.push(() => new Promise((done) => server.close(done)));
    const feeder = connect(path);
    endings.push(() => feeder.destroy());
    const text = `${JSON.stringify(stateOf([target]))}\n`;
    feeder.write(text.slice(0, 20));
    feeder.write(`${text.slice(20)}not a state\n`);
    const [first = '', second = ''] = (await read(feeder, 40)).split('\n');
    expect(JSON.parse(first)).toEqual({ failures: [] });
    expect(second).toMatch(/^\{"refused":"/);
    feeder.destroy();
    expect(await greeted()).toBe('a');
  });

  test('is kept: a gateway that is started anew goes by the last good one', async () => {
    const target = await startTarget('a');
    const gateway = await started(stateOf([target]));
    const bad = '{"dns": "127.9.0.10", "network": "127.0.0.0/8", "services": [{"name": 1}]}';
    await expect(gateway.take(bad)).rejects.toThrow('a Service is not what this gateway can read');
    await gateway.close();
    await startGateway().resume();
    expect(await greeted()).toBe('a');
  });

  test('that is damaged on the disk, or none, begins with nothing', async () => {
    await startGateway().resume();
    await writeFile(join(folder, 'state.json'), '{"dns": "127.');
    await startGateway().resume();
    expect(await greeted()).toBe('refused');
  });

  test('tells what it cannot listen on, and does all else', async () => {
    const target = await startTarget('a');
    const [own, foreign] = [stateOf([target]).services[0], stateOf([target], { address: '192.0.2.1' }).services[0]];
    const gateway = startGateway();
    const services = [foreign, own].flatMap((service) => (service === undefined ? [] : [service]));
    const failures = await gateway.take(JSON.stringify(makeGatewayState({ services })));
    expect(failures).toEqual([expect.stringContaining('192.0.2.1')]);
    expect(await greeted()).toBe('a');
  });
});

/** Resolves when it holds; nothing tells of it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setTimeout(next, 5));
}

/** A count that has stood still for a while. */
async function stands(count: () => number): Promise<number> {
  for (let before = -1; ;) {
    const now = count();
    if (now > 0 && now === before) return now;
    before = now;
    await new Promise((next) => setTimeout(next, 200));
  }
}
