/** A command line that podrun does not understand: what is wrong in it, and what was probably meant. */
import type { Argv } from 'yargs';
import { nearest } from '../../manifest/schema/suggest.ts';
import { commandIn } from '../options/global-options.ts';
import { hereFor } from './foreign-words.ts';
import { helpOf } from './read-help.ts';
import type { Help } from './read-help.ts';

/** What yargs found wrong, in its words. */
export class WrongUsage extends Error {}

/** Of a command line without a command. */
export const whichCommand = 'which command?';

/**
 * Says it in a user's words, with what was meant where that is close.
 * @param words the command line with its short global options spelled out
 * @param message yargs' own
 * @param makeCli a command line for each help that is read
 */
export async function explainUsage(words: readonly string[], message: string, makeCli: () => Argv): Promise<string> {
  const top = await helpOf(makeCli());
  const names = top.commands.flatMap(({ names: each }) => each);
  const command = commandIn(words);
  if (command !== undefined && !names.includes(command)) return unknownCommand(command, names);
  if (message === whichCommand) return `${strayOptions(words, top) ?? message}\npodrun --help lists the commands`;
  const help = command === undefined ? top : await helpOf(makeCli(), command);
  const more =
    command === undefined ? 'podrun --help lists the commands' : `podrun ${command} --help says what it takes`;
  return `${plainly(message, words, help)}\n${more}`;
}

/** Yargs' sentences in plain words; another one as it is. */
function plainly(message: string, words: readonly string[], help: Help): string {
  const [, names] = /^Unknown arguments?: (.*)$/.exec(message) ?? [];
  if (names !== undefined) return unknownArguments(words, names.split(', '), help);
  const [, option, given, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)$/.exec(message) ?? [];
  if (given === 'true') return `--${option} takes a value: one of ${choices?.replaceAll('"', '')}`;
  if (given !== undefined) return `--${option} takes one of ${choices?.replaceAll('"', '')}, not ${given}`;
  const [, bare] = /^Not enough arguments following: (\S+)$/.exec(message) ?? [];
  if (bare !== undefined) return withoutValue(bare, help);
  const [, missing] = /^Missing required arguments?: (.*)$/.exec(message) ?? [];
  if (missing !== undefined) return `${missing.replaceAll(/[\w-]+/g, '--$&')} is required`;
  if (message.startsWith('Not enough non-option arguments')) return `too few arguments: ${help.text.split('\n')[0]}`;
  return message;
}

/** @param name with one letter where it was typed so */
function withoutValue(name: string, { options }: Help): string {
  const typed = name.length === 1 ? `-${name}` : `--${name}`;
  const option = options.find(({ names }) => names.includes(typed));
  const choices = option === undefined || option.choices.length === 0 ? '' : `: one of ${option.choices.join(', ')}`;
  return `${option?.names.at(-1) ?? typed} takes a value${choices}`;
}

function unknownCommand(word: string, commands: readonly string[]): string {
  const here = hereFor(word);
  if (here !== undefined) return `there is no command ${word} here: ${here}`;
  const near = nearestCommand(word, commands);
  const hint = near === undefined ? '' : `: did you mean ${near}?`;
  return `unknown command ${JSON.stringify(word)}${hint}\npodrun --help lists the commands`;
}

/** A beginning that only one command has is close, too: `desc`. */
function nearestCommand(word: string, commands: readonly string[]): string | undefined {
  const begun = commands.filter((command) => word.length >= 3 && command.startsWith(word));
  return begun.length === 1 ? begun[0] : nearest(word, commands);
}

/** @param names as yargs gives them: options without their dashes, some in camel case as well */
function unknownArguments(words: readonly string[], names: readonly string[], help: Help): string {
  const known = help.options.flatMap(({ names: each }) => each);
  const end = words.indexOf('--');
  const typed = words.slice(0, end < 0 ? undefined : end);
  const options = typed.filter((word) => word.startsWith('--') && names.includes(bareName(word)));
  const letters = typed
    .filter((word) => /^-[^-]/.test(word))
    .flatMap((word) => [...word.slice(1).replace(/=.*/s, '')].filter((letter) => names.includes(letter)))
    .map((letter) => `-${letter}`);
  const found = [...options.map((word) => `--${bareName(word)}`), ...letters];
  const [first] = found;
  if (first === undefined) return `unexpected argument ${names.map((name) => JSON.stringify(name)).join(', ')}`;
  const near = found.length === 1 && first.startsWith('--') ? nearest(first, known) : undefined;
  const hint = near === undefined ? '' : `: did you mean ${near}?`;
  return `unknown option${found.length === 1 ? '' : 's'} ${found.join(', ')}${hint}`;
}

/** Options before the command: yargs takes the command for the value of one that it does not know. */
function strayOptions(words: readonly string[], help: Help): string | undefined {
  const known = help.options.flatMap(({ names }) => names);
  const stray = words.filter((word) => word.startsWith('--') && !known.includes(`--${bareName(word)}`)).map(bareName);
  return stray.length === 0 ? undefined : unknownArguments(words, stray, help);
}

const bareName = (word: string): string => word.replace(/^--(no-)?/, '').replace(/=.*/s, '');
