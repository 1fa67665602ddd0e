/** Volumes that only podrun writes to: one version is shown, the latest, whenever the engine carries a write out. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VolumeContent } from '../../src/core/runtime/action.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { versionName } from '../../src/core/runtime/time.ts';
import { makeBench, volumeMount } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function contentCases(makeSubject: MakeSubject): void {
  const path = '/podrun/volumes/settings';
  let bench: Bench;
  let infra: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    infra = await bench.startInfra({ mounts: [volumeMount(await bench.volume('settings'), path)] });
  });
  afterAll(() => bench.close());

  const contentAt = (ms: number, text: string, name = 'key'): VolumeContent => ({
    ...{ path, version: versionName(ms) },
    files: [{ path: name, mode: 0o644, text }],
  });
  const fill = (content: VolumeContent) =>
    bench.engine.perform({ verb: 'fillVolumes', target: infra.name, id: infra.id, volumes: [content] });
  const read = async () =>
    (await bench.do({ verb: 'readVolumes', target: infra.name, id: infra.id, paths: [path] })).contents;

  it('shows a later version as a whole, and keeps nothing of the one before', async () => {
    await fill(contentAt(1_000, 'one', 'gone'));
    const second = contentAt(2_000, 'two');
    expect(await fill(second)).toEqual({ ok: true, verb: 'fillVolumes' });
    expect(await read()).toEqual([second]);
    expect(await bench.shell(infra.id, `ls -A ${path}`)).toBe(`..1970_01_01_00_00_02.2000\n..data\nkey`);
  });

  it('refuses an earlier version: a write that was given up comes late', async () => {
    const latest = contentAt(4_000, 'four');
    await fill(latest);
    expect(await fill(contentAt(3_000, 'three', 'old'))).toMatchObject({
      ok: false,
      failure: { kind: 'refused', message: expect.stringContaining('a later version') as string },
    });
    expect(await read()).toEqual([latest]);
    expect(await bench.shell(infra.id, `ls -A ${path}; cat ${path}/key`)).toBe(
      `..1970_01_01_00_00_04.4000\n..data\nkey\nfour`,
    );
  });

  it('goes back where that is what it is known to follow: a clock was set back', async () => {
    const [before, after] = [contentAt(7_000, 'seven'), contentAt(6_000, 'six')];
    await fill(before);
    expect(await fill({ ...after, replaces: before.version })).toEqual({ ok: true, verb: 'fillVolumes' });
    expect(await read()).toEqual([after]);
    expect(await bench.shell(infra.id, `ls -A ${path}`)).toBe(`..1970_01_01_00_00_06.6000\n..data\nkey`);
  });

  it('leaves a later version alone that is written and not shown yet', async () => {
    await bench.shell(infra.id, `mkdir ${path}/..1970_01_01_00_00_09.9000`);
    expect(await fill(contentAt(8_000, 'eight'))).toEqual({ ok: true, verb: 'fillVolumes' });
    expect(await bench.shell(infra.id, `cat ${path}/key; echo; ls -d ${path}/..1970*`)).toBe(
      `eight\n${path}/..1970_01_01_00_00_08.8000\n${path}/..1970_01_01_00_00_09.9000`,
    );
  });
}
