/** Commands, attachments, files and statistics of containers. */
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import type { Session } from '../../src/engine/port.ts';
import { makeBench } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function sessionCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  let infra: EngineContainer;
  let app: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    infra = await bench.startInfra();
    app = await bench.startJoined(infra, 'sleep 1000');
  });
  afterAll(() => bench.close());

  const written = async ({ output }: Session): Promise<string> => {
    let all = '';
    for await (const { payload } of output) all += payload.toString();
    return all;
  };

  it('ends a command’s input alone, and tells its exit code', async () => {
    const command = ['sh', '-c', 'cat; echo ended; exit 7'];
    const session = await bench.engine.openCommand(app.id, { command, tty: false, stdin: true });
    session.input.end('hello\n');
    expect(await written(session)).toBe('hello\nended\n');
    expect(await session.exitCode()).toBe(7);
  });

  it('tells a command’s terminal its size', async () => {
    const command = ['sh', '-c', 'trap "stty size; exit" WINCH; while :; do sleep 0.1; done'];
    const session = await bench.engine.openCommand(app.id, { command, tty: true, stdin: true });
    const resizing = setInterval(() => void session.resize({ columns: 100 + (Date.now() % 2), rows: 33 }), 200);
    expect(await written(session).finally(() => clearInterval(resizing))).toMatch(/^33 10[01]\r\n$/);
  });

  it('attaches to what a container writes from now on', async () => {
    const speaker = await bench.startJoined(
      infra,
      'until [ -e /go ]; do sleep 0.1; done; echo well; echo ill >&2; sleep 0.1',
    );
    const session = await bench.engine.openAttach(speaker.id, {
      tty: false,
      stdin: false,
      detachKeys: 'ctrl-p,ctrl-q',
    });
    await bench.shell(speaker.id, 'touch /go');
    expect((await written(session)).split('\n').toSorted()).toEqual(['', 'ill', 'well']);
  });

  it('takes a tar in and gives one out, with symlinks, modes and times', async () => {
    const mtime = new Date('2020-02-02T02:02:02Z');
    const tar = pack();
    tar.entry({ name: 'in', type: 'directory', mode: 0o750, mtime });
    tar.entry({ name: 'in/file', mode: 0o640, mtime }, 'well\n');
    tar.entry({ name: 'in/link', type: 'symlink', linkname: 'file', mtime });
    tar.finalize();
    await bench.engine.writePath(app.id, '/tmp', tar as unknown as Readable);
    expect(await bench.shell(app.id, 'stat -c "%a %Y" /tmp/in/file; readlink /tmp/in/link; stat -c %a /tmp/in')).toBe(
      `640 ${mtime.getTime() / 1000}\nfile\n750`,
    );
    const out = extract();
    (await bench.engine.readPath(app.id, '/tmp/in')).pipe(out);
    const found: unknown[] = [];
    for await (const entry of out) {
      const { name, mode, linkname } = entry.header;
      found.push([name, permissions(mode), linkname ?? null, entry.header.mtime?.getTime(), await text(entry)]);
    }
    expect(found).toContainEqual(['in/file', '640', null, mtime.getTime(), 'well\n']);
    expect(found).toContainEqual(['in/link', '777', 'file', mtime.getTime(), '']);
    expect(await bench.engine.statPath(app.id, '/tmp/in/link')).toEqual({ path: '/tmp/in/file', isFolder: false });
  });

  it('measures a container that runs, and none that does not', async () => {
    const busy = await bench.startJoined(infra, 'while :; do :; done');
    const usage = await bench.engine.usage(busy.id);
    expect(usage?.cpuMillicores).toBeGreaterThan(0);
    expect(usage?.memoryBytes).toBeGreaterThan(0);
    await bench.kill(busy.id);
    expect(await bench.engine.usage(busy.id)).toBeUndefined();
  });
}

/** Docker 20.10 writes the file's type into its mode, as no other tar has it. */
const permissions = (mode = 0): string => (mode & 0o7777).toString(8);
