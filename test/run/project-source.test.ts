import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { EngineError } from '../../src/engine/port.ts';
import type { Project } from '../../src/model/project.ts';
import { renderDiagnostics } from '../../src/output/diagnostics/diagnostics.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { LoadedProject } from '../../src/run/project-source.ts';
import type { ProjectPlace } from '../../src/run/project-place.ts';
import { loadProject } from '../../src/run/project-source.ts';
import { findProject } from '../../src/run/project-place.ts';
import { watchProject } from '../../src/run/reload.ts';
import type { World } from '../../src/run/world.ts';

const OPTIONS = { files: [], envFiles: [], profiles: [], interpolate: false };
const TEXT = `pods: {web: {containers: {app: {image: x, envFile: [app.env]}}}}
configMaps: {app: {files: [app.conf, logo.png]}}
secrets: {db: {env: [DB_PASSWORD]}}
`;

let cwd = '';
let world: World;

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'podrun-source-')));
  // Finding, reading and watching files takes no more of the world than this.
  world = { cwd, env: { HOME: cwd, DB_PASSWORD: 'hunter2' }, clock: systemClock } as unknown as World;
  await write('pods.yaml', TEXT);
  await write('app.env', 'A=1\n');
  await write('app.conf', '\uFEFFa = 1\n');
  await write('logo.png', Uint8Array.of(0x89, 0xff));
});

afterEach(() => rm(cwd, { recursive: true }));

/** At once as a whole: a file that is half written is read as it is. */
async function write(name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(cwd, `${name}.new`), content);
  await rename(join(cwd, `${name}.new`), join(cwd, name));
}

async function find(): Promise<ProjectPlace> {
  const place = await findProject(world, OPTIONS);
  if (typeof place === 'string') throw new Error(place);
  return place;
}

async function load(place: ProjectPlace): Promise<LoadedProject & { readonly project: Project }> {
  const loaded = await loadProject(world, OPTIONS, place);
  if (loaded.project === undefined) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  return { ...loaded, project: loaded.project };
}

test('the files that a file names are read to the byte, and watched', async () => {
  const place = await find();
  const { project } = await load(place);
  expect(project.pods[0]?.spec.containers[0]?.env).toEqual([{ name: 'A', value: '1' }]);
  expect(project.objects).toMatchObject([
    { kind: 'ConfigMap', data: { 'app.conf': '\uFEFFa = 1\n' }, binaryData: { 'logo.png': 'if8=' } },
    { kind: 'Secret', data: { DB_PASSWORD: 'hunter2' } },
  ]);
  expect([...place.watched].toSorted()).toEqual(
    ['.env', 'app.conf', 'app.env', 'logo.png', 'pods.override.yaml', 'pods.override.yml', 'pods.yaml'].map((name) =>
      join(cwd, name),
    ),
  );
});

test('a file that is not there, or a folder, is told at its place', async () => {
  await write('pods.yaml', TEXT.replace('[app.conf, logo.png]', '{a: gone.conf, b: .}'));
  const { project, diagnostics } = await loadProject(world, OPTIONS, await find());
  expect(project).toBeUndefined();
  expect(diagnostics.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'configMaps.app.files.a: Invalid value: "gone.conf": there is no such file',
    'configMaps.app.files.b: Invalid value: ".": it is a folder, not a file',
  ]);
});

test.each([
  ['.env', [], undefined],
  ['my.env', ['my.env'], undefined],
  ['app.env', [], undefined],
  ['db.env', [], TEXT.replace('{env: [DB_PASSWORD]}', '{envFile: [db.env]}')],
])('a line of %s that assigns nothing is told at its place', async (name, envFiles, text = TEXT) => {
  await write('pods.yaml', text);
  await write(name, 'A=1\nS P=secret\n');
  const { project, diagnostics, texts } = await loadProject(world, { ...OPTIONS, envFiles }, await find());
  expect(project).toBeUndefined();
  const [frame, inFrame] = name === 'db.env' ? ['', ''] : ['  2 | S P=secret\n', '    | ^^^\n'];
  expect(renderDiagnostics(diagnostics, texts, { color: false })).toBe(
    `${name}:2:1: error: the name of a variable cannot contain a space\n${frame}${inFrame}` +
      '  hint: write NAME=value, each on a line of its own; a comment begins with #\n',
  );
});

test('an edit of a named file is an edit of the project, also of one that an edit named first', async () => {
  const place = await find();
  const { project } = await load(place);
  let tell = (_project: Project): void => {};
  const { close } = watchProject(world, OPTIONS, place, project, {
    changed: (next) => tell(next),
    losing: () => {},
    unchanged: () => {},
    refused: () => {},
  });
  const edit = async (name: string, contents: string): Promise<Project> => {
    const told = new Promise<Project>((resolve) => {
      tell = resolve;
    });
    await write(name, contents);
    return told;
  };
  const edited = await edit('app.conf', 'a = 2\n');
  expect(edited.objects[0]?.data['app.conf']).toBe('a = 2\n');
  await write('new.conf', 'b = 0\n');
  const renamed = await edit('pods.yaml', TEXT.replace('app.conf', 'new.conf'));
  expect(renamed.objects[0]?.data['new.conf']).toBe('b = 0\n');
  const again = await edit('new.conf', 'b = 1\n');
  expect(again.objects[0]?.data['new.conf']).toBe('b = 1\n');
  await close();
});

test('a file that is handed over is told as read once it is applied, as it was fitted', async () => {
  const place = await find();
  const { project } = await load(place);
  const told: string[] = [];
  const fitted = { ...project, aliased: true as const };
  const { handOver, close } = watchProject(world, OPTIONS, place, project, {
    fit: () => new Promise((resolve) => setImmediate(resolve, fitted)),
    changed: (_next, next) => void told.push(next === fitted ? 'applied' : 'not fitted'),
    losing: () => {},
    unchanged: () => {},
    refused: () => {},
  });
  await write('other.yaml', TEXT.replace('image: x', 'image: y'));
  const options = { ...OPTIONS, files: ['other.yaml'] };
  const other = await findProject(world, options);
  if (typeof other === 'string') throw new Error(other);
  await new Promise<void>((resolve) => {
    handOver({ options, place: other }, () => {
      told.push('read');
      resolve();
    });
  });
  expect(told).toEqual(['applied', 'read']);
  await close();
});

test('an edit that the engine keeps from being fitted is read again', async () => {
  const place = await find();
  const { project } = await load(place);
  let refusals = 0;
  const applied = new Promise<Project>((resolve) => {
    const { close } = watchProject(world, OPTIONS, place, project, {
      fit(next) {
        const isEdit = next.pods[0]?.spec.containers[0]?.image === 'y';
        if (!isEdit || refusals === 1) return Promise.resolve(next);
        refusals += 1;
        return Promise.reject(new EngineError({ kind: 'away', message: 'the engine does not answer' }));
      },
      changed(next) {
        void close();
        resolve(next);
      },
      losing: () => {},
      unchanged: () => {},
      refused: () => {},
    });
  });
  await write('pods.yaml', TEXT.replace('image: x', 'image: y'));
  expect((await applied).pods[0]?.spec.containers[0]?.image).toBe('y');
  expect(refusals).toBe(1);
});

test('an edit that what runs forbids is refused as often as it is written, and taken back it is none', async () => {
  const file = (log: string, note = '') =>
    `${note}\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\nimmutable: true\ndata: {log: ${log}}\n`;
  await write('pods.yaml', file('one'));
  const place = await findProject(world, { ...OPTIONS, files: ['pods.yaml'] });
  if (typeof place === 'string') throw new Error(place);
  const { project } = await load(place);
  let tell = (_what: string): void => {};
  const { close } = watchProject(world, OPTIONS, place, project, {
    changed: () => tell('changed'),
    losing: () => {},
    unchanged: () => tell('unchanged'),
    refused: ({ diagnostics }) => tell(diagnostics.map(({ message }) => message).join()),
  });
  const edit = (text: string): Promise<string> =>
    new Promise((resolve) => {
      tell = resolve;
      void write('pods.yaml', text);
    });
  const refusal = 'ConfigMap a: Forbidden: field is immutable when `immutable` is set';
  expect(await edit(file('two'))).toBe(refusal);
  expect(await edit(file('two', '# again'))).toBe(refusal);
  expect(await edit(file('one', '# back'))).toBe('unchanged');
  await close();
});

test('what a save leaves out for a moment stays; what an edit takes away is told, and goes once all is quiet', async () => {
  const whole = 'pods:\n  db: {containers: {app: {image: x}}}\n  web: {containers: {app: {image: x}}}\n';
  await write('pods.yaml', whole);
  const place = await find();
  const { project } = await load(place);
  const told: string[] = [];
  let tell = (): void => {};
  const say = (what: string): void => {
    told.push(what);
    tell();
  };
  const { close } = watchProject(world, OPTIONS, place, project, {
    changed: ({ pods }) => say(`changed: ${pods.map(({ metadata }) => metadata.name).join()}`),
    losing: (lost) => say(`losing ${lost.join(', ')}`),
    unchanged: () => say('unchanged'),
    refused: () => say('refused'),
  });
  const edit = (text: string): Promise<void> =>
    new Promise((resolve) => {
      tell = resolve;
      void write('pods.yaml', text);
    });
  const prefix = whole.slice(0, whole.indexOf('  web'));
  const losing = 'losing Pod default/web';
  await edit(prefix);
  await edit(whole);
  expect(told).toEqual([losing, 'unchanged']);
  await edit(prefix);
  await new Promise<void>((resolve) => (tell = resolve));
  expect(told.slice(2)).toEqual([losing, 'changed: db']);
  await close();
});

test('what stands in pods.override.yaml goes over pods.yaml, also where it is written later', async () => {
  const place = await find();
  const { project } = await load(place);
  const told = new Promise<Project>((resolve) => {
    const { close } = watchProject(world, OPTIONS, place, project, {
      changed: (next) => {
        void close();
        resolve(next);
      },
      losing: () => {},
      unchanged: () => {},
      refused: () => {},
    });
  });
  await write('pods.override.yaml', 'pods: {web: {containers: {app: {image: y}}}}');
  expect((await told).pods[0]?.spec.containers[0]).toMatchObject({ image: 'y', env: [{ name: 'A', value: '1' }] });
});

test('a named file has no override; the files of a folder add up, and a later -f goes over them', async () => {
  await write('pods.override.yaml', 'pods: {web: {containers: {app: {image: y}}}}');
  await mkdir(join(cwd, 'more'));
  await write('more/a.yaml', 'pods: {a: {containers: {c: {image: x}}}}');
  await write('more/b.yaml', 'pods: {b: {containers: {c: {image: x}}}}');
  await write('c.yaml', 'pods: {a: {hostname: h}}');
  const options = { ...OPTIONS, files: ['pods.yaml', 'more', 'c.yaml'] };
  const place = await findProject(world, options);
  if (typeof place === 'string') throw new Error(place);
  const { project } = await loadProject(world, options, place);
  expect(project?.pods.map(({ metadata, spec }) => [metadata.name, spec.hostname, spec.containers[0]?.image])).toEqual([
    ['web', undefined, 'x'],
    ['a', 'h', 'x'],
    ['b', undefined, 'x'],
  ]);
});

test('PODRUN_FILE names the files, and -f goes before it', async () => {
  await write('a.yaml', 'pods: {a: {containers: {c: {image: x}}}}');
  await write('b.yaml', 'pods: {a: {hostname: h}}');
  const env = { ...world.env, PODRUN_FILE: 'a.yaml:b.yaml' };
  const named = await findProject({ ...world, env }, OPTIONS);
  expect(named).toMatchObject({
    files: [
      { name: 'a.yaml', layer: 0 },
      { name: 'b.yaml', layer: 1 },
    ],
  });
  expect(await findProject({ ...world, env }, { ...OPTIONS, files: ['b.yaml'] })).toMatchObject({
    files: [{ name: 'b.yaml' }],
  });
  expect(await findProject({ ...world, env: { PODRUN_FILE: '' } }, OPTIONS)).toMatchObject({
    files: [{ name: 'pods.yaml' }, { optional: true }, { optional: true }],
  });
});

test('a folder is one project however it is reached: by its name, a symlink to it, or one on the way', async () => {
  await mkdir(join(cwd, 'Shop/src'), { recursive: true });
  await write('Shop/pods.yaml', 'pods: {web: {containers: {app: {image: x, volumeMounts: ["./src:/src"]}}}}');
  await write('Shop/.env', 'TAG=1\n');
  await symlink('Shop', join(cwd, 'other'));
  await symlink(cwd, join(cwd, 'above'));
  const open = async (file: string) => {
    const place = await findProject(world, { ...OPTIONS, files: [file] });
    if (typeof place === 'string') throw new Error(place);
    return { dir: place.dir, watched: [...place.watched], project: (await load(place)).project };
  };
  const own = await open('Shop/pods.yaml');
  expect(own).toMatchObject({ dir: join(cwd, 'Shop'), project: { name: 'shop', dir: join(cwd, 'Shop') } });
  expect(own.project.pods[0]?.spec.volumes[0]?.hostPath?.path).toBe(join(cwd, 'Shop/src'));
  for (const way of ['other/pods.yaml', 'other', join(cwd, 'above/Shop/pods.yaml'), 'above/other'])
    expect(await open(way), way).toEqual(own);
});

test('a file that is a symlink stays in the folder where it is named', async () => {
  await mkdir(join(cwd, 'one'));
  await symlink('../pods.yaml', join(cwd, 'one/pods.yaml'));
  await write('one/app.env', 'A=2\n');
  await write('one/app.conf', '');
  await write('one/logo.png', '');
  const place = await findProject(world, { ...OPTIONS, files: ['one/pods.yaml'] });
  if (typeof place === 'string') throw new Error(place);
  const { project } = await load(place);
  expect([project.name, basename(project.dir)]).toEqual(['one', 'one']);
  expect(project.pods[0]?.spec.containers[0]?.env).toEqual([{ name: 'A', value: '2' }]);
});
