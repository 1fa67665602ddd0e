/** The engine's JSON in podrun's words: pure, but its shapes are the engine's, so it stands with the contract. */
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { projectsIn } from '../../src/engine/containers/snapshot.ts';
import { failureOf } from '../../src/engine/transport/failure.ts';
import { readFrames } from '../../src/engine/transport/frames.ts';
import { readLines } from '../../src/engine/transport/lines.ts';
import { clockOffsetMs, leastAgeMs, ourTime, translateContainer } from '../../src/engine/containers/translate.ts';

describe('a time', () => {
  it.each([
    ['2026-01-02T03:04:05.678901234Z', 0, Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
    ['2026-01-02T03:04:05.678901234Z', -1500, Date.UTC(2026, 0, 2, 3, 4, 4, 178)],
    ['2026-01-02T05:04:05+02:00', 0, Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['0001-01-01T00:00:00Z', 5000, undefined],
    ['', 0, undefined],
    [undefined, 0, undefined],
    ['nonsense', 0, undefined],
  ])('%s with %d', (text, offset, ms) => {
    expect(ourTime(text, offset)).toBe(ms);
  });
});

it('the projects on an engine, each with the time of its youngest object', () => {
  const of = (project: string, lease?: string) => ({
    Labels: { 'dev.podrun.project': project, ...(lease === undefined ? {} : { 'dev.podrun.lease': lease }) },
  });
  const second = 1_000;
  const lists = {
    containers: [{ ...of('run', 'me'), Created: 10 }, of('strange')],
    volumes: [{ ...of('run', 'me'), CreatedAt: '1970-01-01T00:00:30Z' }, { Labels: null }],
    networks: [
      { ...of('run', 'me'), Created: '1970-01-01T00:00:20.5Z' },
      { ...of('shop'), Created: '' },
    ],
  } as unknown as Parameters<typeof projectsIn>[0];
  expect(projectsIn(lists, 5 * second)).toEqual([
    { name: 'run', lease: 'me', newestAtMs: 35 * second },
    { name: 'shop', newestAtMs: Infinity },
    { name: 'strange', newestAtMs: Infinity },
  ]);
});

describe('the end of a container', () => {
  const inspect = (Status: string, StartedAt: string, FinishedAt: string): Docker.ContainerInspectInfo =>
    ({
      Id: 'a',
      Name: '/n',
      Created: '2026-01-01T00:00:00Z',
      Image: 'sha256:1',
      State: { Status, StartedAt, FinishedAt, ExitCode: 0, OOMKilled: false, Error: '' },
      Config: { Labels: {}, Image: 'i', Env: ['A=b=c', 'B='] },
      HostConfig: { NetworkMode: 'container:x' },
      NetworkSettings: { Networks: {} },
    }) as unknown as Docker.ContainerInspectInfo;
  const [first, second, never] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z', '0001-01-01T00:00:00Z'];
  it.each([
    ['exited', first, second, 2000, 1000],
    ['exited', second, first, 2000, 2000],
    ['running', second, first, 1000, 2000],
    ['running', first, never, undefined, 1000],
    ['created', never, never, undefined, undefined],
  ])('%s, started %s, finished %s', (state, startedAt, finishedAt, finishedMs, startedMs) => {
    const container = translateContainer(inspect(state, startedAt, finishedAt), 0);
    const zero = Date.UTC(2026, 0, 1);
    expect(container.finishedAtMs).toBe(finishedMs && zero + finishedMs);
    expect(container.startedAtMs).toBe(startedMs && zero + startedMs);
    expect(container).toMatchObject({ name: 'n', joinedTo: 'x', env: { A: 'b=c', B: '' }, stopSignal: 'SIGTERM' });
  });
});

describe('the offset of the engine’s clock', () => {
  const now = Date.UTC(2026, 0, 1);
  const at = (ms: number): string => new Date(now + ms).toISOString();
  it.each([
    ['the same clock', at(10), 20, 0],
    ['less than a round trip can tell', at(-90), 100, 0],
    ['an engine an hour ahead', at(3_600_000), 20, -3_599_990],
    ['an engine behind', at(-5000), 20, 5010],
    ['a slow way and half a second', at(-500), 400, 700],
    ['an engine that does not say', undefined, 20, 0],
  ])('%s', (_name, systemTime, roundTripMs, offsetMs) => {
    expect(clockOffsetMs(systemTime, now, now + roundTripMs)).toBe(offsetMs);
  });
});

describe('the least age of a status', () => {
  const hour = 3_600_000;
  it.each([
    ['Up Less than a second', 0],
    ['Up 1 second', 1000],
    ['Up 59 seconds', 59_000],
    ['Up About a minute', 60_000],
    ['Up 2 minutes (Paused)', 120_000],
    ['Up About an hour', hour / 2],
    ['Up 2 hours (healthy)', 1.5 * hour],
    ['Up 3 days', 71.5 * hour],
    ['Exited (137) 5 weeks ago', 839.5 * hour],
    ['Exited (0) Less than a second ago', 0],
    ['Created', undefined],
    ['Removal In Progress', undefined],
    ['Restarting (1) 2 seconds ago', undefined],
  ])('%s', (status, ms) => {
    expect(leastAgeMs(status)).toBe(ms);
  });
});

describe('a failure', () => {
  const answer = (statusCode: number, message: string, json: object | null = { message }): object =>
    Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode, json });
  it.each([
    [answer(404, 'No such container: x'), 'gone', 'No such container: x'],
    [answer(404, 'No such image: x:latest'), 'noImage', 'No such image: x:latest'],
    [answer(404, 'in a - stream', null), 'gone', 'in a - stream'],
    [answer(409, 'cannot join network of a non running container: x'), 'noSandbox', 'cannot join'],
    [answer(409, 'Conflict.'), 'conflict', 'Conflict.'],
    [answer(304, ''), 'conflict', '304'],
    [answer(400, 'lstat /proc/77/ns/ipc: no such file or directory'), 'noSandbox', 'lstat'],
    [answer(500, 'no space left on device'), 'refused', 'no space left on device'],
    [Object.assign(new Error('x'), { code: 'ENOENT' }), 'away', 'no such socket'],
    [Object.assign(new Error('x'), { code: 'EACCES' }), 'away', 'permission denied'],
    [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'away', 'broke'],
    [new Error('aborted'), 'away', 'aborted'],
    [Object.assign(new Error('x'), { name: 'AbortError' }), 'unknown', 'ended'],
    ['text', 'away', 'text'],
  ])('%o', (error, kind, words) => {
    const failure = failureOf(error);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(words);
  });
});

describe('a stream in pieces', () => {
  const cut = function* (bytes: Buffer, size: number): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const asStream = async function* (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    yield* cut(bytes, size);
    await Promise.resolve();
  };
  const frame = (kind: number, text: string): Buffer => {
    const head = Buffer.alloc(8);
    head[0] = kind;
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };

  it.each([1, 3, 8, 11, 1000])('of %d bytes gives the same frames and lines', async (size) => {
    const bytes = Buffer.concat([frame(1, 'öne'), frame(2, ''), frame(2, 'two\n')]);
    const frames: string[] = [];
    for await (const { stream, payload } of readFrames(asStream(bytes, size)))
      frames.push(`${stream} ${payload.toString()}`);
    expect(frames).toEqual(['stdout öne', 'stderr ', 'stderr two\n']);
    const lines: string[] = [];
    for await (const line of readLines(asStream(Buffer.from('{"a":"ö"}\n\n{"b":2}\nrest'), size))) lines.push(line);
    expect(lines).toEqual(['{"a":"ö"}', '{"b":2}', 'rest']);
  });

  it('takes 100,000 frames in one piece', async () => {
    const bytes = Buffer.concat(Array.from({ length: 100_000 }, () => frame(1, 'x')));
    let length = 0;
    for await (const { payload } of readFrames(asStream(bytes, bytes.length))) length += payload.length;
    expect(length).toBe(100_000);
  });

  it('that is a terminal’s is refused', async () => {
    await expect(readFrames(asStream(Buffer.from('hello, world'), 100)).next()).rejects.toMatchObject({
      failure: { kind: 'refused' },
    });
  });
});
