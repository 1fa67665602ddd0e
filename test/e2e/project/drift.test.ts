import { describe, expect, test } from 'vitest';
import type { EngineClient } from '../support/engine-client.ts';
import { makeProject } from '../support/harness.ts';
import { eventually, idle, onHost, onePod, shell, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { statusOf } from '../support/status.ts';

interface Drift {
  readonly by: (engine: EngineClient, id: string) => Promise<void>;
  /** What podrun says of it. */
  readonly told: RegExp;
  readonly restarts: number;
}

const drifts: Readonly<Record<string, Drift>> = {
  removed: { by: (engine, id) => engine.remove(id), told: /^web\/removed: was removed outside podrun$/, restarts: 1 },
  killed: {
    by: (engine, id) => engine.kill(id),
    told: /^web\/killed: ended with exit code 137 after \S+$/,
    restarts: 1,
  },
  stopped: {
    by: (engine, id) => engine.stop(id),
    told: /^web\/stopped: ended with exit code 0 after \S+$/,
    restarts: 1,
  },
  paused: { by: (engine, id) => engine.pause(id), told: /^web\/paused: was paused outside podrun$/, restarts: 0 },
};

describe('a container that is', () => {
  const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1, initialDelaySeconds: 6, timeoutSeconds: 10 };
  const names = [...Object.keys(drifts), 'side'];
  const containers = {
    ...Object.fromEntries(names.map((name) => [name, shell(idle)])),
    restarted: shell(idle, { readinessProbe }),
  };
  const shared = shareUp(() => ({ 'pods.yaml': onHost({ web: { containers } }) }));

  test.each(Object.entries(drifts))(
    '%s by hand is told and put right, and its neighbour is not touched',
    async (how, drift) => {
      const { project, up } = shared;
      const side = await project.engine.container('web', 'side');

      await drift.by(project.engine, (await project.engine.container('web', how)).Id);
      await up.waitFor(drift.told);
      const pod = await podWhen(project, 'web', (now) => {
        const { ready, restartCount } = statusOf(now, how);
        return ready && restartCount === drift.restarts;
      });

      expect(statusOf(pod, how).state?.running).toBeDefined();
      await eventually('it runs', async () => (await project.engine.container('web', how)).State.Status === 'running');
      expect((await project.engine.container('web', 'side')).State.StartedAt).toBe(side.State.StartedAt);
    },
  );

  test('restarted by hand goes on, and its probe begins anew', async () => {
    const { project, up } = shared;
    const isReady = (ready: boolean) => podWhen(project, 'web', (pod) => statusOf(pod, 'restarted').ready === ready);
    await isReady(true);

    await project.engine.restart((await project.engine.container('web', 'restarted')).Id);
    await isReady(false);
    await isReady(true);

    expect(up.output).not.toMatch(/creating the sandbox: /);
  });
});

test('a container that is renamed by hand is told and left alone, and another takes its place', async () => {
  const project = await makeProject({ 'pods.yaml': onePod() });
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
