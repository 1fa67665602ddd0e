/** What up tells of Pods that are new, of edits whose configuration is missing, and of what containers write. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Ended } from '../support/cli.ts';
import { makeProject } from '../support/harness.ts';
import { saidBy } from '../support/inside.ts';
import { eventually, idle, killHard, onHost, onePod, shell, soonMs, startUp } from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

const talksLong = 'seq 100000';

describe('of Pods and edits, up tells', () => {
  const names = ['web-0', 'web-1'];
  const standing = Object.fromEntries(names.map((name) => [name, { containers: { app: shell(idle) } }]));
  const shows = {
    volumes: { v: { configMap: { name: 'shown' } } },
    containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
  };
  const configMaps = { shown: { data: { a: 'x' } } };
  const variable = { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }] };
  const more: Record<string, object> = { ...standing, shows };
  const shared = shareUp(() => ({ 'pods.yaml': onHost(more, { configMaps }) }));

  test('no Pod that is new as “deleted”', () => {
    expect(shared.up.output.match(/^.*: deleted$/gm) ?? []).toEqual([]);
  });

  test.each([
    ['a variable', 'asks', variable, {}, 4],
    ['a volume', 'mounts', { volumeMounts: ['v:/v'] }, { volumes: { v: { configMap: { name: 'cfg' } } } }, 5],
  ])(
    'what is missing when an edit brings %s without a source, and that the edit is through',
    async (_what, name, container, pod, count) => {
      const { project, up } = shared;
      more[name] = { ...pod, containers: { app: shell(idle, container) } };
      await project.write({ 'pods.yaml': onHost(more, { configMaps }) });
      await up.waitFor(/^podrun: the file was edited$/);

      await up.waitFor(new RegExp(`^${name}: .*configmap "cfg" not found`), soonMs);
      await up.waitFor(new RegExp(`^podrun: reloaded: 3 of ${count} Pods ready`), soonMs);
    },
  );

  test('what is missing when an edit takes away what a running Pod’s volume shows', async () => {
    const { project, up } = shared;
    await project.write({ 'pods.yaml': onHost(more) });

    await up.waitFor(/configmap "shown" not found/, soonMs);
  });
});

describe('of what containers write, up tells', () => {
  const short = Array.from({ length: 6 }, (_, number) => `c${number}`);
  const containers = {
    ...Object.fromEntries(short.map((name) => [name, shell('echo one; printf two')])),
    long: shell(talksLong),
    screen: shell('[ -t 0 ] && [ -t 1 ] && echo a terminal; echo end', { tty: true, stdin: true }),
  };
  const shared = shareUp(() => ({ 'pods.yaml': onHost({ web: { restartPolicy: 'Never', containers } }) }), {
    until: 'started',
  });
  let ended: Ended;
  let said: ReturnType<typeof saidBy>;
  beforeAll(async () => {
    ended = await shared.up.waitEnd(90_000);
    said = saidBy(ended.stdout);
  }, 100_000);

  test('the last line of a container that ends at once, also without a line end', () => {
    expect(short.map((name) => [name, said[`web/${name}`]])).toEqual(short.map((name) => [name, ['one', 'two']]));
  });

  test('every line of a long log before it ends with 0, for a quick reader', () => {
    expect(ended.code).toBe(0);
    expectAll(said['web/long']);
  });

  test('what one with a terminal prints', async () => {
    expect(said['web/screen']).toEqual(['a terminal', 'end']);
    expect((await shared.project.run('logs', 'web', 'screen')).stdout).toBe('a terminal\nend\n');
  });
});

test('up tells every line of a long log before it ends with 0, for a slow reader', async () => {
  const project = await makeProject({
    'pods.yaml': onHost({ web: { restartPolicy: 'Never', containers: { app: shell(talksLong) } } }),
  });

  const up = project.start('up');
  up.pauseOutput();
  await up.waitFor(/^podrun: every Pod has finished$/);
  up.resumeOutput();
  const { code, stdout } = await up.waitEnd(90_000);

  expect(code).toBe(0);
  expectAll(saidBy(stdout)['web/app']);
});

describe('at a Ctrl-C before all are ready, up tells', () => {
  const talksAtEnd = "trap 'seq 100000; exit 0' TERM; echo up; while :; do sleep 3600 & wait $$!; done";
  const big = shell(idle, { resources: { requests: { memory: '900Gi' } } });
  const vol = {
    volumes: { v: { configMap: { name: 'cfg' } } },
    containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
  };
  const pods = { big: { containers: { app: big } }, vol, web: { containers: { app: shell(talksAtEnd) } } };
  const shared = shareUp(() => ({ 'pods.yaml': onHost(pods) }), { until: 'started' });
  let ended: Ended;
  beforeAll(async () => {
    const { up } = shared;
    // In whatever order they come.
    for (const told of [
      /^big: Pending: 0\/1 nodes are available: 1 Insufficient memory\.$/m,
      /^vol: ContainerCreating: .*configmap "cfg" not found$/m,
      /\| up$/m,
    ])
      await eventually(String(told), () => told.test(up.output));
    up.signal('SIGINT');
    ended = await up.waitEnd(90_000);
  }, 200_000);

  test('that each Pod was deleted, once, and last', () => {
    expect(ended.stderr).toMatch(/^web: Terminating$/m);
    for (const pod of ['big', 'vol', 'web']) {
      const told = ended.stderr.split('\n').filter((line) => line.startsWith(`${pod}: `));
      expect(told.filter((line) => line === `${pod}: deleted`)).toHaveLength(1);
      expect(told.at(-1)).toBe(`${pod}: deleted`);
    }
  });

  test('all that a container says at its end', () => {
    expect(ended.code).toBe(130);
    expect(saidBy(ended.stdout)['web/app']).toHaveLength(100_001);
  });
});

test('up tells no Pod as ready that is being replaced, however long its end takes', async () => {
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

function expectAll(lines: readonly string[] | undefined): void {
  expect(lines).toHaveLength(100_000);
  expect(lines?.at(-1)).toBe('100000');
}
