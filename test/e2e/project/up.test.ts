import { describe, expect, test } from 'vitest';
import { commit, runForeign } from '../support/foreign.ts';
import { makeProject } from '../support/harness.ts';
import {
  footprint,
  idle,
  killHard,
  listPods,
  nameOf,
  onHost,
  onePod,
  readyLine,
  shell,
  startUp,
} from '../support/look.ts';
import { shareUp } from '../support/shared-up.ts';

const twoPods = onHost({
  web: { containers: { app: shell(idle), side: shell(idle) } },
  db: { containers: { store: shell(idle) } },
});

describe('up of two Pods', () => {
  const shared = shareUp(() => ({ 'pods.yaml': twoPods }));
  const names = async () => (await listPods(shared.project)).map(({ metadata }) => metadata?.name);
  let before: readonly string[] = [];

  test('makes the Pods from nothing, and says when all are Ready', async () => {
    const { project } = shared;
    const containers = await project.engine.containers();
    expect(containers.map(({ State }) => State)).toEqual(Array(5).fill('running'));
    const made = containers.map((container) => nameOf(container).replace(/\.[0-9a-f]{8}\.0$/, '.UID.0'));
    const wanted = ['db.UID.0', 'db.store.UID.0', 'web.UID.0', 'web.app.UID.0', 'web.side.UID.0'];
    expect(made.toSorted()).toEqual(wanted.map((name) => `${project.name}.${name}`));
    const pods = await listPods(project);
    expect(pods.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`)).toEqual([
      'db Running',
      'web Running',
    ]);
    before = await footprint(project.engine);
  });

  test('beside a running one ends with 4 and names it', async () => {
    const { project, up } = shared;
    const second = await project.run('up');

    expect(second.code).toBe(4);
    expect(second.stderr).toContain(`podrun pid ${up.pid} in ${project.folder}`);
    expect(await footprint(project.engine)).toEqual(before);
  });

  test('is a no-op over what a killed one left, and says so', async () => {
    const { project } = shared;
    await killHard(shared.up);

    shared.up = project.start('up');
    await shared.up.waitFor(/^podrun: all 2 Pods ready, nothing to do$/);

    expect(await footprint(project.engine)).toEqual(before);
    expect(shared.up.output).not.toMatch(/creating|stopping|ContainerCreating/);
  });

  test('names orphans, and deletes them only when asked', async () => {
    const { project } = shared;
    await killHard(shared.up);
    await project.write({ 'pods.yaml': onHost({ web: { containers: { app: shell(idle), side: shell(idle) } } }) });

    shared.up = project.start('up');
    await shared.up.waitFor(/^podrun: orphans, not in the file: db; --remove-orphans deletes them$/);
    await shared.up.waitFor(/nothing to do/);
    expect(await names()).toEqual(['db', 'web']);
    await killHard(shared.up);
    const diff = await project.run('diff', '--remove-orphans');
    expect(diff.stdout).toMatch(/^pod db\n {2}- delete the Pod with container store\n {6}the file does not name it\n$/);
    shared.up = project.start('up', '--remove-orphans');
    await shared.up.waitFor(readyLine);

    expect(await names()).toEqual(['web']);
  });

  test('ends with 130 at a Ctrl-C, and nothing is left', async () => {
    const { engine } = shared.project;
    shared.up.signal('SIGINT');

    expect((await shared.up.waitEnd()).code).toBe(130);
    expect([await engine.containers(), await engine.networks(), await engine.volumes()]).toEqual([[], [], []]);
  });
});

describe('up', () => {
  test('of named Pods makes them and what they depend on, and leaves the others alone', async () => {
    const container = { containers: { app: shell(idle) } };
    const [web, away] = [
      { ...container, dependsOn: ['db'] },
      { ...container, profiles: ['away'] },
    ];
    const project = await makeProject({ 'pods.yaml': onHost({ web, db: container, job: container, away }) });
    const first = project.start('up', 'pod/job');
    await first.waitFor(/^podrun: 1 Pod ready/);
    await killHard(first);
    const before = await footprint(project.engine);

    const up = project.start('up', 'web', 'away');
    await up.waitFor(/^podrun: all 3 Pods ready/);
    expect((await listPods(project)).map(({ metadata }) => metadata?.name)).toEqual(['away', 'db', 'job', 'web']);
    expect(up.output).not.toMatch(/orphan|^job/m);
    up.signal('SIGINT');
    await up.waitFor(/ is down except for job, which podrun left alone$/);
    expect((await up.waitEnd()).code).toBe(130);
    expect(await footprint(project.engine)).toEqual(before);

    const mistaken = await project.run('up', 'wbe');
    expect([mistaken.code, mistaken.stderr]).toEqual([
      2,
      expect.stringMatching(/no Pod is named wbe[^]*did you mean web\?/),
    ]);
    expect((await project.run('down')).code).toBe(0);
    expect([await project.engine.containers(), await project.engine.networks()]).toEqual([[], []]);
  });

  test('leaves alone what only looks like its own', async () => {
    const project = await makeProject({ 'pods.yaml': onePod() });
    const similar = await runForeign(`${project.name}.web.app.0a1b2c3d.7`);
    const first = await startUp(project);
    const image = await commit((await project.engine.container('web', 'app')).Id, `${project.name}-copy`);
    const copy = await runForeign(`${project.name}-copy`, image);
    await killHard(first);

    const second = project.start('up');
    await second.waitFor(new RegExp(`not podrun’s although they carry its label: ${project.name}-copy`));
    await second.waitFor(readyLine);
    const down = await project.run('down', '--volumes');

    expect(down.code, down.stderr).toBe(0);
    for (const id of [similar, copy]) expect((await project.engine.inspect(id)).State.Running).toBe(true);
    expect((await project.engine.containers()).map(({ Id }) => Id)).toEqual([copy]);
  });
});
