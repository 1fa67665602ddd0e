/** The life of containers, and what the engine says when it will not. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pid } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { find, joinedLaunch, makeBench, must } from './subject.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function containerCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  /** For the cases that leave their infra as it is, which costs them most; no case asks for its names. */
  let standing: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    standing = await bench.startInfra({ hostname: 'standing', aliases: ['standing'] });
  });
  afterAll(() => bench.close());

  it('runs an infra with an address and a container joined to it', async () => {
    const infra = await bench.createInfra();
    expect(infra).toMatchObject({ state: 'created', exitCode: 0, error: '', address: '' });
    expect(infra.startedAtMs).toBeUndefined();
    const started = await bench.start(infra.id);
    expect(started).toMatchObject({ state: 'running', address: expect.stringMatching(/^\d/) as string });
    const app = await bench.startJoined(started, 'hostname; sleep 1000', { env: [['A', 'b=c']] });
    expect(app).toMatchObject({ state: 'running', joinedTo: infra.id, address: '', stopSignal: 'SIGTERM' });
    expect(app.env).toMatchObject({ A: 'b=c' });
    expect(must(app.startedAtMs)).toBeGreaterThanOrEqual(must(started.startedAtMs));
    expect(Math.abs(Date.now() - must(app.startedAtMs))).toBeLessThan(10_000);
    expect(await bench.shell(app.id, 'hostname; nslookup pod 2>/dev/null | grep -c "Name:"')).toBe('pod\n1');
  });

  it('tells exit code and end of one that ended', async () => {
    const app = await bench.startJoined(standing, 'exit 3');
    const ended = await bench.untilState(app.id, 'exited');
    expect(ended).toMatchObject({ exitCode: 3, oomKilled: false, error: '' });
    expect(must(ended.finishedAtMs)).toBeGreaterThanOrEqual(must(ended.startedAtMs));
  });

  it('lets one of eight creates of a name win: a name is a lock', async () => {
    const launch = joinedLaunch(bench, standing, bench.name('locked'), 'sleep 1000');
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => bench.engine.perform({ verb: 'createContainer', target: launch.name, launch })),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    const kinds = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure.kind]));
    expect(kinds).toEqual(Array(7).fill('conflict'));
  });

  it('makes none of an image that is for another platform', async () => {
    const launch = {
      ...joinedLaunch(bench, standing, bench.name('other'), 'true'),
      platform: 'linux/s390x',
    };
    const refusal = await bench.refusal({ verb: 'createContainer', target: launch.name, launch });
    expect(refusal.kind).toBe('noImage');
  });

  it('names who holds a port that is to be published', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const hostPort = (server.address() as AddressInfo).port;
    const ports = [{ containerPort: 80, protocol: 'tcp', hostIP: '127.0.0.1', hostPort } as const];
    const [first, second] = [await bench.createInfra({ ports }), await bench.createInfra({ ports })];
    const refusal = async (id: string) => (await bench.refusal({ verb: 'startContainer', target: id, id })).message;

    expect(await refusal(first.id)).toMatch(new RegExp(`address already in use \\(by process ${pid}, `));
    server.close();
    await once(server, 'close');
    await bench.start(first.id);
    expect(await refusal(second.id)).toContain(`port is already allocated (by container ${first.name})`);
  });

  describe('an infra that is not there', () => {
    it('is no sandbox for a start, before it runs and after it is removed', async () => {
      const infra = await bench.createInfra();
      const app = await bench.createJoined(infra, 'sleep 1000');
      const start = { verb: 'startContainer', target: app.id, id: app.id } as const;
      expect((await bench.refusal(start)).kind).toBe('noSandbox');
      await bench.remove(infra.id);
      expect((await bench.refusal(start)).kind).toBe('noSandbox');
    });

    it('is no sandbox for a start that races its death', async () => {
      for (let round = 0; round < 5; round += 1) {
        const infra = await bench.startInfra();
        const app = await bench.createJoined(infra, 'sleep 1000');
        const [started] = await Promise.all([
          bench.engine.perform({ verb: 'startContainer', target: app.id, id: app.id }),
          bench.kill(infra.id),
        ]);
        if (!started.ok) expect(started.failure.kind).toBe('noSandbox');
        await bench.remove(app.id);
        await bench.remove(infra.id);
      }
    });

    it('leaves the others running when it dies, and its death is to be seen', async () => {
      const infra = await bench.startInfra();
      const app = await bench.startJoined(infra, 'sleep 1000');
      await bench.kill(infra.id);
      await bench.untilState(infra.id, 'exited');
      expect(find(await bench.engine.snapshot(bench.project), app.id)?.state).toBe('running');
    });
  });

  describe('a start that fails', () => {
    it('tells a command that is not there, in the call and in the snapshot', async () => {
      const app = await bench.createJoined(standing, '', { entrypoint: ['/no/such/command'] });
      const failure = await bench.refusal({ verb: 'startContainer', target: app.id, id: app.id });
      expect(failure.kind).toBe('refused');
      expect(failure.message).toContain('no such file or directory');
      const seen = must(find(await bench.engine.snapshot(bench.project), app.id));
      expect(seen).toMatchObject({ state: 'created', exitCode: 127 });
      expect(seen.error).toContain('no such file or directory');
      expect(seen.startedAtMs).toBeUndefined();
    });

    it('tells a command that cannot be run', async () => {
      const app = await bench.createJoined(standing, '', { entrypoint: ['/etc/passwd'] });
      const failure = await bench.refusal({ verb: 'startContainer', target: app.id, id: app.id });
      expect(failure).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('permission denied') as string,
      });
      const seen = find(await bench.engine.snapshot(bench.project), app.id);
      expect(seen).toMatchObject({ state: 'created', exitCode: 126 });
    });

    it('tells a host port that is taken, and can be tried again', async () => {
      const ports = [{ containerPort: 80, protocol: 'tcp', hostIP: '127.0.0.1', hostPort: 38_471 }] as const;
      const first = await bench.startInfra({ ports });
      const second = await bench.createInfra({ ports });
      const start = { verb: 'startContainer', target: second.id, id: second.id } as const;
      const failure = await bench.refusal(start);
      expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining('38471') as string });
      const seen = find(await bench.engine.snapshot(bench.project), second.id);
      expect(seen).toMatchObject({ state: 'created', exitCode: 128 });
      await bench.remove(first.id);
      expect((await bench.start(second.id)).state).toBe('running');
    });

    it('tells a network that is gone', async () => {
      const name = bench.name('lost');
      const made = await bench.do({ verb: 'createNetwork', target: name, name, labels: bench.labels(name) });
      const network = made.network;
      const infra = await bench.createInfra({ networkId: network.id });
      await bench.do({ verb: 'removeNetwork', target: network.id, id: network.id });
      const failure = await bench.refusal({ verb: 'startContainer', target: infra.id, id: infra.id });
      expect(failure.kind).toBe('refused');
    });

    it('is gone when the container is', async () => {
      const infra = await bench.createInfra();
      await bench.remove(infra.id);
      expect((await bench.refusal({ verb: 'startContainer', target: infra.id, id: infra.id })).kind).toBe('gone');
    });
  });

  describe('what is done already', () => {
    it('a start of one that runs is a success, with the container as it is', async () => {
      const again = await bench.start(standing.id);
      expect(again.startedAtMs).toBe(standing.startedAtMs);
    });

    it('a start of a paused one is a conflict', async () => {
      const { id } = standing;
      await bench.hand.pause(id);
      expect((await bench.refusal({ verb: 'startContainer', target: id, id })).kind).toBe('conflict');
      const unpause = { verb: 'unpauseContainer', target: id, id } as const;
      expect((await bench.do(unpause)).container.state).toBe('running');
      expect((await bench.refusal(unpause)).kind).toBe('conflict');
    });

    it('a kill of one that does not run is a conflict, of one that is gone is gone', async () => {
      const { id } = await bench.createJoined(standing, 'sleep 1000');
      const kill = { verb: 'killContainer', target: id, id, signal: 'SIGTERM' } as const;
      expect((await bench.refusal(kill)).kind).toBe('conflict');
      await bench.start(id);
      await bench.kill(id);
      await bench.untilState(id, 'exited');
      expect((await bench.refusal(kill)).kind).toBe('conflict');
      await bench.remove(id);
      expect((await bench.refusal(kill)).kind).toBe('gone');
    });

    it('a removal at the same time as another is a conflict at the most; then it is gone, and that is a success', async () => {
      const { id } = await bench.startJoined(standing, 'sleep 1000');
      const remove = { verb: 'removeContainer', target: id, id } as const;
      const outcomes = await Promise.all([1, 2, 3].map(() => bench.engine.perform(remove)));
      expect(outcomes.some((outcome) => outcome.ok)).toBe(true);
      for (const outcome of outcomes) if (!outcome.ok) expect(outcome.failure.kind).toBe('conflict');
      await bench.remove(id);
      expect(find(await bench.engine.snapshot(bench.project), id)).toBeUndefined();
    });
  });

  it('asks with TERM, which an infra heeds at once', async () => {
    const infra = await bench.startInfra();
    const askedAt = Date.now();
    await bench.kill(infra.id, 'SIGTERM');
    expect((await bench.untilState(infra.id, 'exited')).exitCode).toBe(143);
    expect(Date.now() - askedAt).toBeLessThan(3000);
  });

  it('sees a restart by hand: the id is the same, the start is another', async () => {
    const { id } = await bench.startJoined(standing, 'sleep 1000');
    const before = must(find(await bench.engine.snapshot(bench.project), id));
    await bench.hand.restart(id);
    const after = must(find(await bench.engine.snapshot(bench.project), id));
    expect(after.state).toBe('running');
    expect(must(after.startedAtMs)).toBeGreaterThan(must(before.startedAtMs));
  });

  it('sees our own changes in a snapshot that was asked for before they were made', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [snapshot, app] = await Promise.all([
        bench.engine.snapshot(bench.project).then(() => bench.engine.snapshot(bench.project)),
        bench.startJoined(standing, 'sleep 1000'),
      ]);
      const last = await bench.engine.snapshot(bench.project);
      expect(find(last, app.id)?.state).toBe('running');
      expect(['created', 'running', undefined]).toContain(find(snapshot, app.id)?.state);
    }
  });
}
