/** What `npm i -g podrun` brings: one package that needs nothing else, neither others nor the network. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const own = (path: string): boolean => !/^(node_modules|dist|\.git|test)$/.test(basename(path));

let scratch = '';
let installed = '';

/** Without what this test run has in its environment. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PODRUN')));
const run = (cwd: string, command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

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

/** Tells what a door gives, and what becomes of a file that is not there. */
const knock = `
const tell = (what) => console.log(JSON.stringify(what));
const main = async ({ up, PodrunError }, others) => {
  tell(others.map((door) => Object.keys(door).filter((name) => !/^(__esModule|module.exports)$/.test(name)).sort()));
  tell(Object.keys(process.env).filter((name) => name.startsWith('PODRUN')));
  await up({ file: 'none.yaml', env: { PODRUN_X: '1' } }).catch((error) => tell([error instanceof PodrunError, error.code]));
  await up({ file: 'pods.yaml', host: 'unix:///none.sock' }).catch((error) => tell([error.code, error.diagnosis]));
  const { stdout, stderr } = process;
  tell([process, stdout, stderr].flatMap((it) => ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtException'].filter((event) => it.listenerCount(event) > 0)));
};`;

test.each([
  [
    'require',
    'tests.cjs',
    `main(require('podrun'), [require('podrun/vitest'), require('podrun/jest'), require('podrun/playwright')]);`,
  ],
  [
    'import',
    'tests.mjs',
    `import { up, PodrunError } from 'podrun';
import * as vitest from 'podrun/vitest';
import * as jest from 'podrun/jest';
import * as playwright from 'podrun/playwright';
main({ up, PodrunError }, [vitest, jest, playwright]);`,
  ],
])('its library is there for %s, and touches nothing of the process', (_, name, text) => {
  const user = join(installed, '..');
  writeFileSync(join(user, 'pods.yaml'), 'pods: {web: {containers: {app: {image: busybox}}}}\n');
  writeFileSync(join(user, name), `${knock}\n${text}\n`);
  const said = run(user, process.execPath, name).trimEnd().split('\n');
  expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
    [
      ['podrun', 'setup'],
      ['default', 'podrun'],
      ['default', 'podrun'],
    ],
    [],
    [true, 'InvalidFile'],
    ['NoEngine', []],
    [],
  ]);
});

test('to import it loads nothing but the door', () => {
  const loaded = `require('podrun'); console.log(JSON.stringify(Object.keys(require.cache)));`;
  writeFileSync(join(installed, '../loaded.cjs'), loaded);
  const files = JSON.parse(run(join(installed, '..'), process.execPath, 'loaded.cjs')) as string[];
  expect(files.map((file) => basename(file))).toEqual(['loaded.cjs', 'index.cjs', 'podrun-error.cjs']);
});

test('its types are all that TypeScript needs, for both', { timeout: 120_000 }, () => {
  const user = join(installed, '..');
  const use = `
import { up, PodrunError } from 'podrun';
import type { Instance, PodrunErrorCode } from 'podrun';
import { podrun } from 'podrun/playwright';
export default podrun({ file: 'pods.yaml', timeoutMs: 60_000 });
export async function test(): Promise<string> {
  await using shop: Instance = await up({ scale: { web: 2 } });
  const phase: 'Running' | string | undefined = shop.pod('web').get().status.phase;
  const { exitCode } = await shop.pod('db').exec(['true'], { container: 'app', input: 'x' });
  return \`\${shop.endpoint('db', 5432).address} \${phase} \${exitCode}\`;
}
export const codeOf = (error: unknown): PodrunErrorCode | undefined => (error instanceof PodrunError ? error.code : undefined);
// @ts-expect-error there is no such option
void up({ files: [] });
`;
  const names = ['use.mts', 'use.cts'].map((name) => join(user, name));
  for (const name of names) writeFileSync(name, use);
  const program = ts.createProgram(names, {
    ...{
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
    },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [] },
  });
  const wrong = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  expect(wrong).toEqual([]);
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
