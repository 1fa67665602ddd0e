import { describe, expect, test } from 'vitest';
import { commit, runForeign } from '../support/foreign.ts';
import { makeProject } from '../support/harness.ts';
import {
  footprint,
  idle,
  killHard,
  listPods,
  nameOf,
  onePod,
  readyLine,
  shell,
  shortForm,
  startUp,
} from '../support/look.ts';

const twoPods = shortForm({
  web: { containers: { app: shell(idle), side: shell(idle) } },
  db: { containers: { store: shell(idle) } },
});

describe('up', () => {
  test('makes the Pods from nothing, and says when all are Ready', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods });

    const up = await startUp(project);

    const containers = await project.engine.containers();
    expect(containers.map(({ State }) => State)).toEqual(Array(5).fill('running'));
    const names = containers.map((container) => nameOf(container).replace(/\.[0-9a-f]{8}\.0$/, '.UID.0'));
    const wanted = ['db.UID.0', 'db.store.UID.0', 'web.UID.0', 'web.app.UID.0', 'web.side.UID.0'];
    expect(names.toSorted()).toEqual(wanted.map((name) => `${project.name}.${name}`));
    const pods = await listPods(project);
    expect(pods.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`)).toEqual([
      'db Running',
      'web Running',
    ]);
    up.signal('SIGINT');
    expect((await up.waitEnd()).code).toBe(130);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
  });

  test('of named Pods makes them and what they depend on, and leaves the others alone', async () => {
    const container = { containers: { app: shell(idle) } };
    const [web, away] = [
      { ...container, dependsOn: ['db'] },
      { ...container, profiles: ['away'] },
    ];
    const project = await makeProject({ 'pods.yaml': shortForm({ web, db: container, job: container, away }) });
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

  test('is a no-op over what a killed one left, and says so', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods });
    await killHard(await startUp(project));
    const before = await footprint(project.engine);

    const up = project.start('up');
    await up.waitFor(/^podrun: all 2 Pods ready, nothing to do$/);

    expect(await footprint(project.engine)).toEqual(before);
    expect(up.output).not.toMatch(/creating|stopping|ContainerCreating/);
  });

  test('beside a running one ends with 4 and names it', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods });
    const first = await startUp(project);
    const before = await footprint(project.engine);

    const second = await project.run('up');

    expect(second.code).toBe(4);
    expect(second.stderr).toContain(`podrun pid ${first.pid} in ${project.folder}`);
    expect(await footprint(project.engine)).toEqual(before);
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

  test('names orphans, and deletes them only when asked', async () => {
    const project = await makeProject({ 'pods.yaml': twoPods });
    await killHard(await startUp(project));
    await project.write({ 'pods.yaml': shortForm({ web: { containers: { app: shell(idle), side: shell(idle) } } }) });

    const keeping = project.start('up');
    await keeping.waitFor(/^podrun: orphans, not in the file: db; --remove-orphans deletes them$/);
    await keeping.waitFor(/nothing to do/);
    expect((await listPods(project)).map(({ metadata }) => metadata?.name)).toEqual(['db', 'web']);
    await killHard(keeping);
    const diff = await project.run('diff', '--remove-orphans');
    expect(diff.stdout).toMatch(/^pod db\n {2}- delete the Pod with container store\n {6}the file does not name it\n$/);
    const removing = project.start('up', '--remove-orphans');
    await removing.waitFor(readyLine);

    expect((await listPods(project)).map(({ metadata }) => metadata?.name)).toEqual(['web']);
  });
});
