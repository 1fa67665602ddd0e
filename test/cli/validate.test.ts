import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { CommandError } from '../../src/cli/exit-code.ts';
import type { ValidateOptions } from '../../src/cli/commands/validate.ts';
import { validate } from '../../src/cli/commands/validate.ts';
import type { World } from '../../src/run/world.ts';

let cwd = '';

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'podrun-validate-'));
});

afterEach(() => rm(cwd, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** What it wrote there, and the message it ended with. */
  readonly stderr: string;
}

/** Validates a file named pods.yaml. */
async function run(
  text: string | Uint8Array,
  options: Partial<ValidateOptions> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  await writeFile(join(cwd, 'pods.yaml'), text);
  let [stdout, stderr] = ['', ''];
  const world = {
    cwd,
    env,
    stdin: Readable.from([text]),
    stdout: { write: (words: string) => (stdout += words) !== '' },
    stderr: { write: (words: string) => (stderr += words) !== '' },
  } as unknown as World;
  const given = {
    file: [],
    project: 'shop',
    host: undefined,
    envFile: [],
    profile: [],
    interpolate: false,
    strict: false,
    color: true,
  };
  try {
    const code = await validate(world, { ...given, output: 'text', ...options });
    return { code, stdout, stderr };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { code: error.code, stdout, stderr: `${stderr}podrun: ${error.message}\n` };
  }
}

const pod = (name: string, spec = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: app, image: x}]${spec}}\n`;

test('a good file is one line', async () => {
  expect(await run(pod('web'))).toEqual({ code: 0, stdout: 'pods.yaml: valid, 1 Pod\n', stderr: '' });
});

test('what podrun does otherwise comes last, each thing once', async () => {
  const { code, stdout, stderr } = await run(
    [
      pod('a', ', affinity: {nodeAffinity: {}}'),
      pod('b', ', affinity: {nodeAffinity: {}}, volumes: [{name: v, nfs: {server: s, path: /}}]'),
    ].join('---\n'),
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'pods.yaml: valid, 2 Pods, 3 warnings\n' });
  expect(stderr).toBe(`
what podrun does otherwise than a cluster:
pods.yaml:4:45: warning: spec.affinity: there is one node: it is not looked at (and 1 more)
pods.yaml:9:95: warning: spec.volumes[0].nfs: an empty folder that lives as long as the Pod stands in its place
`);
});

test('errors come first, and end it', async () => {
  expect(await run(pod('a', ', affinity: {nodeAffinity: {}}, hostNmae: b'))).toEqual({
    code: 2,
    stdout: '',
    stderr: `pods.yaml:4:75: error: spec.hostNmae: unknown field "hostNmae"
  4 | spec: {containers: [{name: app, image: x}], affinity: {nodeAffinity: {}}, hostNmae: b}
    |                                                                           ^^^^^^^^
  hint: did you mean hostname?

what podrun does otherwise than a cluster:
pods.yaml:4:45: warning: spec.affinity: there is one node: it is not looked at
podrun: 1 error and 1 warning
`,
  });
});

test('a kind that podrun does not run is an error with --strict', async () => {
  const text = `${pod('a')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n`;
  expect((await run(text)).code).toBe(0);
  expect((await run(text, { strict: true })).code).toBe(2);
});

test('the findings as data', async () => {
  const { code, stdout, stderr } = await run(pod('a', ', affinity: {nodeAffinity: {}}, hostNmae: b'), {
    output: 'json',
  });
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    valid: false,
    findings: [
      {
        file: 'pods.yaml',
        line: 4,
        column: 45,
        path: 'spec.affinity',
        severity: 'warning',
        message: 'there is one node: it is not looked at',
        approximates: true,
      },
      {
        file: 'pods.yaml',
        line: 4,
        column: 75,
        path: 'spec.hostNmae',
        severity: 'error',
        message: 'unknown field "hostNmae"',
        hint: 'did you mean hostname?',
      },
    ],
  });
  expect(JSON.parse((await run(pod('a'), { output: 'json' })).stdout)).toEqual({ valid: true, findings: [] });
});

describe('in GitHub Actions', () => {
  const actions = { GITHUB_ACTIONS: 'true' };

  test('each finding is a note at its line, from the root of the repository', async () => {
    const env = { ...actions, GITHUB_WORKSPACE: join(cwd, '..') };
    const { stderr } = await run(pod('a', ', hostNmae: b'), {}, env);
    expect(stderr.split('\n')[0]).toBe(
      `::error file=${cwd.split('/').at(-1) ?? ''}/pods.yaml,line=4,col=45,endColumn=53::spec.hostNmae: unknown field "hostNmae"%0Adid you mean hostname?`,
    );
    expect(stderr).toContain('\npods.yaml:4:45: error: ');
  });

  test('the data stay data', async () => {
    const { stdout, stderr } = await run(pod('a', ', affinity: {nodeAffinity: {}}'), { output: 'json' }, actions);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true });
    expect(stderr).toMatch(/^::warning file=pods\.yaml,line=4,col=45,endColumn=53::[^\n]*\n$/);
  });
});

describe('what is no UTF-8 text', () => {
  const utf16 = (mark: string): Buffer => Buffer.from(`${mark}${pod('web')}`, 'utf16le');

  test.each([
    ['UTF-16', utf16('\uFEFF'), 'it is UTF-16 text: save it as UTF-8'],
    ['UTF-16 the other way', utf16('\uFEFF').swap16(), 'it is UTF-16 text: save it as UTF-8'],
    ['UTF-16 without a mark', utf16(''), 'it is UTF-16 text: save it as UTF-8'],
    ['Latin 1', Buffer.from('name: caf\xe9\n', 'latin1'), 'it is not UTF-8 text'],
  ])('%s is refused, from a file and from standard input', async (_, bytes, message) => {
    expect(await run(bytes)).toMatchObject({
      code: 2,
      stderr: `pods.yaml:1:1: error: ${message}\npodrun: 1 error\n`,
    });
    expect(await run(bytes, { file: ['-'] })).toMatchObject({
      code: 2,
      stderr: `-:1:1: error: ${message}\npodrun: 1 error\n`,
    });
  });

  test('a mark of the byte order is no part of the text', async () => {
    expect(await run(`\uFEFF${pod('web')}`)).toMatchObject({ code: 0 });
    expect(await run(`\uFEFF${pod('web')}`, { file: ['-'] })).toMatchObject({ code: 0 });
  });
});

describe('with a file that cannot be read', () => {
  const short = 'pods: {web: {dependsOn: [db], containers: {app: {image: "${TAG:?set it}", imagePulPolicy: Never}}}}\n';

  test.each<[string, string | Uint8Array | undefined, string]>([
    ['is not there', undefined, 'there is no such file'],
    ['is not UTF-8', Uint8Array.of(0x80, 0x81), 'it is not UTF-8 text'],
    ['has a break in its syntax', 'a: [\n', 'this [ is never closed'],
  ])('which %s: what is wrong in the others is told as well, and nothing is missed', async (_what, bytes, words) => {
    if (bytes !== undefined) await writeFile(join(cwd, 'other.yaml'), bytes);
    const file = ['other.yaml', 'pods.yaml'];
    const { code, stdout, stderr } = await run(short, { file, color: false }, { TAG: 'x:1' });
    const lines = stderr.split('\n').filter((line) => / (error|warning): /.test(line));
    expect([code, stdout, lines.length]).toEqual([2, '', 2]);
    expect(lines[0]).toMatch(/^other\.yaml:/);
    expect(lines[0]).toContain(words);
    expect(lines[1]).toMatch(/^pods\.yaml:1:\d+: error: pods\.web\.containers\.app\.imagePulPolicy: /);
    expect(stderr).toMatch(/podrun: 2 errors\n$/);
  });
});
