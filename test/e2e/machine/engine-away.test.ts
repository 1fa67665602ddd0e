import type { Pod } from 'kubernetes-types/core/v1.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivateEngine } from '../../engine/private-engine.mjs';
import { makeProject } from '../support/harness.ts';
import { footprint, idle, readPod, sandboxStopped, shell, shortForm, startUp } from '../support/look.ts';
import { podWhen, podsWhen } from '../support/pod-watch.ts';
import { hasRestarts } from '../support/status.ts';

const silentLine = /^podrun: the engine does not answer \(.*\); retrying every second$/;
const backLine = /^podrun: the engine answers again$/;
const probed = { readinessProbe: { httpGet: { port: 80, path: '/' }, periodSeconds: 1 } };
const server = "mkdir /www; echo hello > /www/index.html; trap 'exit 0' TERM; httpd -f -p 80 -h /www & wait $!";
const twoPods = shortForm({
  web: { containers: { app: shell(server, probed), side: shell(idle) } },
  job: { restartPolicy: 'Never', containers: { once: shell('exit 0') } },
});

/** Each way in which an engine goes and comes back, and what is left of the containers; the engines beside one another. */
describe.concurrent.each([
  { args: [], survives: false },
  { args: ['--live-restore'], survives: true },
])('an engine with $args that', ({ args, survives }) => {
  const engine = new PrivateEngine({ args });
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test.sequential.for(['SIGTERM', 'SIGKILL'] as const)(
    'is ended by %s and started again is survived',
    async (signal, { onTestFinished: whenFinished }) => {
      const project = await makeProject({ 'pods.yaml': twoPods }, { host: engine.host, whenFinished });
      const up = await startUp(project);
      const before = await readPod(project, 'web');
      await sandboxStopped(project, 'job');
      const prints = await footprint(project.engine);

      await engine.stopDaemon(signal);
      await up.waitFor(silentLine);
      const away = await project.run('ps');
      await engine.startDaemon();
      await up.waitFor(backLine);
      const areReady = () =>
        podsWhen(project, (pods) => pods.map(oneLine).toSorted().join() === 'job Succeeded,web Running 2');
      await areReady();

      expect(away.code, away.stderr).toBe(0);
      expect(away.stdout).toMatch(/^web +\d\/2 +\S+/m);
      expect(away.stderr).toMatch(
        new RegExp(
          `^podrun: the engine does not answer: this is what the podrun of project ${project.name} \\(pid ${up.pid}\\) last knew$`,
          'm',
        ),
      );
      const after = await readPod(project, 'web');
      expect(after.metadata?.uid).toBe(before.metadata?.uid);
      expect(up.output).not.toMatch(/Failed|BackOff/);
      if (survives) expect(await footprint(project.engine)).toEqual(prints);
      // The engine's end was no crash of theirs: the next one restarts at once.
      await project.engine.kill((await project.engine.container('web', 'side')).Id);
      // No back-off is left of it.
      await podWhen(project, 'web', hasRestarts('side', survives ? 1 : 2), 9_000);
      await areReady();
      expect((await project.run('down')).code).toBe(0);
      expect((await up.waitEnd()).code).toBe(0);
    },
  );
});

describe.concurrent('an engine that', () => {
  const engine = new PrivateEngine();
  beforeAll(() => engine.start());
  afterAll(() => engine.remove());

  test.sequential('is away when the grace begins is waited for', async ({ onTestFinished: whenFinished }) => {
    const project = await makeProject({ 'pods.yaml': twoPods }, { host: engine.host, whenFinished });
    const up = await startUp(project);

    await engine.stopDaemon('SIGKILL');
    await up.waitFor(silentLine);
    up.signal('SIGINT');
    await up.waitFor(/^podrun: taking project/);
    await engine.startDaemon();
    const ended = await up.waitEnd(20_000);

    expect(ended.code).toBe(130);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
  });
});

function oneLine({ metadata, status }: Pod): string {
  const ready = status?.containerStatuses?.filter((container) => container.ready).length;
  return [metadata?.name, status?.phase, ...(ready ? [ready] : [])].join(' ');
}
