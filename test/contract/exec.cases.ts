/** Commands in running containers: the engine never ends one by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineContainer } from '../../src/core/runtime/snapshot.ts';
import { makeBench } from './subject.ts';
import type { Bench, MakeSubject } from './subject.ts';

export function execCases(makeSubject: MakeSubject): void {
  let bench: Bench;
  let infra: EngineContainer;
  let app: EngineContainer;
  beforeAll(async () => {
    bench = await makeBench(makeSubject);
    infra = await bench.startInfra();
    app = await bench.startJoined(infra, 'sleep 1000');
  });
  afterAll(() => bench.close());
  const run = (script: string, timeoutMs = 10_000) => bench.engine.exec(app.id, ['sh', '-c', script], timeoutMs);

  it('gives the exit code and both streams, one after the other: the engine does not keep their order', async () => {
    const result = await run('echo err >&2; echo out; echo more >&2; exit 7');
    expect(result).toEqual({ kind: 'exit', code: 7, output: 'out\nerr\nmore\n' });
  });

  it('keeps the first 10 KiB of a long output and lets the process end', async () => {
    const result = await run('yes 0123456789 | head -c 3000000; exit 4');
    expect(result).toMatchObject({ kind: 'exit', code: 4 });
    if (result.kind === 'exit') expect(result.output).toHaveLength(10 * 1024);
  });

  it('takes a command that cannot be run for one that failed, with the reason', async () => {
    const result = await bench.engine.exec(app.id, ['/no/such'], 10_000);
    expect(result).toMatchObject({ kind: 'exit', output: expect.stringContaining('no such file') as string });
    if (result.kind === 'exit') expect([126, 127]).toContain(result.code);
  });

  it('does not wait for a child that holds the output open', async () => {
    const startedAt = Date.now();
    expect(await run('echo done; sleep 5 &')).toEqual({ kind: 'exit', code: 0, output: 'done\n' });
    expect(Date.now() - startedAt).toBeLessThan(2500);
  });

  it('waits for a process that closed its output', async () => {
    expect(await run('exec >/dev/null 2>&1; sleep 0.5; exit 9')).toEqual({ kind: 'exit', code: 9, output: '' });
  });

  it('is an error where nothing runs', async () => {
    const idle = await bench.createJoined(infra, 'sleep 1000');
    expect(await bench.engine.exec(idle.id, ['true'], 10_000)).toMatchObject({ kind: 'error' });
    await bench.remove(idle.id);
    expect(await bench.engine.exec(idle.id, ['true'], 10_000)).toMatchObject({ kind: 'error' });
  });

  it('tells the end of the container as the end of the command', async () => {
    const victim = await bench.startJoined(infra, 'sleep 1000');
    const running = bench.engine.exec(victim.id, ['sleep', '2000'], 15_000);
    await bench.shell(victim.id, 'until ps | grep -q "[s]leep 2000"; do :; done');
    await bench.kill(victim.id);
    const result = await running;
    expect(result.kind === 'error' || (result.kind === 'exit' && result.code === 137)).toBe(true);
  });

  describe.each([false, true])('at the timeout, shared processes: %s', (sharePid) => {
    it('answers at once and leaves no process, nor a child of it, nor one of another user', async () => {
      const target = await bench.startJoined(infra, 'sleep 1000', { sharePid });
      const startedAt = Date.now();
      const command = ['sh', '-c', 'sleep 4711 & (setsid sleep 4712 &); chpst -u 99:99 sleep 4714 & sleep 4713'];
      expect(await bench.engine.exec(target.id, command, 400)).toEqual({ kind: 'timeout' });
      expect(Date.now() - startedAt).toBeLessThan(1000);
      // The next command in the container waits until that is done.
      expect(await bench.shell(target.id, 'ps -o args | grep -c "[s]leep 471" || true')).toBe('0');
      const { containers } = await bench.engine.snapshot(bench.project);
      expect(containers.filter((container) => container.name.includes('helper'))).toEqual([]);
      expect(containers.find((container) => container.id === target.id)?.state).toBe('running');
    });
  });
}
