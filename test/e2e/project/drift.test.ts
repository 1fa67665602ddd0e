import { describe, expect, test } from 'vitest';
import type { EngineClient } from '../support/engine-client.ts';
import { makeProject } from '../support/harness.ts';
import { eventually, idle, onePod, readPod, shell, shortForm, startUp } from '../support/look.ts';

interface Drift {
  readonly by: (engine: EngineClient, id: string) => Promise<void>;
  /** What podrun says of it. */
  readonly told: RegExp;
  readonly restarts: number;
}

const drifts: Readonly<Record<string, Drift>> = {
  removed: { by: (engine, id) => engine.remove(id), told: /^web\/app: was removed outside podrun$/, restarts: 1 },
  killed: { by: (engine, id) => engine.kill(id), told: /^web\/app: ended with exit code 137 after \S+$/, restarts: 1 },
  stopped: { by: (engine, id) => engine.stop(id), told: /^web\/app: ended with exit code 0 after \S+$/, restarts: 1 },
  paused: { by: (engine, id) => engine.pause(id), told: /^web\/app: was paused outside podrun$/, restarts: 0 },
};

describe.concurrent('a container that is', () => {
  test.for(Object.keys(drifts))(
    '%s by hand is told and put right, and its neighbour is not touched',
    async (how, context) => {
      const whenFinished = context.onTestFinished;
      const drift = drifts[how] as Drift;
      const project = await makeProject(
        {
          'pods.yaml': shortForm({ web: { containers: { app: shell(idle), side: shell(idle) } } }),
        },
        { whenFinished },
      );
      const up = await startUp(project);
      const side = await project.engine.container('web', 'side');

      await drift.by(project.engine, (await project.engine.container('web', 'app')).Id);
      await up.waitFor(drift.told);
      const isRight = async () => {
        const app = (await readPod(project, 'web')).status?.containerStatuses?.[0];
        const running = await project.engine.container('web', 'app').then(
          ({ State }) => State.Status === 'running',
          () => false,
        );
        return running && app?.ready === true && app.restartCount === drift.restarts;
      };
      await eventually('it runs again', isRight);

      expect((await project.engine.container('web', 'side')).State.StartedAt).toBe(side.State.StartedAt);
    },
  );

  test('restarted by hand goes on, and its probe begins anew', async ({ onTestFinished: whenFinished }) => {
    const readinessProbe = {
      exec: { command: ['true'] },
      periodSeconds: 1,
      initialDelaySeconds: 6,
      timeoutSeconds: 10,
    };
    const project = await makeProject({ 'pods.yaml': onePod(shell(idle, { readinessProbe })) }, { whenFinished });
    const up = await startUp(project);

    const { Id } = await project.engine.container('web', 'app');
    await project.engine.restart(Id);
    const isReady = async () => (await readPod(project, 'web')).status?.containerStatuses?.[0]?.ready === true;
    await eventually('it is not ready', async () => !(await isReady()), 6_000);
    await eventually('it is ready', isReady);

    expect(up.output).not.toMatch(/creating the sandbox/);
  });

  test('renamed by hand is told and left alone, and another takes its place', async ({
    onTestFinished: whenFinished,
  }) => {
    const project = await makeProject({ 'pods.yaml': onePod() }, { whenFinished });
    const up = await startUp(project);
    const { Id } = await project.engine.container('web', 'app');

    const name = `${project.name}-kept`;
    await project.engine.rename(Id, name);
    await up.waitFor(new RegExp(`^web/app: was renamed to ${name}; podrun no longer manages it$`));
    await up.waitFor(/^web: creating container app/);
    const down = await project.run('down');

    expect(down.code, down.stderr).toBe(0);
    expect((await project.engine.inspect(Id)).State.Running).toBe(true);
    expect((await project.engine.containers()).map((one) => one.Id)).toEqual([Id]);
  });
});
