/** What the command line takes, read from its own help: completion, suggestions and the man page have no list of their own. */
import type { Argv } from 'yargs';

export interface CommandHelp {
  readonly names: readonly string[];
  readonly about: string;
}

export interface OptionHelp {
  /** As they are typed: `-o`, `--output`. */
  readonly names: readonly string[];
  readonly about: string;
  /** Empty: any value, if it takes one. */
  readonly choices: readonly string[];
  readonly takesValue: boolean;
  readonly isGlobal: boolean;
}

export interface Help {
  readonly commands: readonly CommandHelp[];
  readonly options: readonly OptionHelp[];
  /** Whole, unwrapped, as --help prints it on an endless line. */
  readonly text: string;
}

/** The headings under which the help lists options. */
export const optionGroups = { own: 'Options:', global: 'Global options:' } as const;

/**
 * The help of a command, or of podrun itself.
 * @param cli a command line that has parsed nothing yet
 */
export async function helpOf(cli: Argv, command?: string): Promise<Help> {
  let text = '';
  const words = command === undefined ? ['--help'] : [command, '--help'];
  await cli.wrap(null).parseAsync(words, {}, (_error, _args, output) => void (text = output));
  return readHelp(text);
}

/** @param text help that is not wrapped: each command and option is one line */
export function readHelp(text: string): Help {
  const section = (heading: string): readonly string[] => {
    const lines = text.split('\n');
    const start = lines.indexOf(heading);
    if (start < 0) return [];
    const end = lines.findIndex((line, i) => i > start && line === '');
    return lines.slice(start + 1, end < 0 ? undefined : end);
  };
  const options = Object.entries(optionGroups).flatMap(([group, heading]) =>
    section(heading).map((line) => readOption(line, group === 'global')),
  );
  return { commands: section('Commands:').map(readCommand), options, text };
}

function readCommand(line: string): CommandHelp {
  const [, name = '', rest = ''] = /^ +podrun (\S+).*? {2,}(.*)$/.exec(line) ?? [];
  const [, about = '', aliases] = /^(.*?)(?: +\[aliases: (.*)\])?$/.exec(rest) ?? [];
  return { names: [name, ...(aliases?.split(', ') ?? [])], about };
}

function readOption(line: string, isGlobal: boolean): OptionHelp {
  const [, names = '', rest = ''] = /^ +((?:--?[\w-]+(?:, )?)+) *(.*)$/.exec(line) ?? [];
  const [, about = '', extra = ''] = /^(.*?)(?: {2,}(\[.*\]))?$/.exec(rest) ?? [];
  const [, choices = ''] = /\[choices: (.*?)\]/.exec(extra) ?? [];
  // Those that may have a value of their own are no choices of yargs.
  const [, forms = ''] = /One of: \((.*?)\)/.exec(about) ?? [];
  return {
    names: names.split(', '),
    about,
    choices: [
      ...[...choices.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice),
      ...forms.split(', ').filter((form) => form !== ''),
    ],
    takesValue: !extra.includes('[boolean]'),
    isGlobal,
  };
}
