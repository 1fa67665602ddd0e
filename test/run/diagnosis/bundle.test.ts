import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import type { Engine, LogLine } from '../../../src/engine/port.ts';
import { writeBundle } from '../../../src/run/diagnosis/bundle.ts';
import { makeContainer, onEngine, ref } from '../../core/make.ts';
import { ended, makePod, makeStatus, nowMs } from '../../output/pods.ts';

const engine = {
  snapshot: () =>
    Promise.resolve({ ...emptySnapshot, containers: [0, 1].map((n) => onEngine(makeContainer('app'), n)) }),
  async *logs(id: string): AsyncGenerator<LogLine> {
    yield { stream: 'stdout', bytes: Buffer.from(`of ${id}\n`), time: '2026-01-01T00:00:00Z' };
    if (id === 'app1') throw new Error('away');
  },
} as unknown as Engine;

test('a bundle has every instance’s log and covers the values of Secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'podrun-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dir = join(folder, 'bundle');
  const base = makePod(
    { phase: 'Failed', containerStatuses: [makeStatus('app', ended(1, 'Error'))] },
    { uid: ref.uid },
  );
  const env = [{ name: 'URL', value: 'x://hunter-2-hunter' }];
  const pod = { ...base, spec: { containers: [{ name: 'app', image: 'busybox', env }] } };
  await writeBundle(engine, dir, {
    project: 'shop',
    pods: [pod],
    events: [
      {
        metadata: {},
        involvedObject: { name: 'web', namespace: 'default' },
        reason: 'Unhealthy',
        message: 'said hunter-2-hunter',
        firstTimestamp: '2026-01-01T00:59:00Z',
      },
    ],
    nowMs,
    causes: [{ pod: 'web', status: 'Error', ready: '0/1', causes: ['hunter-2-hunter'], containers: [] }],
    objects: [
      {
        kind: 'Secret',
        name: 'db',
        namespace: 'default',
        data: { password: 'hunter-2-hunter' },
        binaryData: {},
      },
    ],
    plan: ['pod web', '  + create the Pod'],
  });
  const names = (await readdir(dir, { recursive: true })).filter((name) => /\.\w+$/.test(name)).toSorted();
  const logs = ['logs/web/app.0.log', 'logs/web/app.1.log'];
  const tables = ['describe.txt', 'diagnosis.txt', 'events.txt', 'plan.txt', 'status.yaml', 'timeline.txt'];
  expect(names).toEqual([...tables, ...logs].toSorted());
  const read = (name: string) => readFile(join(dir, name), 'utf8');
  expect(await read('logs/web/app.0.log')).toBe('2026-01-01T00:00:00Z of app0\n');
  expect(await read('logs/web/app.1.log')).toContain('the rest of this log could not be read: away');
  expect(await read('plan.txt')).toBe('pod web\n  + create the Pod\n');
  expect(await read('status.yaml')).toContain('x://(hidden)');
  for (const name of tables) expect(await read(name)).not.toContain('hunter-2');
  expect(await read('events.txt')).toContain('said (hidden)');
  expect((await stat(join(dir, 'status.yaml'))).mode & 0o777).toBe(0o600);
});

test('a folder with anything else in it is left as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'podrun-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'pods.yaml'), 'mine');
  const content = { project: 'shop', pods: [], events: [], nowMs, causes: [], objects: [], plan: [] };
  await expect(writeBundle(engine, folder, content)).rejects.toThrow('it has other files in it');
  expect(await readdir(folder)).toEqual(['pods.yaml']);
});
