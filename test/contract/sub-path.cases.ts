/** A subPath stays inside its volume, whoever plants what there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ContainerLaunch, LaunchMount } from '../../src/core/runtime/action.ts';
import type { Outcome } from '../../src/core/runtime/outcome.ts';
import type { ExecResult } from '../../src/engine/port.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { image, joinedLaunch, makeBench, volumeMount } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function subPathCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  let volume: string;
  let root: string;
  let infra: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    volume = await bench.volume('data');
    root = `/podrun/volumes/${volume}`;
    infra = await bench.startInfra({ mounts: [volumeMount(volume, root)] });
  });
  afterAll(() => bench.close());

  const launchWith = (name: string, subPath: string, script = 'sleep 1000'): ContainerLaunch => ({
    ...joinedLaunch(bench, infra, bench.name(name), script),
    mounts: [{ ...volumeMount(volume, '/data', subPath), volume: 'data' }],
  });
  const create = async (name: string, subPath: string, script?: string): Promise<EngineContainer> => {
    const launch = launchWith(name, subPath, script);
    return (await bench.do({ verb: 'createContainer', target: launch.name, launch })).container;
  };
  const start = (id: string, pauseIds: readonly string[] = []): Promise<Outcome> =>
    bench.engine.perform({
      verb: 'startContainer',
      target: id,
      id,
      guard: { infraId: infra.id, roots: [root], pauseIds },
    });

  it('makes the directories with the mode of the root and shows the container nothing else', async () => {
    await bench.shell(infra.id, `chmod 0777 ${root}`);
    const app = await create('deep', 'a/b c/d', 'echo in >/data/file; sleep 1000');
    expect((await start(app.id)).ok).toBe(true);
    await bench.shell(app.id, 'until [ -s /data/file ]; do usleep 10000; done');
    expect(await bench.shell(infra.id, `cd ${root}; cat 'a/b c/d/file'; stat -c %a a 'a/b c/d'`)).toBe('in\n777\n777');
    expect(await bench.shell(app.id, 'ls /data')).toBe('file');
  });

  it('takes a path that is there, a file too, and through symlinks that stay inside', async () => {
    await bench.shell(infra.id, `cd ${root}; mkdir real; echo one >real/file; ln -s real link; ln -s link/file key`);
    for (const [name, subPath, read] of [
      ['by-dir', 'real', '/data/file'],
      ['by-file', 'real/file', '/data'],
      ['by-link', 'link', '/data/file'],
      ['by-key', 'key', '/data'],
    ] as const) {
      const app = await create(name, subPath);
      expect(await start(app.id)).toMatchObject({ ok: true });
      expect(await bench.shell(app.id, `cat ${read}`)).toBe('one');
    }
  });

  it('refuses one that leads outside, absolute or relative, to a directory, a file or nothing', async () => {
    const links = { abs: '/etc', rel: '../../../etc', file: '../../../etc/hostname', dangling: '/no/such' };
    for (const [name, target] of Object.entries(links)) {
      await bench.shell(infra.id, `ln -s ${target} ${root}/out-${name}`);
      for (const subPath of [`out-${name}`, `out-${name}/below`]) {
        const launch = launchWith('escape', subPath);
        const failure = await bench.refusal({ verb: 'createContainer', target: launch.name, launch });
        expect(failure.kind).toBe('config');
        expect(failure.message).toMatch(/^failed to prepare subPath for volumeMount "data" of container "/);
      }
    }
    expect(await bench.shell(infra.id, '[ ! -e /etc/below ] && [ ! -e /no ] && echo clean')).toBe('clean');
  });

  it('makes nothing in an image’s files', async () => {
    const launch = launchWith('of-image', 'none/below');
    const mounts = launch.mounts.map((mount) => ({ ...mount, ofImage: true as const }));
    const failure = await bench.refusal({
      ...{ verb: 'createContainer', target: launch.name },
      launch: { ...launch, mounts },
    });
    expect(failure).toEqual({
      kind: 'refused',
      message: 'failed to mount subPath "none/below" for volumeMount "data" of container "": it is not there',
    });
    expect(await bench.shell(infra.id, `ls ${root} | grep -c none || true`)).toBe('0');
  });

  it('refuses a way up and an absolute path', async () => {
    for (const subPath of ['..', 'a/../..', '/etc']) {
      const launch = launchWith('up', subPath);
      const failure = await bench.refusal({ verb: 'createContainer', target: launch.name, launch });
      expect(failure).toMatchObject({ kind: 'config' });
    }
  });

  it('refuses the start when a symlink was put in its place after the create, in any part of the path', async () => {
    for (const [name, plant] of [
      ['last', 'rm -r way/in; ln -s /etc way/in'],
      ['first', 'rm -r way; ln -s /etc way'],
    ] as const) {
      await bench.shell(infra.id, `cd ${root}; rm -rf way`);
      const app = await create(`swap-${name}`, 'way/in');
      await bench.shell(infra.id, `cd ${root}; ${plant}`);
      const outcome = await start(app.id);
      expect(outcome).toMatchObject({ ok: false, failure: { kind: 'config' } });
    }
  });

  it('refuses a name that ends in a line break beside one that does not', async () => {
    await bench.shell(infra.id, `cd ${root}; mkdir "$(printf 'nl\\nx')"; ln -s "$(printf 'nl\\nx')" nl-link`);
    const launch = launchWith('line-break', 'nl-link');
    const failure = await bench.refusal({ verb: 'createContainer', target: launch.name, launch });
    expect(failure).toMatchObject({ kind: 'config', detail: expect.stringContaining('line break') as string });
  });

  it('holds a container of another Pod that flips a symlink while it checks, and lets it go after', async () => {
    await bench.shell(infra.id, `cd ${root}; mkdir flip; echo mine >flip/file`);
    const home = await bench.startInfra({ mounts: [volumeMount(volume, root)] });
    const ids: string[] = [];
    for (let round = 0; round < 12; round += 1) ids.push((await create(`flipped-${round}`, 'flip')).id);
    const flip =
      'cd /v; while :; do mv flip away; ln -s /etc flip; usleep 300; rm flip; mv away flip; usleep 300; done';
    const attacker = await bench.startJoined(home, flip, { mounts: [volumeMount(volume, '/v')] });
    const reads: string[] = [];
    for (const id of ids) {
      const outcome = await start(id, [attacker.id]);
      if (outcome.ok) reads.push(await bench.shell(id, 'ls /data'));
      else expect(outcome.failure).toMatchObject({ kind: 'config' });
    }
    // The engine's machine has much in /etc.
    expect(reads.filter((read) => read !== 'file')).toEqual([]);
    expect(reads.length).toBeLessThan(ids.length);
    const after = (await bench.engine.snapshot(bench.project)).containers.find((c) => c.id === attacker.id);
    expect(after?.state).toBe('running');
    await bench.remove(attacker.id);
  });

  it('lets go only when the last of two starts at a time is done, and nobody sees the pause', async () => {
    const writer = await bench.startJoined(infra, 'while :; do date >/v/beat; usleep 1000; done', {
      mounts: [volumeMount(volume, '/v')],
    });
    const apps = [await create('two-a', 'two'), await create('two-b', 'two')];
    let seen: readonly string[] = [];
    const look = async (): Promise<void> => {
      const { containers } = await bench.engine.snapshot(bench.project);
      seen = [...seen, ...containers.filter((c) => c.id === writer.id).map((c) => c.state)];
    };
    const starts = Promise.all(apps.map((app) => start(app.id, [writer.id])));
    for (let looks = 0; looks < 20; looks += 1) await look();
    expect((await starts).map((outcome) => outcome.ok)).toEqual([true, true]);
    await look();
    expect(new Set(seen)).toEqual(new Set(['running']));
  });

  it('keeps commands in what it holds waiting, and none fails for it', async () => {
    const writer = await bench.startJoined(infra, 'sleep 1000', { mounts: [volumeMount(volume, '/v')] });
    const apps: EngineContainer[] = [];
    for (let round = 0; round < 4; round += 1) apps.push(await create(`beside-command-${round}`, 'c'));
    let isStarting = true;
    const startAll = async () => {
      for (const app of apps) expect(await start(app.id, [writer.id])).toMatchObject({ ok: true });
    };
    const starts = startAll().finally(() => (isStarting = false));
    const results: ExecResult[] = [];
    const runCommands = async () => {
      while (isStarting) results.push(await bench.engine.exec(writer.id, ['true'], 20_000));
    };
    await Promise.all([starts, runCommands(), runCommands()]);
    expect(results.filter((result) => result.kind !== 'exit' || result.code !== 0)).toEqual([]);
  });

  it('leaves alone what a human paused', async () => {
    const other = await bench.startJoined(infra, 'sleep 1000', { mounts: [volumeMount(volume, '/v')] });
    await bench.hand.pause(other.id);
    const app = await create('beside-paused', 'p');
    expect((await start(app.id, [other.id])).ok).toBe(true);
    expect((await bench.engine.snapshot(bench.project)).containers.find((c) => c.id === other.id)?.state).toBe(
      'paused',
    );
    await bench.hand.unpause(other.id);
  });

  it('lets go of the others when the start fails', async () => {
    const other = await bench.startJoined(infra, 'sleep 1000', { mounts: [volumeMount(volume, '/v')] });
    const launch = { ...launchWith('fails', 'f'), entrypoint: ['/no/such'] };
    const app = (await bench.do({ verb: 'createContainer', target: launch.name, launch })).container;
    expect(await start(app.id, [other.id])).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    expect((await bench.engine.snapshot(bench.project)).containers.find((c) => c.id === other.id)?.state).toBe(
      'running',
    );
  });

  it('holds for a path of the engine’s machine too', async () => {
    const path = `/tmp/podrun-${bench.project}`;
    const name = bench.name('helper');
    const labels = bench.labels(name);
    await bench.do({ verb: 'prepareHostPath', target: path, path, type: 'DirectoryOrCreate', name, image, labels });
    const hostRoot = '/podrun/host';
    const mount = { kind: 'bind', source: path, readOnly: false } as const;
    const holder = await bench.startInfra({ mounts: [{ ...mount, target: hostRoot }] });
    const launchOn = (text: string, subPath: string): ContainerLaunch => ({
      ...joinedLaunch(bench, holder, bench.name(text), 'sleep 1000'),
      mounts: [{ ...mount, target: '/data', subPath }],
    });
    const guard = { infraId: holder.id, roots: [hostRoot], pauseIds: [] };
    const launch = launchOn('host', 'in/deep');
    const app = (await bench.do({ verb: 'createContainer', target: launch.name, launch })).container;
    await bench.do({ verb: 'startContainer', target: app.id, id: app.id, guard });
    await bench.shell(app.id, 'echo here >/data/file');
    expect(await bench.shell(holder.id, `cat ${hostRoot}/in/deep/file; ln -s /etc ${hostRoot}/out`)).toBe('here');
    const outside = launchOn('host-out', 'out');
    expect(await bench.refusal({ verb: 'createContainer', target: 'out', launch: outside })).toMatchObject({
      kind: 'config',
    });
    const swapped = launchOn('host-swap', 'in/deep');
    const second = (await bench.do({ verb: 'createContainer', target: 'swap', launch: swapped })).container;
    await bench.shell(holder.id, `cd ${hostRoot}; rm -r in; mkdir -p /etc/deep; ln -s /etc in`);
    const start = { verb: 'startContainer', target: second.id, id: second.id, guard } as const;
    const failure = await bench.refusal(start);
    expect(failure).toMatchObject({ kind: 'config', detail: expect.stringContaining('symlink') as string });
    await bench.removeHostFolder(path);
  });

  it('is no sandbox when the infra does not run', async () => {
    const down = await bench.createInfra({ mounts: [volumeMount(volume, root)] });
    const mounts: readonly LaunchMount[] = [volumeMount(volume, '/data', 'x')];
    const launch = { ...joinedLaunch(bench, down, bench.name('down'), ''), mounts };
    expect((await bench.refusal({ verb: 'createContainer', target: launch.name, launch })).kind).toBe('noSandbox');
  });
}
