import { expect, test } from 'vitest';
import { answers, askEngine, callEngine } from './api.mjs';
import { withEngine } from './private-engine.mjs';

const sleeper = { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { Init: true } };

async function startContainer(host: string, body: object = sleeper): Promise<string> {
  const created = await askEngine(host, 'POST', '/containers/create', { body });
  const { Id } = created.json as { Id: string };
  await askEngine(host, 'POST', `/containers/${Id}/start`);
  return Id;
}

async function readState(host: string, id: string): Promise<string> {
  const answer = await askEngine(host, 'GET', `/containers/${id}/json`);
  return (answer.json as { State: { Status: string } }).State.Status;
}

test('an engine that is killed and comes back', async () => {
  await withEngine({ args: ['--live-restore'] }, async (engine) => {
    const id = await startContainer(engine.host);
    await engine.stopDaemon('SIGKILL');
    expect(await answers(engine.host)).toBe(false);
    await engine.startDaemon();
    await engine.stopDaemon('SIGKILL');
    await engine.startDaemon();
    expect(await readState(engine.host, id)).toBe('running');
  });
});

test('an engine that is stopped takes its containers down', async () => {
  await withEngine({}, async (engine) => {
    const id = await startContainer(engine.host);
    await engine.stopDaemon('SIGTERM');
    await engine.startDaemon();
    expect(await readState(engine.host, id)).toBe('exited');
  });
});

test('an engine whose disk is full, and has room again', async () => {
  await withEngine({ diskMb: 64 }, async (engine) => {
    engine.fillDisk();
    const full = await callEngine(engine.host, 'POST', '/containers/create', { body: sleeper });
    expect(`${full.status} ${full.text}`).toMatch(/no space left on device/);
    engine.freeDisk();
    expect(await readState(engine.host, await startContainer(engine.host))).toBe('running');
  });
});

test('an engine whose disk turns read-only', async () => {
  await withEngine({ diskMb: 64 }, async (engine) => {
    engine.breakDisk();
    const broken = await callEngine(engine.host, 'POST', '/containers/create', { body: sleeper });
    expect(`${broken.status} ${broken.text}`).toMatch(/read-only file system/);
  });
});
