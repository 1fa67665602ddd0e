import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/harness.ts';
import { footprint, onePod, startUp } from '../support/look.ts';

const mistaken = `pods:
  web:
    containers:
      app:
        image: busybox
        livenesProbe: {tcpSocket: {port: 80}}
        env: {PORT: 8080}
        ports: [eighty]
`;

async function leftOf({ engine }: Project): Promise<unknown[]> {
  return [...(await engine.containers()), ...(await engine.networks()), ...(await engine.volumes())];
}

describe('the file', () => {
  test('every mistake is told at once, with its place, a frame and a hint, and nothing is touched', async () => {
    const project = await makeProject({ 'pods.yaml': mistaken });

    const { code, stdout, stderr } = await project.run('up');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'pods.yaml:6:9: error: pods.web.containers.app.livenesProbe: unknown field "livenesProbe"\n' +
        '  6 |         livenesProbe: {tcpSocket: {port: 80}}\n' +
        '    |         ^^^^^^^^^^^^\n' +
        '  hint: did you mean livenessProbe?\n',
    );
    expect(stderr).toMatch(/^pods\.yaml:8:17: error: /m);
    expect(stderr).toMatch(/^podrun: 2 errors$/m);
    expect(await leftOf(project)).toEqual([]);
  });

  test('what is not supported yet is refused, never ignored', async () => {
    const file =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  terminationGracePeriodSeconds: 7\n  os: {name: windows}\n  containers: [{name: app, image: busybox}]\n';
    const project = await makeProject({ 'pods.yaml': file });

    const { code, stderr } = await project.run('up');

    expect(code).toBe(2);
    expect(stderr).toMatch(/^pods\.yaml:6:14: error: spec\.os\.name: /m);
    expect(await leftOf(project)).toEqual([]);
  });

  test('a file that cannot be one is a clear error and touches nothing that runs', async () => {
    const project = await makeProject({ 'pods.yaml': onePod(), 'double.yaml': 'pods: {}\npods: {}\n' });
    await mkdir(join(project.folder, 'folder.yaml/pods.yaml'), { recursive: true });
    await writeFile(join(project.folder, 'latin.yaml'), Buffer.from('name: caf\xe9\n', 'latin1'));
    await startUp(project);
    const before = await footprint(project.engine);
    const errorOf = async (file: string) => {
      const { code, stderr } = await project.run('-p', project.name, '-f', file, 'diff');
      expect(code).toBe(2);
      return stderr;
    };

    expect(await errorOf('absent.yaml')).toMatch(/^absent\.yaml:1:1: error: there is no such file$/m);
    expect(await errorOf('double.yaml')).toMatch(/^double\.yaml:2:1: error: .*pods/m);
    expect(await errorOf('latin.yaml')).toMatch(/^latin\.yaml:1:1: error: it is not UTF-8 text$/m);
    expect(await errorOf('folder.yaml')).toMatch(/^folder\.yaml\/pods\.yaml:1:1: error: it is a folder, not a file$/m);
    expect(await footprint(project.engine)).toEqual(before);
  });

  test('is found by its usual name, by -f, in a folder of files, and on standard input', async () => {
    const pod = (name: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: app, image: busybox}]}\n`;
    const project = await makeProject({
      'pods.yaml': onePod(),
      'all/a.yaml': pod('a'),
      'all/b.yml': pod('b'),
      'all/note.txt': 'no',
    });

    const usual = await project.run('validate');
    const folder = await project.run('-f', 'all', 'validate');
    const both = await project.run('-f', 'all/a.yaml', '-f', 'pods.yaml', 'validate');
    const stdin = await project.runWith(pod('c'), '-f', '-', 'diff');

    expect(usual).toMatchObject({ code: 0, stdout: 'pods.yaml: valid, 1 Pod\n', stderr: '' });
    expect(folder).toMatchObject({ code: 0, stdout: 'all/a.yaml, all/b.yml: valid, 2 Pods\n' });
    expect(both).toMatchObject({ code: 0, stdout: 'all/a.yaml, pods.yaml: valid, 2 Pods\n' });
    expect(stdin).toMatchObject({ code: 1 });
    expect(stdin.stdout).toContain('pod c\n');
  });
});
