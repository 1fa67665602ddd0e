/** What up tells of Pods that are new, of edits whose configuration is missing, and of what containers write. */
import { describe, expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { saidBy } from '../support/inside.ts';
import { idle, killHard, onePod, shell, shortForm, startUp } from '../support/look.ts';

describe('what up tells', () => {
  test('a Pod that is new is never “deleted”, and is listed from the first to the last', async () => {
    const names = Array.from({ length: 12 }, (_, number) => `web-${number}`);
    const pods = Object.fromEntries(names.map((name) => [name, { containers: { app: shell(idle) } }]));
    const project = await makeProject({ 'pods.yaml': shortForm(pods) });
    const up = await startUp(project);

    expect(up.output.match(/^.*: deleted$/gm) ?? []).toEqual([]);
  });

  test.each([
    ['a variable', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }] }, {}],
    ['a volume', { volumeMounts: ['v:/v'] }, { volumes: { v: { configMap: { name: 'cfg' } } } }],
  ])(
    'an edit after which %s has no source is answered: what is missing, and that the edit is through',
    async (_what, container, pod) => {
      const file = (more: object) => shortForm({ keeper: { containers: { app: shell(idle) } }, ...more });
      const project = await makeProject({ 'pods.yaml': file({}) });
      const up = await startUp(project);

      await project.write({ 'pods.yaml': file({ web: { ...pod, containers: { app: shell(idle, container) } } }) });
      await up.waitFor(/^podrun: the file was edited$/);

      await up.waitFor(/^web: .*configmap "cfg" not found/, 10_000);
      await up.waitFor(/^podrun: reloaded: 1 of 2 Pods ready/, 10_000);
    },
  );

  test('an edit that takes away what a running Pod’s volume shows is answered, too', async () => {
    const web = {
      volumes: { v: { configMap: { name: 'cfg' } } },
      containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
    };
    const project = await makeProject({
      'pods.yaml': shortForm({ web }, { configMaps: { cfg: { data: { a: 'x' } } } }),
    });
    const up = await startUp(project);

    await project.write({ 'pods.yaml': shortForm({ web }) });

    await up.waitFor(/configmap "cfg" not found/, 10_000);
  });

  test('the last line of a container that ends at once is shown, also without a line end', async () => {
    const containers = Object.fromEntries(
      Array.from({ length: 30 }, (_, number) => [`c${number}`, shell('echo one; printf two')]),
    );
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers } }) });

    const said = saidBy((await project.run('up')).stdout);

    const wanted = Object.keys(containers).map((name) => [`web/${name}`, ['one', 'two']]);
    expect(said).toEqual(Object.fromEntries(wanted));
  });

  test.each([['quick'], ['slow']])(
    'every line of a long log before it ends with 0, for a %s reader',
    async (reader) => {
      const project = await makeProject({
        'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers: { app: shell('seq 100000') } } }),
      });

      const up = project.start('up');
      if (reader === 'slow') {
        up.pauseOutput();
        await up.waitFor(/^podrun: every Pod has finished$/);
        up.resumeOutput();
      }
      const { code, stdout } = await up.waitEnd(90_000);

      expect(code).toBe(0);
      const lines = saidBy(stdout)['web/app'];
      expect(lines).toHaveLength(100_000);
      expect(lines?.at(-1)).toBe('100000');
    },
  );

  test('what a container says at its end, at a Ctrl-C too', async () => {
    const project = await makeProject({
      'pods.yaml': onePod(shell("trap 'seq 100000; exit 0' TERM; echo up; while :; do sleep 3600 & wait $$!; done")),
    });
    const up = await startUp(project);
    await up.waitFor(/\| up$/);

    up.signal('SIGINT');
    const { code, stdout } = await up.waitEnd(90_000);

    expect(code).toBe(130);
    expect(saidBy(stdout)['web/app']).toHaveLength(100_001);
  });

  test('why a Pod waits; at a Ctrl-C before all are ready each is deleted once, and last', async () => {
    const big = shell(idle, { resources: { requests: { memory: '900Gi' } } });
    const vol = {
      volumes: { v: { configMap: { name: 'cfg' } } },
      containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
    };
    const project = await makeProject({
      'pods.yaml': shortForm({ big: { containers: { app: big } }, vol, web: { containers: { app: shell(idle) } } }),
    });
    const up = project.start('up');
    await up.waitFor(/^big: Pending: 0\/1 nodes are available: 1 Insufficient memory\.$/);
    await up.waitFor(/^vol: ContainerCreating: .*configmap "cfg" not found$/);

    up.signal('SIGINT');
    const { stderr } = await up.waitEnd();

    expect(stderr).toMatch(/^web: Terminating$/m);
    for (const pod of ['big', 'vol', 'web']) {
      const told = stderr.split('\n').filter((line) => line.startsWith(`${pod}: `));
      expect(told.filter((line) => line === `${pod}: deleted`)).toHaveLength(1);
      expect(told.at(-1)).toBe(`${pod}: deleted`);
    }
  });

  test('a Pod that is being replaced is not ready, however long its end takes', async () => {
    const deaf = (value: string) =>
      onePod(shell("trap '' TERM; while :; do sleep 1; done", { env: { VALUE: value } }), {
        terminationGracePeriodSeconds: 3,
      });
    const project = await makeProject({ 'pods.yaml': deaf('old') });
    await killHard(await startUp(project));
    await project.write({ 'pods.yaml': deaf('new') });

    await startUp(project);

    expect((await project.engine.container('web', 'app')).Config.Env).toContain('VALUE=new');
  });

  test('what a container with a terminal prints', async () => {
    const app = shell('[ -t 0 ] && [ -t 1 ] && echo a terminal; echo end', { tty: true, stdin: true });
    const project = await makeProject({
      'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers: { app } } }),
    });

    const { code, stdout } = await project.run('up');

    expect(code).toBe(0);
    expect(saidBy(stdout)['web/app']).toEqual(['a terminal', 'end']);
    expect((await project.run('logs', 'web')).stdout).toBe('a terminal\nend\n');
  });
});
