import { describe, expect, test } from 'vitest';
import type { EngineClient } from '../support/engine-client.ts';
import { fetchText, findFreePort, makeProject } from '../support/harness.ts';
import { eventually, idle, nameOf, readPod, shell, shortForm, startUp } from '../support/look.ts';

const losses: Readonly<Record<string, (engine: EngineClient, id: string) => Promise<void>>> = {
  killed: (engine, id) => engine.kill(id),
  stopped: (engine, id) => engine.stop(id),
  removed: (engine, id) => engine.remove(id),
  restarted: (engine, id) => engine.restart(id),
  'cut off from its network': (engine, id) => engine.disconnect(id),
};

describe.concurrent('a sandbox that is', () => {
  test.for(Object.keys(losses))('%s by hand is made anew, and the Pod stays the same', async (how, context) => {
    const whenFinished = context.onTestFinished;
    const port = await findFreePort();
    const server = 'echo served > /site/index.html; trap "exit 0" TERM; httpd -f -p 80 -h /site & wait $!';
    const containers = {
      // What it wrote once is there after the rebuild: emptyDirs live as long as the Pod.
      writer: shell(`[ -e /site/first ] || cat /proc/sys/kernel/random/uuid > /site/first; ${idle}`, {
        volumeMounts: ['site:/site'],
      }),
      server: shell(server, {
        volumeMounts: ['site:/site'],
        ports: [`${port}:80`],
        readinessProbe: { httpGet: { port: 80, path: '/first' }, periodSeconds: 1 },
      }),
    };
    const project = await makeProject(
      {
        'pods.yaml': shortForm({ web: { terminationGracePeriodSeconds: 2, containers, volumes: { site: {} } } }),
      },
      { whenFinished },
    );
    const up = await startUp(project);
    const before = await readPod(project, 'web');
    const page = await fetchText(`http://127.0.0.1:${port}/first`);
    const infra = await project.engine.container('web');

    await losses[how]?.(project.engine, infra.Id);
    // No event tells that a network was taken away: the look that comes every 10 s does.
    await up.waitFor(/^web: creating the sandbox: (its|the) infra container/);
    await up.waitFor(/^web\/server: is ready$/);

    const after = await readPod(project, 'web');
    expect(after.metadata?.uid).toBe(before.metadata?.uid);
    expect(
      after.status?.containerStatuses?.map(({ name, ready, restartCount }) => `${name} ${ready} ${restartCount}`),
    ).toEqual(['server true 1', 'writer true 1']);
    expect((await project.engine.container('web')).Name).toBe(infra.Name.replace(/0$/, '1'));
    expect(await fetchText(`http://127.0.0.1:${port}/first`)).toBe(page);
    const isCleared = async () =>
      (await project.engine.containers()).filter((one) => one.State === 'running').length === 3;
    await eventually('nothing of the old sandbox runs', isCleared);
    const old = (await project.engine.containers()).filter((one) => one.Id === infra.Id).map(nameOf);
    expect(old, 'the old infra is gone').toEqual([]);
    expect(up.output).toMatch(
      /^web: (the sandbox is lost: its infra container|was removed outside podrun|killing the sandbox: the infra container (is cut off|was restarted by hand))/m,
    );
  });
});
