/** hostPath sources, checked and made on the engine's machine. The test looks there through containers as well. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineAction } from '../../src/core/runtime/action.ts';
import type { HostPathType } from '../../src/model/volume.ts';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { image, makeBench } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function hostPathCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  /** A folder on the engine's machine, and a container that has it at the same place. */
  let dir: string;
  let inside: EngineContainer;
  let count = 0;
  const prepare = (path: string, type: HostPathType): EngineAction => {
    const name = bench.name(`helper.${(count += 1)}`);
    return { verb: 'prepareHostPath', target: path, path, type, name, image, labels: bench.labels(name) };
  };
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    dir = `/tmp/podrun-${bench.project}`;
    await bench.do(prepare(dir, 'DirectoryOrCreate'));
    inside = await bench.startInfra({ mounts: [{ kind: 'bind', source: dir, target: dir, readOnly: false }] });
    await bench.shell(
      inside.id,
      `cd ${dir}; mkdir dir; echo x >file; mkfifo fifo; ln -s dir to-dir; ln -s file to-file`,
    );
  });
  afterAll(async () => {
    await bench.removeHostFolder(dir);
    await bench.close();
  });

  describe.each<[HostPathType, string, readonly string[]]>([
    ['Directory', 'a directory', ['dir', 'to-dir']],
    ['DirectoryOrCreate', 'a directory', ['dir', 'to-dir']],
    ['File', 'a file', ['file', 'to-file']],
    ['FileOrCreate', 'a file', ['file', 'to-file']],
    ['Socket', 'a socket file', ['socket']],
    ['CharDevice', 'a character device', ['/dev/null']],
    ['BlockDevice', 'a block device', []],
  ])('%s', (type, words, right) => {
    const at = (name: string): string => {
      if (name === 'socket') return bench.subject.socketPath;
      return name.startsWith('/') ? name : `${dir}/${name}`;
    };

    it.each(['dir', 'to-dir', 'file', 'to-file', 'socket', 'fifo', '/dev/null'])('on %s', async (name) => {
      const outcome = await bench.engine.perform(prepare(at(name), type));
      const message = `hostPath type check failed: ${at(name)} is not ${words}`;
      expect(outcome).toEqual(
        right.includes(name)
          ? { ok: true, verb: 'prepareHostPath' }
          : { ok: false, failure: { kind: 'refused', message } },
      );
    });

    it('on what is not there', async () => {
      const path = `${dir}/missing-${type}`;
      const outcome = await bench.engine.perform(prepare(path, type));
      const makes = type.endsWith('OrCreate');
      const message = `hostPath type check failed: ${path} is not ${words}`;
      expect(outcome).toEqual(
        makes ? { ok: true, verb: 'prepareHostPath' } : { ok: false, failure: { kind: 'refused', message } },
      );
      const seen = await bench.shell(inside.id, `stat -c '%F %a %u' ${path} 2>/dev/null || echo nothing`);
      const made = type === 'FileOrCreate' ? 'regular empty file 644 0' : 'directory 755 0';
      expect(seen).toBe(makes ? made : 'nothing');
    });
  });

  it('takes anything without a type, and makes a directory of what is missing', async () => {
    await bench.do(prepare(`${dir}/file`, ''));
    await bench.do(prepare(`${dir}/new/deep`, ''));
    expect(await bench.shell(inside.id, `stat -c '%F %a %u' ${dir}/new/deep`)).toBe('directory 755 0');
  });

  it('keeps what a file holds, and does not make the directory of a file', async () => {
    await bench.do(prepare(`${dir}/file`, 'FileOrCreate'));
    expect(await bench.shell(inside.id, `cat ${dir}/file`)).toBe('x');
    const failure = await bench.refusal(prepare(`${dir}/no/file`, 'FileOrCreate'));
    expect(failure).toEqual({ kind: 'refused', message: `open ${dir}/no/file: no such file or directory` });
  });

  it('says that the helper has no image', async () => {
    expect((await bench.refusal({ ...prepare(dir, ''), image: 'podrun.invalid/x' } as EngineAction)).kind).toBe(
      'noImage',
    );
  });

  it('leaves no helper behind', async () => {
    const { containers } = await bench.engine.snapshot(bench.project);
    expect(containers.map((container) => container.id)).toEqual([inside.id]);
  });
}
