/** What podrun says to a command line that it does not understand, and to one that asks what there is. */
import { describe, expect, test } from 'vitest';
import { allForeignWords } from '../../src/cli/help/foreign-words.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import type { World } from '../../src/run/world.ts';

async function podrun(...args: readonly string[]) {
  let output = '';
  let errors = '';
  const world = {
    env: {},
    stdout: { write: (text: string) => (output += text) !== '' },
    stderr: { write: (text: string) => (errors += text) !== '' },
  } as unknown as World;
  return { code: await runCommand(args, '1.2.3', world), output, errors };
}

describe('a wrong command line is exit code 2, and', () => {
  test.each([
    [['delte', 'web'], 'unknown command "delte": did you mean delete?\npodrun --help lists the commands'],
    [['desc'], 'unknown command "desc": did you mean describe?\npodrun --help lists the commands'],
    [['frobnicate'], 'unknown command "frobnicate"\npodrun --help lists the commands'],
    [['xyz', '--outptu', 'json'], 'unknown command "xyz"\npodrun --help lists the commands'],
    [['ps', '-w', '--outptu', 'json'], 'unknown option --outptu: did you mean --output?'],
    [['ps', '--show-all'], 'unknown option --show-all\npodrun ps --help says what it takes'],
    [['ps', '-qw', '--all-namespaces', '-x'], 'unknown options -q, -x\n'],
    [['--verbose', 'ps'], 'unknown option --verbose\npodrun --help lists the commands'],
    [['--strict'], 'which command?\n'],
    [['ls', 'web'], 'unexpected argument "web"\n'],
    [
      ['ps', '-o', 'toml'],
      'unable to match a printer suitable for the output format "toml", allowed formats are: custom-columns,',
    ],
    [
      ['ps', '-o'],
      '--output takes a value: one of custom-columns, custom-columns-file, json, jsonpath, jsonpath-file, name, wide, yaml\n',
    ],
    [['diff', '-o'], '--output takes a value: one of text, json\n'],
    [['up', '--progress'], '--progress takes a value: one of auto, plain, quiet, json\n'],
    [['config', '-o'], '--output takes a value: one of yaml, json\n'],
    [['validate', '-o'], '--output takes a value: one of text, json\n'],
    [['logs', '--since'], '--since takes a value\n'],
    [['wait', 'web'], '--for is required\n'],
    [['condition', 'web'], 'too few arguments: podrun condition <pod> <condition>\n'],
  ])('%j is told what is wrong', async (args, text) => {
    const { code, output, errors } = await podrun(...args);
    expect(errors).toContain(`podrun: ${text}`);
    expect({ code, output }).toEqual({ code: 2, output: '' });
  });

  test.each(['stop', 'start', 'apply', 'push', 'kill', 'rm', 'images'])(
    '%s of another tool is told what does it here',
    async (word) => {
      const { code, errors } = await podrun(word, 'web');
      expect(code).toBe(2);
      expect(errors).toMatch(new RegExp(`^podrun: there is no command ${word} here: .*podrun (up|down|config|build)`));
    },
  );
});

test('podrun alone prints its commands, with global options too', async () => {
  const alone = await podrun();
  expect(alone).toMatchObject({ code: 0, errors: '' });
  expect(alone.output).toMatch(/^ {2}podrun up \[pod\.\.\]/m);
  expect(alone.output).not.toContain('--interpolate');
  expect(await podrun('-p', 'shop')).toEqual(alone);
});

test('no word of another tool is a command here', async () => {
  const { output } = await podrun();
  const commands = [...output.matchAll(/^ +podrun ([a-z]+)/gm)].map(([, name]) => name);
  expect(allForeignWords().filter((word) => commands.includes(word))).toEqual([]);
});
