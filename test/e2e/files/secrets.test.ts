/** A secret is where it was asked for, and nowhere else. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { askEngine } from '../../engine/api.mjs';
import { makeProject, type Project } from '../support/harness.ts';
import { sh } from '../support/inside.ts';
import { eventually, idle, killHard, shell, shortForm } from '../support/look.ts';

interface Value {
  readonly plain: string;
  /** As it is in a Secret document, in an archive's header or in a log. */
  readonly forms: readonly string[];
}

function makeValue(): Value {
  const plain = `hunter2-${randomBytes(12).toString('hex')}`;
  return { plain, forms: [plain, Buffer.from(plain).toString('base64'), encodeURIComponent(plain)] };
}

const file = (value: Value, hostname: string) =>
  shortForm(
    {
      web: {
        hostname,
        annotations: { 'podrun.dev/on-config-change': 'restart' },
        volumes: {
          files: { secret: { secretName: 'account' } },
          all: { projected: { sources: [{ secret: { name: 'account' } }] } },
        },
        containers: {
          asks: shell(idle, {
            env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'account', key: 'password' } } }],
          }),
          imports: shell(idle, { envFrom: [{ secretRef: { name: 'account' } }] }),
          mounts: shell(idle, {
            volumeMounts: ['files:/files', 'all:/all', { name: 'files', mountPath: '/one', subPath: 'password' }],
          }),
          other: shell(idle),
          // What cannot start says why, and may not say what with.
          broken: shell(idle, {
            env: [
              { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'account', key: 'password' } } },
              { name: 'NONE', valueFrom: { secretKeyRef: { name: 'account', key: 'none' } } },
            ],
          }),
        },
      },
    },
    { secrets: { account: { data: { password: value.plain } } } },
  );

/** Every text of the project's objects on the engine, by what holds it. */
async function onTheEngine({ engine }: Project): Promise<Readonly<Record<string, string>>> {
  const host = process.env.DOCKER_HOST ?? '';
  const look = async (path: string) => (await askEngine(host, 'GET', path)).text;
  const texts: Record<string, string> = { 'the list of containers': JSON.stringify(await engine.containers()) };
  for (const { Id, Names } of await engine.containers()) texts[Names.join()] = await look(`/containers/${Id}/json`);
  for (const name of await engine.volumes()) texts[name] = await look(`/volumes/${name}`);
  for (const id of await engine.networks()) texts[`network ${id}`] = await look(`/networks/${id}`);
  return texts;
}

/** What the user sees or pipes elsewhere. */
async function inTheOutput(project: Project): Promise<Readonly<Record<string, string>>> {
  const commands = [
    ['events'],
    ['events', '-o', 'json'],
    ['describe'],
    ['ps', '-o', 'json'],
    ['ps', '-o', 'yaml'],
    ['ps', '-o', 'wide'],
    ['diff'],
    ['diff', '-o', 'json'],
    ['logs', 'web', '--all-containers'],
  ];
  const texts: Record<string, string> = {};
  for (const command of commands) {
    const { stdout, stderr } = await project.run(...command);
    texts[`podrun ${command.join(' ')}`] = stdout + stderr;
  }
  return texts;
}

async function inTheStateFolder({ folder }: Project): Promise<Readonly<Record<string, string>>> {
  const state = join(dirname(folder), 'state');
  const entries = await readdir(state, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files).not.toEqual([]);
  const texts = await Promise.all(files.map(async (path) => [path, await readFile(path, 'latin1')] as const));
  return Object.fromEntries(texts);
}

/** The command lines of all processes of the machine, the engine's and the containers' among them. */
function commandLines(): string {
  const read = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(read).join('\n');
}

const holders = (texts: Readonly<Record<string, string>>, values: readonly Value[]): string[] =>
  Object.entries(texts)
    .filter(([, text]) => values.some(({ forms }) => forms.some((form) => text.includes(form))))
    .map(([name]) => name)
    .toSorted();

test('a secret’s value is in the environment that asked for it and in the files that show it, and nowhere else', async () => {
  const [first, second] = [makeValue(), makeValue()];
  const values = [first, second];
  const project = await makeProject({ 'pods.yaml': file(first, 'one') });
  const texts: Record<string, string> = {};
  const lines: string[] = [];
  const timer = setInterval(() => lines.push(commandLines()), 25);
  const up = project.start('up');
  await up.waitFor(/^podrun: 0 of 1 Pod ready/);
  expect(await sh(project, 'web', 'mounts', 'cat /files/password /all/password /one')).toBe(first.plain.repeat(3));

  // An edit that is seen live by files, restarts those with variables, and is told of and compared.
  await project.write({ 'pods.yaml': file(second, 'one') });
  await eventually('the new files', async () => {
    return (await sh(project, 'web', 'mounts', 'cat /files/password').catch(() => '')) === second.plain;
  });
  await eventually('the restart', async () => {
    const { Config } = await project.engine.container('web', 'asks').catch(() => ({ Config: { Env: [] as string[] } }));
    return Config.Env.includes(`PASSWORD=${second.plain}`);
  });
  clearInterval(timer);
  Object.assign(texts, await inTheOutput(project), await inTheStateFolder(project));
  const engine = await onTheEngine(project);
  await killHard(up);
  // What differs is compared by diff, and written by the next podrun.
  await project.write({ 'pods.yaml': file(first, 'one') });
  const { stdout, stderr } = await project.run('diff');
  await project.write({ 'pods.yaml': file(first, 'two') });
  const replaced = await project.run('diff', '-o', 'json');
  const next = project.start('up');
  await next.waitFor(/^podrun: 0 of 1 Pod ready/);
  expect((await project.run('down')).code).toBe(0);
  const down = await next.waitEnd();

  expect(lines.length).toBeGreaterThan(10);
  expect(stdout).toMatch(/volumes\.files/);
  Object.assign(texts, {
    'what up wrote': up.output,
    'what diff wrote': stdout + stderr + replaced.stdout + replaced.stderr,
    'what the next up wrote': down.stdout + down.stderr,
    'command lines': lines.join('\n'),
  });
  expect(holders(texts, values)).toEqual([]);
  const asked = /\.web\.(asks|imports)\./;
  expect(holders(engine, values).filter((name) => !asked.test(name))).toEqual([]);
  for (const [name, text] of Object.entries(engine).filter(([key]) => asked.test(key))) {
    const { Config, ...rest } = JSON.parse(text) as { Config: { Env: string[] } };
    expect(holders({ [name]: JSON.stringify({ ...rest, Config: { ...Config, Env: [] } }) }, values)).toEqual([]);
  }
  expect(holders(engine, [second])).not.toEqual([]);
});
