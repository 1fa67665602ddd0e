import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivateEngine } from '../engine/private-engine.mjs';
import { makeProject, type Project } from './harness.ts';
import { eventually, footprint, idle, listPods, readPod, readyLine, shell, shortForm, startUp } from './look.ts';

const silentLine = /^podrun: the engine does not answer \(.*\): it is asked again every second$/;
const backLine = /^podrun: the engine answers again$/;
const probed = { readinessProbe: { httpGet: { port: 80, path: '/' }, periodSeconds: 1 } };
const server = (more: object) => shell("mkdir /www; echo hello > /www/index.html; trap 'exit 0' TERM; httpd -f -p 80 -h /www & wait $!", { ...probed, ...more });
const twoPods = (more: object = {}) => shortForm({ web: { containers: { app: server(more), side: shell(idle) } }, job: { restartPolicy: 'Never', containers: { once: shell('exit 0') } } });

/** Each way in which an engine goes and comes back, and what is left of the containers. */
describe.each([
  { args: [], survives: false },
  { args: ['--live-restore'], survives: true },
])('an engine with $args that', ({ args, survives }) => {
  const engine = new PrivateEngine({ args });
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test.each(['SIGTERM', 'SIGKILL'] as const)('is ended by %s and started again is survived', async (signal) => {
    const project = await makeProject({ 'pods.yaml': twoPods() }, { host: engine.host });
    const up = await startUp(project);
    const before = await readPod(project, 'web');
    const prints = await footprint(project.engine);

    await engine.stopDaemon(signal);
    await up.waitFor(silentLine, 5_000);
    const away = await project.run('ps');
    await engine.startDaemon();
    await up.waitFor(backLine, 5_000);
    const isReady = async () => (await listPods(project)).map(oneLine).join() === 'job Succeeded,web Running 2';
    await eventually('all is ready again', isReady, 15_000);

    expect(away.code, away.stderr).toBe(0);
    expect(away.stdout).toMatch(/^web +\d\/2 +\S+/m);
    expect(away.stderr).toMatch(new RegExp(`^podrun: the engine does not answer: this is what the podrun of project ${project.name} \\(pid ${up.pid}\\) last knew$`, 'm'));
    const after = await readPod(project, 'web');
    expect(after.metadata?.uid).toBe(before.metadata?.uid);
    expect(up.output).not.toMatch(/Failed|BackOff/);
    if (survives) expect(await footprint(project.engine)).toEqual(prints);
    // The engine's end was no crash of theirs: the next one restarts at once.
    await project.engine.kill((await project.engine.container('web', 'side')).Id);
    const isBack = async () => (await project.engine.container('web', 'side').then(({ State }) => State.Running, () => false)) && (await isReady());
    await eventually('no back-off is left of it', isBack, 5_000);
    expect((await project.run('down')).code).toBe(0);
    expect((await up.waitEnd(5_000)).code).toBe(0);
  });
});

describe('an engine that', () => {
  const engine = new PrivateEngine();
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test('is silent for 40 s makes its Pods Unknown, never Failed; without a podrun ps ends with 3', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods() }, { host: engine.host });
    const up = await startUp(project);

    await engine.stopDaemon('SIGTERM');
    const goneMs = performance.now();
    await up.waitFor(silentLine, 5_000);
    expect((await phases(project)).join()).not.toContain('Unknown');
    await eventually('the Pods are Unknown', async () => (await phases(project)).join() === 'job Unknown NodeLost,web Unknown NodeLost', 50_000);
    expect(performance.now() - goneMs).toBeGreaterThan(38_000);
    const web = await readPod(project, 'web');
    expect(web.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeLost' });
    up.signal('SIGKILL');
    await up.ended;
    const alone = await project.run('ps');

    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('no container engine answers');
    await engine.startDaemon();
    const next = project.start('up');
    await next.waitFor(readyLine, 15_000);
    expect((await phases(project)).join()).toBe('job Succeeded ,web Running ');
  });

  test('is away when the grace begins is waited for', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods() }, { host: engine.host });
    const up = await startUp(project);

    await engine.stopDaemon('SIGKILL');
    await up.waitFor(silentLine, 5_000);
    up.signal('SIGINT');
    await up.waitFor(/^podrun: taking project/, 2_000);
    await engine.startDaemon();
    const ended = await up.waitEnd(20_000);

    expect(ended.code).toBe(130);
    expect([await project.engine.containers(), await project.engine.networks(), await project.engine.volumes()]).toEqual([[], [], []]);
  });
});

type Pod = Awaited<ReturnType<typeof readPod>>;

function oneLine({ metadata, status }: Pod): string {
  const ready = status?.containerStatuses?.filter((container) => container.ready).length;
  return [metadata?.name, status?.phase, ...(ready ? [ready] : [])].join(' ');
}

async function phases(project: Project): Promise<readonly string[]> {
  return (await listPods(project)).map(({ metadata, status }) => `${metadata?.name} ${status?.phase} ${status?.reason ?? ''}`);
}
