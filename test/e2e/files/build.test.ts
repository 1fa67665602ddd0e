/** `build:` from the file to what runs; what a build itself gives is in test/contract. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askEngine } from '../../engine/api.mjs';
import { builtLabel, makeBuiltProject } from '../support/built.ts';
import type { Project } from '../support/harness.ts';
import {
  eventually,
  footprint,
  idle,
  killHard,
  onHost,
  readPod,
  readyLine,
  reloadedLine,
  shell,
  startUp,
} from '../support/look.ts';

/** A project of these files, in which NAME stands for its name. */
async function makeBuilt(files: Readonly<Record<string, string>>): Promise<Project> {
  const project = await makeBuiltProject();
  const named = Object.entries(files).map(([name, text]) => [name, text.replaceAll('NAME', project.name)]);
  await project.write(Object.fromEntries(named) as Record<string, string>);
  return project;
}

const dockerfile = (...lines: readonly string[]): string =>
  ['FROM busybox', builtLabel({ name: 'NAME' }), ...lines, ''].join('\n');

const said = (label = '') => `cat /said; echo ${label}; ${idle}`;

const web = (build: unknown = './app', pod: Readonly<Record<string, unknown>> = {}): string => {
  const { image: _image, ...app } = shell(said());
  return onHost({ web: { ...pod, containers: { app: { ...app, build }, side: shell(idle) } } });
};

const app = { 'app/Dockerfile': dockerfile('COPY said /said'), 'app/said': 'one\n' };

const logOf = async (project: Project) => (await project.run('logs', 'web', 'app')).stdout.trim();
const restartsOf = async (project: Project) =>
  (await readPod(project, 'web')).status?.containerStatuses?.map(({ name, restartCount }) => `${name} ${restartCount}`);

test('an image is built, and neither built nor started anew when nothing changed', async () => {
  const project = await makeBuilt({ 'pods.yaml': web(), ...app });
  const planned = await project.run('diff');
  expect(planned.stdout).toContain(`+ build image ${project.name}-web-app`);
  expect(await footprint(project.engine)).toEqual([]);

  const up = await startUp(project);
  expect(await logOf(project)).toBe('one');
  expect((await project.run('events')).stdout).toMatch(
    new RegExp(`Normal +Built +pod/web +Successfully built image "${project.name}-web-app" in `),
  );
  const before = await footprint(project.engine);
  await killHard(up);
  expect(await project.run('diff')).toMatchObject({ code: 0 });
  const again = project.start('up');
  await again.waitFor(/^podrun: 1 Pod ready, nothing to do$/);

  expect(await footprint(project.engine)).toEqual(before);
  const spec = JSON.stringify((await readPod(project, 'web')).spec);
  expect(spec).toContain(`"image":"${project.name}-web-app"`);
  expect(spec).not.toContain('"build"');
});

test('another content of the context: the container alone is replaced, at a start and at a reload', async () => {
  const project = await makeBuilt({ 'pods.yaml': web(), ...app });
  const first = await startUp(project);
  await killHard(first);

  await project.write({ 'app/said': 'two\n' });
  const planned = await project.run('diff');
  expect(planned.stdout).toMatch(/containers\.app\.build: [0-9a-f]{8} -> \(new\)/);
  const up = project.start('up');
  await up.waitFor(readyLine);
  expect((await project.run('events')).stdout).toMatch(
    /Killing +pod\/web +Container app definition changed, will be restarted: containers\.app\.build: \w{8} -> \w{8}$/m,
  );
  expect(await logOf(project)).toBe('two');
  expect(await restartsOf(project)).toEqual(['app 1', 'side 0']);

  await project.write({ 'app/said': 'three\n', 'pods.yaml': web('./app', { labels: { edited: 'yes' } }) });
  await up.waitFor(/^web: stopping container app \(SIGTERM\): containers\.app\.build: [0-9a-f]{8} -> [0-9a-f]{8}$/);
  await up.waitFor(reloadedLine);
  expect(await logOf(project)).toBe('three');
  expect(await restartsOf(project)).toEqual(['app 2', 'side 0']);
});

test('--build builds anew, and what comes to the same replaces nothing', async () => {
  const project = await makeBuilt({ 'pods.yaml': web(), ...app });
  await killHard(await startUp(project));
  const before = await footprint(project.engine);

  expect((await project.run('up', '--build', '--dry-run')).stdout).toContain('+ build image ');
  const up = await startUp(project, '--build');

  expect(await footprint(project.engine)).toEqual(before);
  expect((await project.run('events')).stdout).toMatch(/Normal +Built /);
  expect(up.output).not.toMatch(/stopping container/);
});

test('an edit whose build fails stops nothing, says why, and is applied once it is mended', async () => {
  const project = await makeBuilt({
    'pods.yaml': web(),
    ...app,
    'bad/Dockerfile': dockerfile('RUN echo no such thing; exit 7'),
    'bad/said': 'mended\n',
  });
  const up = await startUp(project);
  const before = await footprint(project.engine);

  await project.write({ 'pods.yaml': web('./bad') });
  await up.waitFor(
    /^web\/app: building image \S+ failed: .* code: 7; an edit of its context tries it again\n {2}no such thing$/,
  );
  expect(await footprint(project.engine)).toEqual(before);
  expect((await project.run('events')).stdout).toMatch(
    /Warning +Failed +pod\/web +Failed to build image "\S+": .* code: 7: no such thing/,
  );
  await project.write({ 'bad/Dockerfile': dockerfile('COPY said /said').replace('NAME', project.name) });
  await up.waitFor(reloadedLine);
  expect(await logOf(project)).toBe('mended');
});

test('a Pod whose image cannot be built waits in ErrImageBuild; no secret argument is told', async () => {
  const build = { context: 'gone', args: { TOKEN: 'hunter2' } };
  const project = await makeBuilt({ 'pods.yaml': web(build) });
  const up = project.start('up');
  await up.waitFor(/^web: ErrImageBuild/);

  const { status } = await readPod(project, 'web');
  const waiting = status?.containerStatuses?.find(({ name }) => name === 'app')?.state?.waiting;
  expect(waiting).toMatchObject({
    reason: 'ErrImageBuild',
    message: expect.stringMatching(/^the build context \S+\/gone cannot be read: ENOENT/) as string,
  });
  const told = [await project.run('events', '-o', 'json'), await project.run('describe'), await project.run('diff')];
  expect(JSON.stringify([told, up.output])).not.toContain('hunter2');
});

test('what .dockerignore names and what a symlink leads to stay out of the image; an init container waits for it', async () => {
  const project = await makeBuilt({
    'app/Dockerfile': dockerfile('COPY . /app/'),
    'app/.dockerignore': 'secret.key\n',
    'app/secret.key': 'hunter2\n',
    'app/shown': 'x\n',
    'outside/secret': 'hunter3\n',
    'pods.yaml': onHost({
      web: {
        initContainers: { look: { image: 'built/NAME', command: ['ls', '-1', '/app'] } },
        containers: { app: { ...shell(`cat /app/link; ${idle}`), image: 'built/NAME', build: 'app' } },
      },
    }),
  });
  await symlink('../outside/secret', join(project.folder, 'app/link'));
  await startUp(project);
  expect((await project.run('logs', 'web', 'look')).stdout.split('\n')).toEqual(['Dockerfile', 'link', 'shown', '']);
  expect((await project.run('logs', 'web', 'app')).stdout).not.toContain('hunter3');
});

test('a build that has no end ends with podrun down, in the engine as well', async () => {
  const project = await makeBuilt({
    'pods.yaml': web(),
    'app/Dockerfile': dockerfile('RUN echo begun && sleep 3600 && echo NAME'),
  });
  const building = async () => {
    // What BuildKit runs is no container, and holds its place in the cache.
    const answer = await askEngine(process.env.DOCKER_HOST ?? '', 'GET', '/system/df');
    const { BuildCache } = answer.json as { BuildCache: readonly { InUse: boolean; Description: string }[] | null };
    return BuildCache?.some(({ InUse, Description }) => InUse && Description.includes(project.name)) === true;
  };
  const up = project.start('up');
  await eventually('the command of the Dockerfile runs', building);

  expect((await project.run('down')).code).toBe(0);

  expect((await up.waitEnd()).code).toBe(0);
  await eventually('the command has ended', async () => !(await building()));
});
