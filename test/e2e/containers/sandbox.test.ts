import { describe, expect, test } from 'vitest';
import type { EngineClient } from '../support/engine-client.ts';
import { fetchText, findFreePort } from '../support/harness.ts';
import { eventually, idle, nameOf, shell, shortForm } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { hasRestarts, isReady } from '../support/status.ts';

interface Loss {
  readonly by: (engine: EngineClient, id: string) => Promise<void>;
  readonly told: RegExp;
}

const losses: Readonly<Record<string, Loss>> = {
  killed: { by: (engine, id) => engine.kill(id), told: /^killed: the sandbox is lost: its infra container/m },
  removed: {
    by: (engine, id) => engine.remove(id),
    told: /^removed: (the sandbox is lost|was removed outside podrun)/m,
  },
  restarted: {
    by: (engine, id) => engine.restart(id),
    told: /^restarted: (the sandbox is lost|killing the sandbox: the infra container was restarted by hand)/m,
  },
  'cut-off': {
    by: (engine, id) => engine.disconnect(id),
    told: /^cut-off: killing the sandbox: the infra container is cut off/m,
  },
};

describe('a sandbox that is', () => {
  const ports: Record<string, number> = {};
  const server = 'echo served > /site/index.html; trap "exit 0" TERM; httpd -f -p 80 -h /site & wait $!';
  const podOn = (port: number) => ({
    terminationGracePeriodSeconds: 2,
    volumes: { site: {} },
    containers: {
      // What it wrote once is there after the rebuild: emptyDirs live as long as the Pod.
      writer: shell(`[ -e /site/first ] || cat /proc/sys/kernel/random/uuid > /site/first; ${idle}`, {
        volumeMounts: ['site:/site'],
      }),
      server: shell(server, {
        volumeMounts: ['site:/site'],
        ports: [`${port}:80`],
        readinessProbe: { httpGet: { port: 80, path: '/first' }, periodSeconds: 1 },
      }),
    },
  });
  const shared = shareUp(async () => {
    for (const how of Object.keys(losses)) ports[how] = await findFreePort();
    return {
      'pods.yaml': shortForm(Object.fromEntries(Object.entries(ports).map(([how, port]) => [how, podOn(port)]))),
    };
  });

  test.each(Object.entries(losses))(
    '%s by hand is made anew, and the Pod stays the same',
    async (how, { by, told }) => {
      const { project, up } = shared;
      const before = await podWhen(project, how, isReady);
      const page = await fetchText(`http://127.0.0.1:${ports[how]}/first`);
      const infra = await project.engine.container(how);

      await by(project.engine, infra.Id);
      // No event tells that a network was taken away: the look that comes every 10 s does.
      const after = await podWhen(project, how, (pod) => hasRestarts('server', 1)(pod) && isReady(pod));

      expect(after.metadata?.uid).toBe(before.metadata?.uid);
      expect(
        after.status?.containerStatuses?.map(({ name, ready, restartCount }) => `${name} ${ready} ${restartCount}`),
      ).toEqual(['server true 1', 'writer true 1']);
      expect((await project.engine.container(how)).Name).toBe(infra.Name.replace(/0$/, '1'));
      expect(await fetchText(`http://127.0.0.1:${ports[how]}/first`)).toBe(page);
      const own = async () =>
        (await project.engine.containers()).filter(({ Labels }) => Labels['io.kubernetes.pod.name'] === how);
      await eventually(
        'nothing of the old sandbox runs',
        async () => (await own()).filter(({ State }) => State === 'running').length === 3,
      );
      const old = (await own()).filter(({ Id }) => Id === infra.Id).map(nameOf);
      expect(old, 'the old infra is gone').toEqual([]);
      expect(up.output).toMatch(new RegExp(`^${how}: creating the sandbox: (its|the) infra container`, 'm'));
      expect(up.output).toMatch(told);
    },
  );
});
