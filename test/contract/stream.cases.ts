/** Logs and the event feed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import type { EngineError, LogLine, LogOptions } from '../../src/engine/port.ts';
import { makeBench, must } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function streamCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  let infra: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    infra = await bench.startInfra();
  });
  afterAll(() => bench.close());

  const read = async (id: string, options: LogOptions, signal = AbortSignal.timeout(20_000)): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    for await (const line of bench.engine.logs(id, options, signal)) lines.push(line);
    return lines;
  };

  const texts = (lines: readonly LogLine[]): readonly string[] => lines.map(({ bytes }) => bytes.toString());

  describe('logs', () => {
    it('gives both streams, empty lines, text that is JSON, and a last line without an end', async () => {
      const app = await bench.startJoined(infra, `echo 42; echo; echo '{"a":1}'; echo err >&2; printf last`);
      await bench.untilState(app.id, 'exited');
      const lines = await read(app.id, { follow: false });
      expect(texts(lines.filter((line) => line.stream === 'stdout'))).toEqual(['42\n', '\n', '{"a":1}\n', 'last']);
      expect(texts(lines.filter((line) => line.stream === 'stderr'))).toEqual(['err\n']);
      for (const line of lines) expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    });

    it('gives a line of two megabytes in pieces that are the whole again', async () => {
      const app = await bench.startJoined(infra, `head -c 2000000 /dev/zero; echo; echo next`);
      await bench.untilState(app.id, 'exited');
      const lines = await read(app.id, { follow: false });
      expect(lines.map(({ continues }) => continues ?? false)).toEqual([false, true, false]);
      expect(Buffer.concat(lines.map(({ bytes }) => bytes))).toHaveLength(2_000_000 + '\nnext\n'.length);
    });

    it('joins a line of 50,000 characters, split inside characters too', async () => {
      const app = await bench.startJoined(infra, `yes é | head -n 25000 | tr -d '\\n'; echo; echo next`);
      await bench.untilState(app.id, 'exited');
      const lines = await read(app.id, { follow: false });
      expect(texts(lines)).toEqual([`${'é'.repeat(25_000)}\n`, 'next\n']);
    });

    it('takes 20,000 tiny lines', async () => {
      const app = await bench.startJoined(infra, 'seq 20000');
      await bench.untilState(app.id, 'exited');
      const lines = await read(app.id, { follow: false });
      expect(lines).toHaveLength(20_000);
      expect(texts(lines.slice(-1))).toEqual(['20000\n']);
    });

    it('follows to the end of the container', async () => {
      const app = await bench.startJoined(infra, 'echo one; sleep 0.5; echo two');
      expect(texts(await read(app.id, { follow: true }))).toEqual(['one\n', 'two\n']);
    });

    it('ends quietly when it is told to', async () => {
      const app = await bench.startJoined(infra, 'echo one; sleep 1000');
      const end = new AbortController();
      const lines: LogLine[] = [];
      for await (const line of bench.engine.logs(app.id, { follow: true }, end.signal)) {
        lines.push(line);
        end.abort();
      }
      expect(texts(lines)).toEqual(['one\n']);
    });

    it('begins at the last lines, or at a time', async () => {
      const app = await bench.startJoined(infra, 'seq 5; sleep 1.2; seq 6 8');
      await bench.untilState(app.id, 'exited');
      expect(texts(await read(app.id, { follow: false, tail: 2 }))).toEqual(['7\n', '8\n']);
      const all = await read(app.id, { follow: false });
      const sinceMs = Date.parse(must(all[5]).time) - 500;
      expect(texts(await read(app.id, { follow: false, sinceMs }))).toEqual(['6\n', '7\n', '8\n']);
    });

    it('fails where there is no container', async () => {
      const gone = '0'.repeat(64);
      await expect(read(gone, { follow: false })).rejects.toMatchObject({ failure: { kind: 'gone' } });
    });
  });

  describe('the feed', () => {
    it('hints when it stands, at what is done outside podrun and at a death, and not for our own starts or another project', async () => {
      const other = await makeBench(() => Promise.resolve({ ...bench.subject, close: () => Promise.resolve() }));
      let hints = 0;
      let wake = (): void => undefined;
      const hinted = async (): Promise<void> => {
        const before = hints;
        if (hints === before) await new Promise<void>((resolve) => (wake = resolve));
      };
      let lost: EngineError | undefined;
      const standing = new Promise<void>((resolve) => (wake = resolve));
      const feed = bench.engine.watch(
        bench.project,
        () => {
          hints += 1;
          wake();
        },
        (error) => (lost = error),
      );
      await standing;
      const standingHints = hints;
      const app = await bench.startJoined(infra, 'sleep 1000');
      expect(hints).toBe(standingHints);
      const restarted = hinted();
      await bench.hand.restart(app.id);
      await restarted;
      const dead = hinted();
      await bench.kill(app.id);
      await dead;
      const before = hints;
      await other.startInfra();
      expect(hints - before).toBeLessThanOrEqual(1);
      feed.close();
      await other.close();
      expect(lost).toBeUndefined();
    });

    it('is silent after it is closed', async () => {
      let calls = 0;
      const feed = bench.engine.watch(
        bench.project,
        () => (calls += 1),
        () => (calls += 1),
      );
      feed.close();
      await bench.startJoined(infra, 'true');
      expect(calls).toBe(0);
    });
  });
}
