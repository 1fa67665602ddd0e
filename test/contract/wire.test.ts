/** What goes over the wire, and what podrun makes of a wire that breaks. */
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { label } from '../../src/core/runtime/labels.ts';
import { connectEngine } from '../../src/engine/connect.ts';
import type { Engine, EngineError } from '../../src/engine/port.ts';
import { makeRealSubject, realSocketPath } from './real-subject.ts';
import { openRelay } from './relay.ts';
import type { Relay } from './relay.ts';
import { find, joinedLaunch, makeBench, must, volumeMount } from './subject.ts';
import type { Bench } from './subject.ts';

let relay: Relay;
let engine: Engine;
let bench: Bench;

beforeAll(async () => {
  relay = await openRelay(realSocketPath());
  engine = await connectEngine({
    env: { DOCKER_HOST: `unix://${relay.socketPath}` },
    home: '/nonexistent',
  });
  bench = await makeBench(async () => ({ ...(await makeRealSubject()), engine }));
});
afterEach(() => {
  delete relay.intercept;
  delete relay.hold;
  delete relay.rewrite;
  delete relay.body;
});
afterAll(async () => {
  await bench.close();
  engine.close();
  await relay.close();
});

const created = (): string[] => relay.requests.filter((line) => line.includes('/create'));
const inspects = (lines: readonly string[]): string[] =>
  lines.filter((line) => /\/containers\/[0-9a-f]{64}\/json/.test(line));

/** Requests that come during `run`. */
async function during(run: () => Promise<unknown>): Promise<string[]> {
  const before = relay.requests.length;
  await run();
  return relay.requests.slice(before);
}

describe('the requests', () => {
  it('name the version that was agreed on', async () => {
    const lines = await during(() => engine.snapshot(bench.project));
    expect(lines.every((line) => line.includes(` /v${engine.info.apiVersion}/`))).toBe(true);
  });

  it('carry nothing but the name in the URL of a create', async () => {
    await bench.volume('secret');
    const infra = await bench.startInfra();
    await bench.createJoined(infra, 'true', { env: [['PASSWORD', 'hunter2']] });
    expect(created().length).toBeGreaterThanOrEqual(4);
    for (const line of created()) {
      const url = new URL(must(line.split(' ')[1]), 'http://engine');
      expect([...url.searchParams.keys()].filter((key) => key !== 'name')).toEqual([]);
    }
    expect(relay.requests.join('\n')).not.toContain('hunter2');
  });

  it('have a connection each: a dockerd that shuts down goes on with those that are open, and takes no new ones', async () => {
    const connections = new Set<object>();
    relay.intercept = (_line, { socket }) => {
      connections.add(socket);
      return false;
    };
    const lines = await during(async () => {
      const infra = await bench.startInfra();
      await engine.snapshot(bench.project);
      await bench.remove(infra.id);
    });
    expect(connections.size).toBe(lines.length);
    expect(lines.length).toBeGreaterThan(3);
  });

  it('take a label of three megabytes', async () => {
    const name = bench.name('heavy');
    const infra = await bench.createInfra({ name, labels: { ...bench.labels(name), big: 'x'.repeat(3_000_000) } });
    await bench.remove(infra.id);
  });
});

describe('a snapshot', () => {
  it('inspects what it does not know, then only what changed', async () => {
    const infra = await bench.startInfra();
    const apps = [await bench.startJoined(infra, 'sleep 1000'), await bench.startJoined(infra, 'exit 2')];
    await bench.untilState(must(apps[1]).id, 'exited');
    // Ages are told in whole seconds: what is younger than a second cannot be proved unchanged.
    await settled();
    expect(inspects(await during(() => engine.snapshot(bench.project)))).toEqual([]);
    await bench.hand.restart(must(apps[0]).id);
    const lines = inspects(await during(() => engine.snapshot(bench.project)));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(must(apps[0]).id);
    const fresh = await connectEngine({ env: { DOCKER_HOST: `unix://${relay.socketPath}` }, home: '/nonexistent' });
    const all = (await engine.snapshot(bench.project)).containers.length;
    expect(inspects(await during(() => fresh.snapshot(bench.project)))).toHaveLength(all);
    fresh.close();
  });

  it('does not inspect a container with a call of ours in flight, and shows it as it was', async () => {
    const infra = await bench.createInfra();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    relay.hold = (line) => (line.includes('/start') ? released : undefined);
    const start = bench.start(infra.id);
    await bench.until(
      () => relay.requests.some((line) => line.includes(`${infra.id}/start`)),
      'the start is under way',
    );
    const before = relay.requests.length;
    const snapshot = await engine.snapshot(bench.project);
    expect(inspects(relay.requests.slice(before)).filter((line) => line.includes(infra.id))).toEqual([]);
    expect(find(snapshot, infra.id)?.state).toBe('created');
    release();
    expect((await start).state).toBe('running');
  });

  it('is not lost with one inspect: of one that hangs the last knowledge is shown, or the list alone', async () => {
    const infra = await bench.startInfra();
    const fresh = await connectEngine({
      env: { DOCKER_HOST: `unix://${relay.socketPath}` },
      home: '/nonexistent',
      deadlines: { inspectMs: 200 },
    });
    relay.intercept = (line) => line.includes(`${infra.id}/json`);
    expect(find(await fresh.snapshot(bench.project), infra.id)).toMatchObject({ state: 'running', name: infra.name });
    delete relay.intercept;
    // An inspect may be slower than that once more.
    const shownStart = async () => find(await fresh.snapshot(bench.project), infra.id)?.startedAtMs;
    await expect.poll(shownStart, { timeout: 30_000 }).toBe(infra.startedAtMs);
    fresh.close();
  });

  it('drops what is gone between the list and the inspect', async () => {
    const infra = await bench.createInfra();
    const fresh = await connectEngine({ env: { DOCKER_HOST: `unix://${relay.socketPath}` }, home: '/nonexistent' });
    relay.intercept = (line, _incoming, response) => {
      if (!line.includes(`${infra.id}/json`)) return false;
      json(response, 404, { message: `No such container: ${infra.id}` });
      return true;
    };
    expect(find(await fresh.snapshot(bench.project), infra.id)).toBeUndefined();
    fresh.close();
  });
});

describe('a termination message', () => {
  it('that cannot be read says so, as the kubelet does, until it can', async () => {
    const infra = await bench.startInfra();
    relay.intercept = (line, _incoming, response) => {
      if (!line.startsWith('GET ') || !line.includes('/archive')) return false;
      json(response, 500, { message: 'no room' });
      return true;
    };
    const path = '/end';
    const labels = {
      ...bench.labels('app'),
      [label.kind]: 'container',
      [label.facts]: JSON.stringify({ terminationMessagePath: path }),
    };
    const app = await bench.startJoined(infra, `printf why > ${path}; exit 1`, { labels });
    const unread = await bench.untilState(app.id, 'exited');
    expect(unread.message).toBe('Error on reading termination log /end: no room');
    delete relay.intercept;
    expect(find(await engine.snapshot(bench.project), app.id)?.message).toBe('why');
  });
});

describe('a log that is followed', () => {
  const frame = (kind: 1 | 2, second: number, text: string): Buffer => {
    const payload = Buffer.from(`2026-01-01T00:00:0${second}.000000000Z ${text}`);
    return Buffer.concat([Buffer.from([kind, 0, 0, 0, 0, 0, 0, payload.length]), payload]);
  };
  const [start, open] = [frame(1, 0, 'start\n'), frame(1, 1, 'no end')];
  const [early, late] = [frame(2, 1, 'early\n'), frame(2, 2, 'late\n')];

  it.each([
    ['told', Buffer.concat([start, early, open, late])],
    ['dropped by the engine', Buffer.concat([start, early, late])],
  ])(
    'has each line once, where one stream’s last line has no end, is older than the other’s and %s',
    async (_, told) => {
      relay.intercept = (line, _incoming, response) => {
        if (!line.includes('/logs')) return false;
        response.writeHead(200);
        response.end(line.includes('follow=true') ? told : Buffer.concat([start, early, open, late]));
        return true;
      };
      const lines: string[] = [];
      for await (const { bytes } of engine.logs('a'.repeat(64), { follow: true }, AbortSignal.timeout(20_000)))
        lines.push(bytes.toString());
      expect(lines.toSorted()).toEqual(['early\n', 'late\n', 'no end', 'start\n']);
    },
  );

  it('that tells nothing is asked again for no more than was asked for', async () => {
    relay.intercept = (line, _incoming, response) => {
      if (!line.includes('/logs')) return false;
      response.writeHead(200);
      response.end();
      return true;
    };
    const [first, again] = await during(async () => {
      const options = { follow: true, tail: 0, sinceMs: Date.now() };
      for await (const line of engine.logs('a'.repeat(64), options, AbortSignal.timeout(20_000)))
        expect(line).toBeUndefined();
    });
    expect(again).toContain('tail=0');
    const since = /since=[\d.]+/.exec(must(first))?.[0];
    expect(again).toContain(must(since));
  });
});

describe('an engine of API 1.45', () => {
  it('is given the resolved subPath itself, once the directory is made', async () => {
    relay.intercept = (line, _incoming, response) => {
      if (!line.includes('/version')) return false;
      json(response, 200, { ApiVersion: '1.45' });
      return true;
    };
    relay.rewrite = (url) => url.replace('/v1.45/', `/v${engine.info.apiVersion}/`);
    const bodies: string[] = [];
    relay.body = (_line, body) => void bodies.push(body);
    const later = await connectEngine({ env: { DOCKER_HOST: `unix://${relay.socketPath}` }, home: '/nonexistent' });
    const volume = await bench.volume('sub');
    const infra = await bench.startInfra({ mounts: [volumeMount(volume, '/v')] });
    await bench.shell(infra.id, 'mkdir /v/real; ln -s real /v/link');
    const launch = {
      ...joinedLaunch(bench, infra, bench.name('sub-app'), 'true'),
      mounts: [volumeMount(volume, '/data', 'link/new')],
    };
    const outcome = await later.perform({ verb: 'createContainer', target: launch.name, launch });
    expect(outcome).toMatchObject({ ok: true });
    const { HostConfig } = JSON.parse(must(bodies.at(-1))) as { HostConfig: { Mounts: object[] } };
    expect(HostConfig.Mounts).toMatchObject([
      {
        Type: 'volume',
        Source: volume,
        Target: '/data',
        ReadOnly: false,
        VolumeOptions: { NoCopy: true, Subpath: 'real/new' },
      },
    ]);
    expect(await bench.shell(infra.id, 'ls -d /v/real/new')).toBe('/v/real/new');
    later.close();
  });
});

describe('a daemon that begins an answer and', () => {
  const begin = (response: ServerResponse, sent?: () => void): void => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
    response.write('[{"Id":', sent);
  };
  const ways: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['stalls', (response) => begin(response)],
    ['breaks off', (response) => begin(response, () => response.destroy())],
    ['never answers', () => undefined],
  ];

  it.each(ways)('%s: every call settles at its deadline', async (_name, answer) => {
    const hasty = await connectEngine({
      env: { DOCKER_HOST: `unix://${relay.socketPath}` },
      home: '/nonexistent',
      deadlines: { lookMs: 1500, inspectMs: 300, changeMs: 3000 },
    });
    const id = 'a'.repeat(64);
    relay.intercept = (_line, _incoming, response) => {
      answer(response);
      return true;
    };
    const startedAt = Date.now();
    const kinds = await Promise.all([
      hasty.snapshot(bench.project).then(String, kindOf),
      hasty.projects().then(String, kindOf),
      hasty.perform({ verb: 'killContainer', target: id, id, signal: 'SIGTERM' }).then(outcomeKind),
      hasty.perform({ verb: 'startContainer', target: id, id }).then(outcomeKind),
      hasty.perform({ verb: 'inspectImage', target: 'i', image: 'busybox' }).then(outcomeKind),
      hasty.perform({ verb: 'removeVolume', target: 'v', name: 'v' }).then(outcomeKind),
      hasty.exec(id, ['true'], 500).then((result) => result.kind),
    ]);
    expect(Date.now() - startedAt).toBeLessThan(5000);
    hasty.close();
    for (const kind of kinds) expect(['unknown', 'away', 'timeout', 'error']).toContain(kind);
  });

  it('breaks the feed off: that is told once, and the engine is away', async () => {
    relay.intercept = (line, _incoming, response) => {
      if (!line.includes('/events')) return false;
      response.writeHead(200);
      response.write('{"id":"x","Action":"start"}\n{"id":', () => response.destroy());
      return true;
    };
    const errors: EngineError[] = [];
    await new Promise<void>((resolve) => {
      engine.watch(
        bench.project,
        () => undefined,
        (error) => resolve(void errors.push(error)),
      );
    });
    // What else there was to tell would have come before the answer to another call.
    await engine.snapshot(bench.project);
    expect(errors.map((error) => error.failure.kind)).toEqual(['away']);
  });

  it('is a proxy with a page of its own: no engine', async () => {
    relay.intercept = (_line, _incoming, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<html>sign in</html>');
      return true;
    };
    await expect(engine.snapshot(bench.project)).rejects.toMatchObject({ failure: { kind: 'away' } });
    const outcome = await engine.perform({ verb: 'inspectImage', target: 'i', image: 'busybox' });
    expect(outcome).toMatchObject({ ok: false, failure: { kind: 'away' } });
  });
});

const kindOf = (error: EngineError): string => error.failure.kind;
const outcomeKind = (outcome: Awaited<ReturnType<Engine['perform']>>): string =>
  outcome.ok ? 'ok' : outcome.failure.kind;

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Until two looks in a row need no inspect: everything is older than a second. */
async function settled(): Promise<void> {
  const until = Date.now() + 10_000;
  let quiet = 0;
  while (quiet < 2) {
    expect(Date.now()).toBeLessThan(until);
    quiet = inspects(await during(() => engine.snapshot(bench.project))).length === 0 ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
