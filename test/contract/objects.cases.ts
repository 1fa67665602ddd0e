/** Networks, volumes and images. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { makeBench, volumeMount } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function objectCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  beforeAll(async () => (bench = await makeBench(makeSubject)));
  afterAll(() => bench.close());

  describe('networks', () => {
    it('makes one with a gateway, and finds it when asked again', async () => {
      const network = await bench.network();
      expect(network.gateway).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      const again = await bench.do({
        verb: 'createNetwork',
        target: network.name,
        name: network.name,
        labels: bench.labels(network.name),
      });
      expect(again.network).toEqual(network);
      expect((await bench.engine.snapshot(bench.project)).networks).toEqual([network]);
    });

    it('keeps the oldest of several of ours and removes the empty others', async () => {
      const name = bench.name('doubled');
      const first = await bench.hand.createNetwork(name, bench.labels(name));
      await bench.hand.createNetwork(name, bench.labels(name));
      await bench.hand.createNetwork(name, bench.labels(name));
      const made = await Promise.all(
        [1, 2].map(() => bench.do({ verb: 'createNetwork', target: name, name, labels: bench.labels(name) })),
      );
      expect(made.map((outcome) => outcome.network.id)).toEqual([first, first]);
      const { networks } = await bench.engine.snapshot(bench.project);
      expect(networks.filter((network) => network.name === name).map((network) => network.id)).toEqual([first]);
    });

    it('comes to one network when four make it at a time', async () => {
      const name = bench.name('raced');
      const action = { verb: 'createNetwork', target: name, name, labels: bench.labels(name) } as const;
      await Promise.all([1, 2, 3, 4].map(() => bench.engine.perform(action)));
      const last = (await bench.do(action)).network;
      const { networks } = await bench.engine.snapshot(bench.project);
      expect(networks.filter((network) => network.name === name).map((network) => network.id)).toEqual([last.id]);
    });

    it("does not take another's network of the name", async () => {
      const name = bench.name('foreign');
      // The project's label alone, for the sweep; it does not repeat the name.
      await bench.hand.createNetwork(name, { 'dev.podrun.project': bench.project });
      const failure = await bench.refusal({ verb: 'createNetwork', target: name, name, labels: bench.labels(name) });
      expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(name) as string });
    });

    it('removes one, takes a missing one for removed, and does not remove one in use', async () => {
      const name = bench.name('used');
      const network = (await bench.do({ verb: 'createNetwork', target: name, name, labels: bench.labels(name) }))
        .network;
      const infra = await bench.startInfra({ networkId: network.id });
      const action = { verb: 'removeNetwork', target: network.id, id: network.id } as const;
      expect((await bench.refusal(action)).kind).toBe('conflict');
      await bench.remove(infra.id);
      await bench.do(action);
      await bench.do(action);
    });
  });

  describe('volumes', () => {
    it('is made once and found after', async () => {
      const name = await bench.volume('twice');
      await bench.volume('twice');
      const { volumes } = await bench.engine.snapshot(bench.project);
      expect(volumes.filter((volume) => volume.name === name)).toEqual([{ name, labels: bench.labels(name) }]);
    });

    it('refuses a name that somebody else has, which the engine itself passes over', async () => {
      const name = bench.name('foreign');
      await bench.hand.createVolume(name, { 'dev.podrun.project': bench.project });
      const failure = await bench.refusal({ verb: 'createVolume', target: name, name, labels: bench.labels(name) });
      expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(name) as string });
    });

    it('refuses a volume of ours that is of another kind', async () => {
      const name = await bench.volume('disk');
      const action = { verb: 'createVolume', target: name, name, labels: bench.labels(name), tmpfs: {} } as const;
      expect(await bench.refusal(action)).toMatchObject({ kind: 'refused' });
    });

    it('is as a mount says, where the engine has to make it for the mount', async () => {
      const [disk, memory] = [bench.name('late'), bench.name('late-memory')];
      const madeAs = (name: string) => ({ labels: bench.labels(name) });
      const mounts = [
        { ...volumeMount(disk, '/disk'), madeAs: madeAs(disk) },
        { ...volumeMount(memory, '/memory'), madeAs: { ...madeAs(memory), tmpfs: { sizeBytes: 1024 * 1024 } } },
      ];
      await bench.createInfra({ mounts });
      const { volumes } = await bench.engine.snapshot(bench.project);
      expect(volumes.map(({ name }) => name)).toEqual(expect.arrayContaining([disk, memory]));
      // As podrun itself would have made them, or these were refused.
      for (const { source, madeAs: making } of mounts)
        await bench.do({ verb: 'createVolume', target: source, name: source, ...making });
    });

    it('is a conflict while in use and gone after; a missing one is a success', async () => {
      const name = await bench.volume('used');
      const infra = await bench.createInfra({ mounts: [volumeMount(name, '/v')] });
      const action = { verb: 'removeVolume', target: name, name } as const;
      expect((await bench.refusal(action)).kind).toBe('conflict');
      await bench.remove(infra.id);
      await bench.do(action);
      await bench.do(action);
    });

    it('gives a tmpfs its size and mode, shared by all who mount it', async () => {
      const name = await bench.volume('memory', { sizeBytes: 1024 * 1024 });
      const mounts = [volumeMount(name, '/v')];
      const infra = await bench.startInfra({ mounts });
      const app = await bench.startJoined(infra, 'echo here >/v/file; sleep 1000', { mounts });
      await bench.shell(app.id, 'until [ -s /v/file ]; do usleep 10000; done');
      expect(await bench.shell(infra.id, 'cat /v/file; stat -c %a /v; df -k /v | awk "END{print \\$2}"')).toBe(
        'here\n777\n1024',
      );
    });

    const roots = [
      { path: '/podrun/volumes/a', mode: 0o777 },
      { path: '/podrun/volumes/b', mode: 0o2770, gid: 2001 },
      { path: '/podrun/own/app.0', mode: 0o666, text: '' },
      { path: '/podrun/own/resolv.conf', mode: 0o644, text: "search it's\n$(odd) \\n\n" },
    ];
    const lookAtRoots =
      'cd /podrun; stat -c "%a %g" volumes/a volumes/b own/app.0 own/resolv.conf; cat own/resolv.conf';
    const prepared = "777 0\n2770 2001\n666 0\n644 0\nsearch it's\n$(odd) \\n";
    const mountsOfRoots = () =>
      Promise.all(
        ['/podrun/volumes/a', '/podrun/volumes/b', '/podrun/own'].map(async (path) =>
          volumeMount(await bench.volume(path.replaceAll('/', '-').slice(1)), path),
        ),
      );
    const prepare = ({ id }: EngineContainer) => bench.do({ verb: 'prepareVolumes', target: id, id, roots });

    it('are prepared by the infra itself, once', async () => {
      const infra = await bench.startInfra({ mounts: await mountsOfRoots(), roots });
      expect(await prepare(infra)).toEqual({ ok: true, verb: 'prepareVolumes' });
      expect(await bench.shell(infra.id, lookAtRoots)).toBe(prepared);

      await bench.shell(infra.id, 'cd /podrun; chmod 700 volumes/a; echo said >own/app.0');
      await bench.kill(infra.id);
      await bench.untilState(infra.id, 'exited');
      await bench.start(infra.id);
      expect(await prepare(infra)).toEqual({ ok: true, verb: 'prepareVolumes' });
      expect(await bench.shell(infra.id, 'cd /podrun; stat -c %a volumes/a; cat own/app.0')).toBe('700\nsaid');
    });

    it('are prepared from outside where the infra does not, and once', async () => {
      const infra = await bench.startInfra({ mounts: await mountsOfRoots(), roots });
      await prepare(infra);
      const undo = 'cd /podrun; chmod 755 volumes/*; chown 0:0 volumes/b; rm own/*';
      await bench.shell(infra.id, undo);
      expect(await prepare(infra)).toEqual({ ok: true, verb: 'prepareVolumes' });
      expect(await bench.shell(infra.id, lookAtRoots)).toBe(prepared);

      await bench.shell(infra.id, 'chmod 700 /podrun/volumes/a');
      await prepare(infra);
      expect(await bench.shell(infra.id, 'stat -c %a /podrun/volumes/a')).toBe('700');
    });

    it('leave an infra running that cannot prepare them, with the engine’s reason', async () => {
      const path = '/podrun/volumes/a';
      const sealed = { ...volumeMount(await bench.volume('sealed'), path), readOnly: true };
      const infra = await bench.startInfra({ mounts: [sealed], roots: [{ path, mode: 0o777 }] });
      const failure = await bench.refusal({ verb: 'prepareVolumes', target: infra.id, id: infra.id, roots });
      expect(failure.message).toMatch(/read-only/);
      expect(await bench.shell(infra.id, `stat -c %a ${path}`)).toBe('755');
    });

    it('gives all in a volume to a group, and no more where the root is the group’s already', async () => {
      const name = await bench.volume('owned');
      const outside = await bench.volume('outside');
      const [path, other] = ['/podrun/volumes/owned', '/podrun/volumes/other'];
      const { id } = await bench.startInfra({ mounts: [volumeMount(name, path), volumeMount(outside, other)] });
      await bench.shell(
        id,
        `cd ${path}; mkdir -m 700 d; touch ${other}/f d/.x 'd/a b'; chmod 600 ${other}/f d/.x; chmod 700 'd/a b'; ln -s ${other}/f d/l`,
      );
      const own = (gid: number, onMismatch: boolean) =>
        bench.do({ verb: 'ownVolume', target: name, id, path, gid, onMismatch });
      const modes = () => bench.shell(id, `cd ${path}; stat -c '%a %g' . d d/.x 'd/a b' ${other}/f; stat -c %g d/l`);

      await own(2001, true);
      expect(await modes()).toBe('2775 2001\n2770 2001\n660 2001\n760 2001\n600 0\n2001');
      await bench.shell(id, `chown 0:0 ${path}/d/.x`);
      await own(2001, true);
      expect(await bench.shell(id, `stat -c %g ${path}/d/.x`)).toBe('0');
      await own(2001, false);
      expect(await bench.shell(id, `stat -c %g ${path}/d/.x`)).toBe('2001');
      await own(2002, true);
      expect(await bench.shell(id, `stat -c %g ${path}/d/.x`)).toBe('2002');
    });

    it('never fills a volume from the image', async () => {
      const name = await bench.volume('nocopy');
      const infra = await bench.startInfra();
      const app = await bench.startJoined(infra, 'sleep 1000', { mounts: [volumeMount(name, '/etc')] });
      expect(await bench.shell(app.id, 'ls -A /etc | grep -v -e hosts -e hostname -e resolv.conf || true')).toBe('');
    });
  });

  describe('images', () => {
    it('gives the id of one that is there', async () => {
      const outcome = await bench.do({ verb: 'inspectImage', target: 'i', image: 'busybox' });
      expect(outcome.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    });

    it('says that one is missing, asked or used', async () => {
      expect((await bench.refusal({ verb: 'inspectImage', target: 'i', image: 'podrun.invalid/none:1' })).kind).toBe(
        'noImage',
      );
      await expect(bench.createInfra({ image: 'podrun.invalid/none:1' })).rejects.toThrow('noImage');
    });
  });

  it('lists the project while it has anything', async () => {
    const atMs = Date.now();
    await bench.createInfra({});
    const listed = (await bench.engine.projects()).find(({ name }) => name === bench.project);
    expect(listed?.lease).toBeUndefined();
    // A list has whole seconds.
    expect(listed?.newestAtMs).toBeGreaterThan(atMs - 2_000);
    expect(listed?.newestAtMs).toBeLessThan(Date.now() + 2_000);
  });
}
