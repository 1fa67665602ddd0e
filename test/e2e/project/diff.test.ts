import { describe, expect, test } from 'vitest';
import type { PlanJson } from '../../../src/output/plan/plan.ts';
import { makeProject } from '../support/harness.ts';
import { footprint, idle, nameOf, onePod, shell, shortForm, startUp } from '../support/look.ts';

const webPod = (container: Readonly<Record<string, unknown>>, pod: Readonly<Record<string, unknown>> = {}) =>
  shortForm({ web: { ...pod, containers: { app: shell(idle, container), side: shell(idle) } } });

/** An object's name without the uid of a Pod that is still to be made. */
const general = (name: string): string => name.replace(/\.[0-9a-f]{8}(?=\.|$)/, '.UID');

describe('diff', () => {
  test('names what up then makes, and makes nothing itself', async () => {
    const project = await makeProject({
      'pods.yaml': webPod({ volumeMounts: ['data:/data'] }, { volumes: { data: {} } }),
    });

    const diff = await project.run('diff', '-o', 'json');

    expect(diff.code, diff.stderr).toBe(1);
    expect([
      await project.engine.containers(),
      await project.engine.networks(),
      await project.engine.volumes(),
    ]).toEqual([[], [], []]);
    const plan = JSON.parse(diff.stdout) as PlanJson[];
    const made = (verb: string) => plan.filter((each) => each.verb === verb).map(({ target }) => general(target));
    await startUp(project);
    const names = (await project.engine.containers()).map(nameOf).map(general);
    expect(made('createContainer').toSorted()).toEqual(names.toSorted());
    expect(made('startContainer').toSorted()).toEqual(names.toSorted());
    expect(made('createVolume').toSorted()).toEqual((await project.engine.volumes()).map(general).toSorted());
    expect(made('createNetwork')).toEqual([`podrun-${project.name}`]);
    expect(plan.every(({ because }) => because.length > 0)).toBe(true);
  });

  test('says nothing to do and ends with 0 when all is as the file says', async () => {
    const project = await makeProject({ 'pods.yaml': onePod({ env: { PORT: '8080' } }) });
    await startUp(project);

    const text = await project.run('diff');
    const json = await project.run('diff', '-o', 'json');

    expect(text).toMatchObject({ code: 0, stdout: `project ${project.name}: nothing to do\n`, stderr: '' });
    expect(json).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  test('names the field with its old and new value, by what the edit takes', async () => {
    const project = await makeProject({ 'pods.yaml': webPod({ env: { PORT: '8080' } }) });
    await startUp(project, '--no-watch');
    const before = await footprint(project.engine);
    const diffOf = async (file: string) => {
      await project.write({ 'pods.yaml': file });
      const { code, stdout } = await project.run('diff');
      expect(code).toBe(1);
      return stdout;
    };

    const container = await diffOf(webPod({ env: { PORT: '8081' } }));
    const live = await diffOf(webPod({ env: { PORT: '8080' } }, { labels: { tier: 'front' } }));
    const pod = await diffOf(webPod({ env: { PORT: '8080' } }, { hostname: 'front' }));

    expect(container).toBe(
      'pod web\n  ~ replace container app (attempt 1)\n      containers.app.env.PORT: 8080 -> 8081\n',
    );
    expect(live).toBe('pod web\n  ~ update the Pod in place\n      labels.tier: front\n');
    expect(pod).toMatch(
      /^pod web\n {2}- delete the Pod with containers app, side\n {6}hostname: front\n {2}\+ create the Pod\n/,
    );
    expect(await footprint(project.engine)).toEqual(before);
  });

  test('ends with 2 over a bad file', async () => {
    const project = await makeProject({ 'pods.yaml': onePod({ image: 7 }) });

    const { code, stdout, stderr } = await project.run('diff');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('pods.web.containers.app.image');
  });
});
