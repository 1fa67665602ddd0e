/** docs/commands.md documents every command and every option. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Argv } from 'yargs';
import yargs from 'yargs';
import { addChangeCommands } from '../../src/cli/change-commands.ts';
import { addFixtureCommands } from '../../src/cli/fixture-commands.ts';
import { addImageCommands } from '../../src/cli/image-commands.ts';
import { withGlobalOptions } from '../../src/cli/options/global-options.ts';
import { addPodCommands } from '../../src/cli/pod-commands.ts';
import { addProjectCommands } from '../../src/cli/project-commands.ts';
import { addStreamCommands } from '../../src/cli/stream-commands.ts';
import type { World } from '../../src/run/world.ts';

const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
const world = { env: {} } as unknown as World;

/** What `podrun ARGS` prints of itself. */
async function helpOf(...args: readonly string[]): Promise<string> {
  const all = [
    ...[addProjectCommands, addImageCommands, addPodCommands],
    ...[addStreamCommands, addChangeCommands, addFixtureCommands],
  ].reduce<Argv>(
    (cli, add) => add(cli, world, () => Promise.resolve()),
    withGlobalOptions(yargs().scriptName('podrun').exitProcess(false), {}),
  );
  let help = '';
  await all.wrap(null).parseAsync([...args, '--help'], {}, (_error, _argv, output) => void (help = output));
  return help;
}

const optionsIn = (help: string): readonly string[] =>
  [...help.matchAll(/^ .*?--([a-z-]+) /gm)].map(([, name = '']) => name);

const sectionOf = (heading: string): string =>
  page
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split(/^## /m)
    .find((section) => section.startsWith(`${heading}\n`)) ?? '';

const commands = [...(await helpOf()).matchAll(/^ +podrun ([a-z-]+)/gm)].map(([, name = '']) => name);
const globals = optionsIn((await helpOf()).replace(/^[^]*\nGlobal options:/, ''));

test('each command has a section', () => {
  expect(commands).toContain('up');
  expect(commands.filter((name) => sectionOf(name) === '')).toEqual([]);
});

test.each(globals)('the global option --%s', (option) => {
  expect(sectionOf('Global options')).toMatch(new RegExp(`--${option}\``));
});

describe.each(commands)('the section of %s', (command) => {
  test('documents its options, and no others', async () => {
    const help = await helpOf(command);
    const own = optionsIn(help).filter((option) => ![...globals, 'help'].includes(option));
    const section = sectionOf(command);
    const documented = [...section.matchAll(/`(?:-[a-zA-Z], )?--(?:no-)?([a-z-]+)`/g)].map(([, name = '']) => name);
    expect(own.filter((option) => !section.includes(`--${option}`))).toEqual([]);
    // A positional with an alias, such as the container of logs, is an option too.
    expect(documented.filter((option) => !new RegExp(`^ +(--)?${option}\\b|--${option} `, 'm').test(help))).toEqual([]);
  });
});
