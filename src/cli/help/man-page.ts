/** The man page: what --help prints, in man(7)'s words. */
import type { Argv } from 'yargs';
import { helpOf, optionGroups } from './read-help.ts';
import type { Help } from './read-help.ts';

/**
 * The page podrun(1), with a line end.
 * @param makeCli a command line for each help that is read
 */
export async function manPage(version: string, makeCli: () => Argv): Promise<string> {
  const top = await helpOf(makeCli());
  const [usage, about, ...sections] = blocksOf(top);
  const commands: string[] = [];
  for (const { names } of top.commands) commands.push(...commandLines(await helpOf(makeCli(), names[0])));
  const global = sections.find(([heading]) => heading === optionGroups.global) ?? [];
  const examples = sections.find(([heading]) => heading === 'Examples:') ?? [];
  const lines = [
    `.TH PODRUN 1 "" "podrun ${version}" "podrun manual"`,
    ...['.SH NAME', 'podrun \\- Kubernetes Pods on one machine'],
    ...['.SH SYNOPSIS', bold(usage?.[0] ?? '')],
    ...['.SH DESCRIPTION', ...(about ?? []).map(plain)],
    ...['.SH COMMANDS', ...commands],
    ...['.SH GLOBAL OPTIONS', ...global.slice(1).flatMap(entry)],
    ...['.SH EXAMPLES', ...examples.slice(1).flatMap(entry)],
  ];
  return `${lines.join('\n')}\n`;
}

/** A command: its usage, what it does, and its own options; those of all commands have a section. */
function commandLines(help: Help): readonly string[] {
  const [[usage = ''] = [], about = [], ...sections] = blocksOf(help);
  const [, name = ''] = usage.split(' ');
  const own = sections.filter(([heading]) => heading !== optionGroups.global);
  return [
    ...[`.SS "podrun ${escaped(name)}"`, bold(usage), '.PP', ...about.map(plain)],
    ...own.flatMap((block) => {
      const [heading = '', ...lines] = block;
      // What stands at the end in sentences has no heading.
      if (!/^[A-Z][a-z ]*:$/.test(heading)) return ['.PP', ...block.map(plain)];
      const entries = lines.filter((line) => !/^ +-h, --help /.test(line));
      return entries.length === 0 ? [] : ['.PP', plain(heading), ...entries.flatMap(entry)];
    }),
  ];
}

/** The paragraphs of a help. */
const blocksOf = ({ text }: Help): readonly (readonly string[])[] =>
  text
    .trim()
    .split(/\n\n+/)
    .map((block) => block.split('\n'));

/** What a line of a list names, and what it says of it. */
function entry(line: string): readonly string[] {
  const [, name = line.trim(), about = ''] = /^ *(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
  return ['.TP', bold(name), plain(about.replaceAll(/ {2,}/g, ' '))];
}

const bold = (text: string): string => `.B "${escaped(text).replaceAll('"', '\\(dq')}"`;

/** A line of text: none may begin as a macro does, or be empty. */
function plain(text: string): string {
  const line = escaped(text);
  return line === '' ? '\\&' : line.replace(/^(?=[.'])/, '\\&');
}

function escaped(text: string): string {
  const ascii = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('`', '\\(ga').replaceAll('^', '\\(ha');
  return ascii.replaceAll(/[^\n\u0020-\u007E]/g, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `\\[u${code}]`;
  });
}
