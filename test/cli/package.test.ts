/** What `npm i -g podrun` brings: one package that needs nothing else, neither others nor the network. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const own = (path: string): boolean => !/^(node_modules|dist|\.git|test)$/.test(basename(path));

let scratch = '';
let installed = '';

const run = (cwd: string, command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'podrun-package-'));
  const [checkout, user] = [join(scratch, 'checkout'), join(scratch, 'user')];
  // A package is built in a copy: others run what this checkout's dist holds.
  cpSync(root, checkout, { recursive: true, filter: (path) => path === root || own(path) });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(user);
  run(checkout, 'npm', 'pack', '--offline', '--silent', '--pack-destination', scratch);
  const [tarball = ''] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
  run(user, 'npm', 'install', '--offline', '--no-audit', '--no-fund', '--prefix', user, join(scratch, tarball));
  installed = join(user, 'node_modules');
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('it is alone', () => {
  expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual(['podrun']);
});

test('it runs, and validates one of its examples', () => {
  const podrun = join(installed, '.bin/podrun');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(run(scratch, podrun, '--version')).toBe(`${version}\n`);
  const example = join(installed, 'podrun/examples/probes');
  expect(run(example, podrun, 'validate')).toMatch(/^pods\.yaml: valid/);
});

test('it has the man page of its commands', () => {
  const { man } = JSON.parse(readFileSync(join(installed, 'podrun/package.json'), 'utf8')) as { man: string };
  const page = readFileSync(join(installed, 'podrun', man), 'utf8');
  expect(page).toMatch(/^\.TH PODRUN 1 /);
  expect(page).toContain('\n.SS "podrun up"\n');
});

test('it has the docs, the schemas and the licences of what is bundled, and no leftovers', () => {
  const files = readdirSync(join(installed, 'podrun'), { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(
    expect.arrayContaining(['docs/commands.md', 'schema/pods.schema.json', 'LICENSE', 'README.md']),
  );
  const notices = readFileSync(join(installed, 'podrun/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of ['ajv', 'dockerode', 'yaml', 'yargs'])
    expect(notices).toMatch(new RegExp(`^${name} \\d.* \\(`, 'm'));
  expect(notices).not.toMatch(/undefined/);
  expect(files.filter((name) => /^(src|test)\b|\.new$/.test(name))).toEqual([]);
});
