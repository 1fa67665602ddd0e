/** The man page says what --help says. */
import { expect, test } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import type { World } from '../../src/run/world.ts';

async function printed(...args: readonly string[]): Promise<string> {
  let output = '';
  const stdout = { write: (text: string) => (output += text) !== '', columns: 10_000 };
  const log = console.log;
  console.log = (text: string) => void (output += `${text}\n`);
  await runCommand(args, '1.2.3', { env: {}, stdout } as unknown as World);
  console.log = log;
  return output;
}

const page = await printed('__man');
/** As a reader sees it, without man(7)'s escapes. */
const read = page
  .replaceAll('\\-', '-')
  .replaceAll('\\e', '\\')
  .replaceAll('\\(dq', '"')
  .replaceAll('\\(ga', '`')
  .replaceAll('\\(ha', '^')
  .replaceAll(/\\\[u([0-9A-F]+)\]/g, (_whole, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
const commands = [...(await printed()).matchAll(/^ +podrun ([a-z-]+)/gm)].map(([, name = '']) => name);

test('it has a section for each command, and no other', () => {
  expect(commands).toContain('logs');
  expect([...read.matchAll(/^\.SS "podrun (.*)"$/gm)].map(([, name]) => name)).toEqual(commands);
});

test.each(commands)('%s: its options, arguments, examples and sentences', async (command) => {
  const section = read.split(`\n.SS "podrun ${command}"\n`)[1]?.split(/\n\.S[HS] /)[0] ?? '';
  const help = (await printed(command, '--help')).replace(/\nGlobal options:\n[^]*?\n\n/, '\n');
  const wordsOf = (text: string): readonly string[] => text.split(/[\s"]+/).filter((word) => word !== '');
  const said = new Set(wordsOf(section));
  // The help is wrapped, so that words alone stay together.
  const missing = wordsOf(help.replace(/^ +-h, --help .*$/m, '')).filter((word) => !said.has(word));
  expect(missing.filter((word) => word !== 'Options:')).toEqual([]);
  expect(said.size).toBeGreaterThan(5);
});

test('it has the global options and a version', () => {
  expect(page).toMatch(/^\.TH PODRUN 1 "" "podrun 1\.2\.3" /);
  expect(read.split('\n.SH GLOBAL OPTIONS\n')[1]).toContain('.B "--file"\n');
});

test('no line is taken for a macro that is none', () => {
  const macros = page.split('\n').flatMap((line) => /^[.'](\S*)/.exec(line)?.[1] ?? []);
  expect([...new Set(macros)].toSorted()).toEqual(['B', 'PP', 'SH', 'SS', 'TH', 'TP']);
  expect(page).toMatch(/^[\n\u0020-\u007E]*$/);
});
