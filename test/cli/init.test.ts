import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { init } from '../../src/cli/commands/init.ts';
import type { World } from '../../src/run/world.ts';
import { DIR, messagesOf, podOf } from '../manifest/parse.ts';

let cwd = '';

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'podrun-init-'));
});

afterEach(() => rm(cwd, { recursive: true }));

let output = '';
const codeFolder = import.meta.dirname;
const run = (force = false, from?: string): Promise<number> => {
  output = '';
  const stdout = { write: (text: string) => (output += text) !== '' };
  return init({ cwd, codeFolder, stdout, stderr: stdout } as unknown as World, { force, from });
};
const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

test('the first file is valid, and begins with what an editor needs', async () => {
  expect(await run()).toBe(0);
  const text = await read('pods.yaml');
  const [, schema = ''] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
  expect(JSON.parse(await readFile(schema, 'utf8'))).toMatchObject({ $defs: {} });
  expect(text.endsWith('\n')).toBe(true);
  expect(messagesOf(text)).toEqual([]);
  const [, ...lines] = text.split('\n');
  expect(lines.filter(({ length }) => length > 80)).toEqual([]);
  expect(podOf(text).metadata.name).toBe('web');
});

test('so it is with all the fields of its comments', async () => {
  await run();
  const text = (await read('pods.yaml')).replaceAll(/^( *)# (?= *[a-zA-Z]+: *[\d{['a-z]| *[a-zA-Z]+: *(#|$))/gm, '$1');
  const [first = ''] = text.split('\n').filter((line) => line.startsWith('name:'));
  expect(first).toMatch(/^name: shop/);
  expect(messagesOf(text)).toEqual([]);
  const { spec } = podOf(text);
  expect(spec).toMatchObject({ terminationGracePeriodSeconds: 10, initContainers: [{ name: 'setup' }] });
  expect(spec.containers[0]).toMatchObject({ env: [{ name: 'LOG', value: 'info' }], resources: { limits: {} } });
});

test.each(['pods.yaml', 'pods.yml'])('a %s that is there is not written over', async (name) => {
  await writeFile(join(cwd, name), 'mine');
  const refused = run();
  await expect(refused).rejects.toMatchObject({ code: 2 });
  await expect(refused).rejects.toThrow(`there is a ${name} already`);
  expect(await read(name)).toBe('mine');
  expect(await run(true)).toBe(0);
  expect(await read('pods.yaml')).toContain('pods:');
});

test('the schema is that of the folder’s own podrun where it has one', async () => {
  await mkdir(join(cwd, 'node_modules/podrun/schema'), { recursive: true });
  await writeFile(join(cwd, 'node_modules/podrun/schema/pods.schema.json'), '{}');
  await run();
  expect(await read('pods.yaml')).toMatch(
    /^# yaml-language-server: \$schema=\.\/node_modules\/podrun\/schema\/pods\.schema\.json\n/,
  );
});

test('a Dockerfile is built, and its port published', async () => {
  await writeFile(join(cwd, 'Dockerfile'), 'FROM busybox\nEXPOSE 3000/tcp\n');
  await run();
  const { containers } = podOf(await read('pods.yaml')).spec;
  expect(containers).toMatchObject([{ build: { context: DIR }, ports: [{ hostPort: 8080, containerPort: 3000 }] }]);
});

test.each([undefined, 'compose.yaml'])(
  'a compose file is converted, what has no equal is listed (--from %s)',
  async (from) => {
    await writeFile(join(cwd, 'compose.yaml'), 'services: {web: {image: nginx, gpus: all}}\n');
    expect(await run(false, from)).toBe(0);
    expect(podOf(await read('pods.yaml'))).toMatchObject({
      metadata: { name: 'web' },
      spec: { restartPolicy: 'Never' },
    });
    expect(output).toContain('pods.yaml written from compose.yaml');
    expect(output).toContain('  services.web.gpus: podrun has nothing like it\n');
  },
);

test('what is no compose file is not converted', async () => {
  await writeFile(join(cwd, 'other.yaml'), 'services: {front: {selector: {}}}\n');
  await expect(run(false, 'other.yaml')).rejects.toThrow("other.yaml can't be converted: it is no compose file");
  await expect(run(false, 'gone.yaml')).rejects.toThrow('gone.yaml: there is no such file');
});

test.each(['app.yaml', 'k8s/app.yaml'])('manifests in %s run as they are', async (name) => {
  await mkdir(join(cwd, 'k8s'));
  await writeFile(join(cwd, name), 'apiVersion: v1\nkind: Pod\n');
  await expect(run()).rejects.toThrow(/run as they are: podrun -f (app\.yaml|k8s\/) up/);
  expect(await run(true)).toBe(0);
});
