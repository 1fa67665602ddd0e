/** Tunnels into a Pod's network: what keeps both halves of a connection through the stdio of an exec in the infra. */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { EngineError } from '../../src/engine/port.ts';
import type { Tunnel } from '../../src/engine/port.ts';
import { makeBench } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

/** More than all the buffers on the way hold. */
const long = 50_000_000;

export function tunnelCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  let infra: EngineContainer;
  let app: EngineContainer;
  let tunnel: Tunnel;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    infra = await bench.startInfra();
    const files = [
      'mkdir -p /www/cgi-bin; head -c 3000000 /dev/zero >/www/big; echo well >/www/x',
      "printf '#!/bin/sh\n' >/www/cgi-bin/none; chmod 700 /www/cgi-bin/none; httpd -p 127.0.0.1:80 -h /www",
    ];
    // The last one ends its own half first, and then hears the other to its end.
    const servers = [
      "nc -ll -p 81 -e sh -c 'md5sum; echo bye'",
      'nc -ll -p 82 -e sleep 1000',
      'nc -ll -p 83 -e dd bs=64k',
      'nc -ll -p 84 -e sh -c \'echo first; printf "GET /cgi-bin/none HTTP/1.0\\r\\n\\r\\n" | httpd -i -h /www; cat >/heard\'',
      `nc -ll -p 85 -e head -c ${long} /dev/zero`,
      // What it has not read makes its end a reset.
      'nc -ll -p 86 -e sh -c \'until netstat -tn | grep -q "[1-9][0-9]* *0 [^ ]*:86 "; do :; done\'',
    ];
    const script = [...files.map((line) => `${line}; `), ...servers.map((line) => `${line} & `), 'sleep 1000'].join('');
    app = await bench.startJoined(infra, script);
    await bench.shell(infra.id, 'until [ "$(netstat -ltn | grep -c ":8[0-6] ")" = 7 ]; do :; done');
    tunnel = await bench.engine.openTunnel(app.id);
  });
  afterAll(() => bench.close());

  const connect = (port: number) => tunnel.connect(['127.0.0.1'], port);
  const leftovers = () => bench.shell(infra.id, 'ps -o args | grep -E "[f]older=|[n]c 1|[n]c -v|[d]d bs" || true');
  const expectNoLeftovers = () => expect.poll(leftovers, { timeout: 10_000, interval: 50 }).toBe('');

  it('reaches the loopback, and the first address at which somebody accepts', async () => {
    const connection = await tunnel.connect([infra.address, '127.0.0.1'], 80);
    connection.end('GET /x HTTP/1.0\r\n\r\n');
    expect(await text(connection)).toMatch(/^HTTP\/1\.[01] 200 OK[^]*\nwell\n$/);
    await expectNoLeftovers();
  });

  it('carries more than any buffer holds', async () => {
    const connection = await connect(80);
    connection.end('GET /big HTTP/1.0\r\n\r\n');
    expect((await text(connection)).length).toBeGreaterThan(3_000_000);
  });

  it('carries each piece at once', async () => {
    const connection = await connect(83);
    let heard = '';
    connection.on('data', (bytes) => (heard += String(bytes)));
    // The last one ends as a mark begins.
    for (const piece of ['one', 'two', 'three', 'four\x1c']) {
      heard = '';
      connection.write(piece);
      await expect.poll(() => heard, { timeout: 10_000, interval: 10 }).toBe(piece);
    }
    connection.end();
    await once(connection.resume(), 'close');
    await expectNoLeftovers();
  });

  it('passes the end of our half on, and what is answered after it', async () => {
    const connection = await connect(81);
    connection.end('hello\n');
    expect(await text(connection)).toBe('b1946ac92492d2347c6235b4d2611184  -\nbye\n');
    await expectNoLeftovers();
  });

  it('passes the end of the other half on, and what is written after it', async () => {
    const connection = await connect(84);
    expect(String((await once(connection, 'data'))[0])).toBe('first\n');
    await once(connection, 'end');
    connection.end('still here');
    await expect.poll(() => bench.shell(app.id, 'cat /heard'), { timeout: 10_000, interval: 50 }).toBe('still here');
    await expectNoLeftovers();
  });

  it('tells a reset from an end, and who refuses', async () => {
    const connection = await connect(86);
    connection.write('not read');
    await expect(text(connection)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(tunnel.connect(['127.0.0.1', infra.address], 87)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expectNoLeftovers();
  });

  it('holds back who writes while nobody reads, both ways', async () => {
    const unread = await connect(85);
    // It begins to take what comes, as far as its own buffer goes.
    unread.read(0);
    const writtenBytes = async () => {
      const io = await bench.shell(app.id, 'cat /proc/$(pidof head)/io');
      return Number(/wchar: (\d+)/.exec(io)?.[1]);
    };
    expect(await whenSteady(writtenBytes)).toBeLessThan(long / 2);
    expect(unread.readableLength).toBeLessThan(1_000_000);
    let readBytes = 0;
    unread.on('data', (piece: Buffer) => (readBytes += piece.length)).end();
    await once(unread, 'end');
    expect(readBytes).toBe(long);

    const unheard = await connect(82);
    let takenBytes = 0;
    const write = (): void =>
      void unheard.write(Buffer.alloc(65_536), (error) => {
        if (error) return;
        takenBytes += 65_536;
        write();
      });
    write();
    expect(await whenSteady(() => takenBytes)).toBeLessThan(long / 2);
    unheard.on('error', () => undefined).destroy();
    await expectNoLeftovers();
  });

  it('carries many at once, and the end of one is no other’s', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => connect(83)));
    const silent = await connect(82);
    expect(await leftovers()).not.toBe('');
    silent.destroy();
    const answers = connections.map((connection, n) => text(connection.end(`this is ${n}`)));
    expect(await Promise.all(answers)).toEqual(connections.map((_, n) => `this is ${n}`));
    await expectNoLeftovers();
  });

  it('ends with all its connections when it is closed, and leaves nothing', async () => {
    const other = await bench.engine.openTunnel(app.id);
    const connection = await other.connect(['127.0.0.1'], 82);
    other.close();
    await once(connection, 'close');
    await other.ended;
    await expectNoLeftovers();
    await expect.poll(() => bench.shell(infra.id, 'ls -d /tmp/podrun-* | wc -l'), { timeout: 10_000 }).toBe('1');
  });

  it('ends with the infra', async () => {
    const mortal = await bench.startInfra();
    const joined = await bench.startJoined(mortal, 'nc -ll -p 82 -e sleep 1000');
    await bench.shell(mortal.id, 'until netstat -ltn | grep -q ":82 "; do :; done');
    const other = await bench.engine.openTunnel(joined.id);
    const connection = await other.connect(['127.0.0.1'], 82);
    connection.on('error', () => undefined);
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await bench.kill(mortal.id);
    await Promise.all([other.ended, closed]);
    await expect(other.connect(['127.0.0.1'], 82)).rejects.toBeInstanceOf(EngineError);
    await expect(bench.engine.openTunnel(joined.id)).rejects.toBeInstanceOf(EngineError);
  });
}

/** The value once two looks in a row find the same one. */
async function whenSteady(look: () => number | Promise<number>): Promise<number> {
  let [last, before] = [await look(), -1];
  while (last === 0 || last !== before) {
    await delay(300);
    [last, before] = [await look(), last];
  }
  return last;
}
