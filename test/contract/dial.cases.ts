/** Connections out of an infra: what busybox's nc, the stdio of an exec and its end are relied on for. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { EngineError } from '../../src/engine/port.ts';
import { makeBench } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

/** Nobody has it, and whoever asks for it waits. */
const filtered = '10.255.255.1';

export function dialCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  let infra: EngineContainer;
  let app: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    infra = await bench.startInfra();
    const servers = [
      'mkdir /www; head -c 3000000 /dev/zero >/www/big; echo well >/www/x; httpd -p 80 -h /www',
      'httpd -p 127.0.0.1:81 -h /www',
      'nc -ll -p 82 -e sleep 1000 & nc -ll -p 83 -e dd bs=64k & nc -ll -p 84 -e true &',
    ];
    app = await bench.startJoined(infra, `${servers.join('; ')} sleep 1000`);
    await bench.shell(infra.id, 'until netstat -ltn | grep -q ":84 "; do :; done');
  });
  afterAll(() => bench.close());

  const dial = (port: number, { id = app.id, address = infra.address, signal = new AbortController().signal } = {}) =>
    bench.engine.dial(id, { address, port, timeoutMs: 60_000 }, signal);
  /** What a dial runs; all of it is one process group, but for the watcher of `timeout`, which looks once a second. */
  const leftovers = () => bench.shell(infra.id, 'ps -o args | grep -E "[n]c [$]loud|[n]c 1|[t]imeout" || true');
  const expectNoLeftovers = () => expect.poll(leftovers, { timeout: 5_000, interval: 50 }).toBe('');

  it('carries bytes both ways, and the end of the other side', async () => {
    const connection = await dial(80);
    connection.write('GET /x HTTP/1.0\r\n\r\n');
    expect(await text(connection)).toMatch(/^HTTP\/1\.[01] 200 OK[^]*\nwell\n$/);
    await expectNoLeftovers();
  });

  it('carries more than any buffer holds', async () => {
    const connection = await dial(80);
    connection.write('GET /big HTTP/1.0\r\n\r\n');
    expect((await text(connection)).length).toBeGreaterThan(3_000_000);
  });

  it('carries each piece at once', async () => {
    const connection = await dial(83);
    for (const piece of ['one', 'two', 'three']) {
      connection.write(piece);
      expect(String((await once(connection, 'data'))[0])).toBe(piece);
    }
    connection.destroy();
    await expectNoLeftovers();
  });

  it('tells a connection that the other side ends at once from one that is refused', async () => {
    expect(await text(await dial(84))).toBe('');
    await expect(dial(85)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expectNoLeftovers();
  });

  it('does not reach a server that listens on 127.0.0.1 alone', async () => {
    await expect(dial(81)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('leaves nothing when a server that stays silent is left', async () => {
    const connections: Duplex[] = await Promise.all([dial(82), dial(82), dial(82)]);
    expect(await leftovers()).not.toBe('');
    for (const connection of connections) connection.destroy();
    await expectNoLeftovers();
  });

  it('leaves nothing when it is given up before it is connected', async () => {
    const waiting = new AbortController();
    const dialled = dial(80, { address: filtered, signal: waiting.signal });
    const given = expect(dialled).rejects.toThrow();
    await expect.poll(leftovers, { timeout: 5_000, interval: 50 }).toContain(filtered);
    waiting.abort();
    await given;
    await expectNoLeftovers();
  });

  it('ends by itself after its timeout, should its end be lost', async () => {
    const connection = await bench.engine.dial(
      app.id,
      { address: infra.address, port: 82, timeoutMs: 100 },
      new AbortController().signal,
    );
    connection.on('error', () => undefined).resume();
    await once(connection, 'close');
    await expectNoLeftovers();
  });

  it('needs nothing of the container itself, and is refused where no infra runs', async () => {
    const idle = await bench.createJoined(infra, 'sleep 1000');
    (await dial(80, { id: idle.id })).destroy();
    await bench.remove(idle.id);
    await expect(dial(80, { id: idle.id })).rejects.toBeInstanceOf(EngineError);
  });

  it('is no word on the server where the infra has no shell', async () => {
    const bare = await bench.startInfra();
    await bench.shell(bare.id, 'rm /bin/sh');
    await expect(dial(80, { id: bare.id, address: bare.address })).rejects.toBeInstanceOf(EngineError);
  });
}
