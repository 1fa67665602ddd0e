import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { completionScript, filesAnswer, question } from '../../src/cli/completion/scripts.ts';
import type { Shell } from '../../src/cli/completion/scripts.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import type { World } from '../../src/run/world.ts';
import { takeControl } from '../../src/state/control.ts';
import { projectFolder, socketPath } from '../../src/state/paths.ts';
import { makeScratch } from '../scratch.ts';

const pods = [
  { name: 'web', namespace: 'default', containers: ['app', 'proxy'] },
  { name: 'db', namespace: 'default', containers: ['postgres'] },
  { name: 'report', namespace: 'batch', containers: ['make'] },
].map(({ name, namespace, containers }) => ({
  metadata: { name, namespace },
  spec: { containers: containers.map((each, index) => ({ name: each, ports: [{ containerPort: 8080 + index }] })) },
}));

/** What podrun offers, word by word, on a machine where a podrun supervises the project shop. */
async function offered(...typed: readonly string[]): Promise<readonly string[]> {
  const stateRoot = await makeScratch('complete');
  const path = socketPath(await projectFolder(stateRoot, 'engine', 'shop'));
  const owner = { project: 'shop', pid: 1, dir: '', startedAt: '' };
  const lock = await takeControl(path, () => ({ owner, engineAnswers: true, pods }));
  if (lock.kind === 'owned') throw new Error('owned');
  onTestFinished(() => lock.control.close());
  let output = '';
  const world = {
    env: { PODRUN_PROJECT: 'shop' },
    cwd: stateRoot,
    stateRoot,
    stdout: { write: (text: string) => (output += text) !== '' },
    connect: () => Promise.resolve({ info: { id: 'engine' }, close() {} }),
  } as unknown as World;
  expect(await runCommand(['__complete', '--', ...typed], '0', world)).toBe(0);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

test.each([
  [['de'], ['describe', 'delete']],
  [
    ['ps', '--no'],
    ['--no-headers', '--no-color'],
  ],
  [['ps', '--head'], []],
  [['ps', '--output=w'], ['--output=wide']],
  // As bash breaks it.
  [['ps', '--output', '=', 'w'], ['wide']],
  [
    ['ps', '--namespace', '='],
    ['default', 'batch'],
  ],
  [['ps', '--name'], ['--namespace']],
  [['--pro'], ['--project', '--profile']],
  [['ps', '-o', 'w'], ['wide']],
  [
    ['ps', '-n', ''],
    ['default', 'batch'],
  ],
  [
    ['describe', ''],
    ['web', 'db'],
  ],
  [['describe', 'web', ''], ['db']],
  [['delete', 'pod', 'w'], ['web']],
  [
    ['exec', ''],
    ['web', 'db'],
  ],
  [['port-forward', 'w'], ['web']],
  [
    ['port-forward', 'web', ''],
    ['8080', '8081'],
  ],
  [
    ['-p', 'shop', 'logs', 'web', ''],
    ['app', 'proxy'],
  ],
  [
    ['restart', 'web', '-c', ''],
    ['app', 'proxy'],
  ],
  [['ps', '-n', 'batch', ''], ['report']],
  [['ls', ''], []],
  [['-f', 'po'], [':files']],
  [['up', '--env-file=po'], [':files']],
  [['cp', 'web:/x', ''], [':files']],
  [
    ['logs', '-f', ''],
    ['web', 'db'],
  ],
  [['wait', '--timeout', ''], []],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
] as const)('%j', async (typed, expected) => {
  expect(await offered(...typed)).toEqual(expected);
});

test('commands come with what they do', async () => {
  let output = '';
  const world = { env: {}, stdout: { write: (text: string) => (output += text) !== '' } } as unknown as World;
  await runCommand(['__complete', '--', 'val'], '0', world);
  expect(output).toBe('validate\tCheck the file\n');
});

/** A podrun that offers Pods to `ps w`, files to `-f w` and else nothing. */
const offering = `case "$1 $2 $3 $4" in
  '__complete -- ps w') printf 'web:1\\tA Pod: the first\\nworker\\tAnother\\n';;
  '__complete -- -f w') echo :files;;
esac`;

/** Runs one in its shell: prints what it makes of the words, one candidate a line. Unset where this machine lacks the shell. */
function inShell(shell: string, script: string): readonly string[] | undefined {
  const { error, stdout, stderr } = spawnSync(shell, ['-c', script], { encoding: 'utf8', cwd: shellFolder });
  if (error !== undefined) return undefined;
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

const shellFolder = mkdtempSync(join(tmpdir(), 'podrun-shell-'));
writeFileSync(join(shellFolder, 'written'), '');
afterAll(() => rmSync(shellFolder, { recursive: true }));

/** How each shell calls its script for the words behind `podrun`, the last one being typed. */
const callers: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  bash: (words) => `podrun() { ${offering}; }; compopt() { printf 'files: %s %s %s %s\\n' "$@"; }
    ${completionScript('bash', {})}
    COMP_WORDS=(podrun ${words.join(' ')}); COMP_CWORD=${words.length}; _podrun; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `podrun() { ${offering}; }; compdef() {}; _files() { echo files; }
    _describe() { print -rl -- "\${(@P)2}"; }
    ${completionScript('zsh', {})}
    words=(podrun ${words.join(' ')}); CURRENT=${words.length + 1}; _podrun`,
  fish: (words) => `function podrun; sh -c ${fishQuote(offering)} sh $argv; end
    ${completionScript('fish', {})}
    complete -C ${fishQuote(['podrun', ...words].join(' '))}`,
};

const fishQuote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

test.each<[Shell, readonly string[], readonly string[], readonly string[]]>([
  ['bash', ['web:1', 'worker'], ['files: -o bashdefault -o default'], []],
  // It shows what stands behind a colon.
  ['zsh', ['web\\:1:A Pod\\: the first', 'worker:Another'], ['files'], []],
  ['fish', ['web:1\tA Pod: the first', 'worker\tAnother'], ['written'], []],
])(
  'in %s a word becomes what podrun offers, or a file where one may stand, else nothing',
  (shell, pods, files, none) => {
    const script = completionScript(shell, {});
    expect(script).toContain(`podrun ${question} -- `);
    expect(script).toContain(`= '${filesAnswer}'`);
    expect(inShell(shell, callers[shell](['ps', 'w'])) ?? pods).toEqual(pods);
    expect(inShell(shell, callers[shell](['-f', 'w'])) ?? files).toEqual(files);
    expect(inShell(shell, callers[shell](['ls', 'w'])) ?? none).toEqual(none);
  },
);

test('the script is for the user’s own shell unless one is named', () => {
  expect(completionScript(undefined, { SHELL: '/usr/bin/fish' })).toBe(completionScript('fish', {}));
  expect(completionScript(undefined, {})).toBe(completionScript('bash', {}));
  expect(completionScript('zsh', { SHELL: '/bin/bash' })).toContain('#compdef podrun');
});
