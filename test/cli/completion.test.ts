import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { completionScript } from '../../src/cli/completion/scripts.ts';
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
  [['ps', '--no'], []],
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
  [['-f', ''], []],
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

test('in bash a word becomes what podrun offers', () => {
  const script = `
    podrun() { [ "$1 $2 $3 $4" = '__complete -- ps w' ] && printf 'web\\tA Pod\\nworker\\tAnother\\n'; }
    ${completionScript('bash', {})}
    COMP_WORDS=(podrun ps w); COMP_CWORD=2; _podrun; echo "\${COMPREPLY[*]}"`;
  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('web worker\n');
});

test('the script is for the user’s own shell unless one is named', () => {
  expect(completionScript(undefined, { SHELL: '/usr/bin/fish' })).toBe(completionScript('fish', {}));
  expect(completionScript(undefined, {})).toBe(completionScript('bash', {}));
  expect(completionScript('zsh', { SHELL: '/bin/bash' })).toContain('#compdef podrun');
});
