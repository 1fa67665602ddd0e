/** The options that every command has, and where their short names may stand. */
import type { Argv } from 'yargs';
import { optionGroups } from '../help/read-help.ts';

export interface GlobalOptions {
  readonly file: readonly string[];
  readonly project: string | undefined;
  readonly host: string | undefined;
  readonly envFile: readonly string[];
  /** Kinds that podrun does not run are errors. */
  readonly strict: boolean;
  readonly profile: readonly string[];
  /** `${VAR}` in Kubernetes objects, too. */
  readonly interpolate: boolean;
  readonly color: boolean;
}

const shortNames: Readonly<Record<string, string>> = { f: 'file', p: 'project', H: 'host' };

/** Short names that a command has for itself: after it they are its own. */
const ownShortNames: Readonly<Record<string, string>> = { logs: 'fp' };

/**
 * Spells the short global options out, so that `podrun -p shop logs -f web` means the project and logs' own follow:
 * before the command they are global, after it only where the command has none of that name.
 */
export function spellOut(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  let own = '';
  let command = false;
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i] ?? '';
    if (word === '--') return [...words, ...args.slice(i)];
    const [, letter = '', value = ''] = /^-([A-Za-z])(.*)$/s.exec(word) ?? [];
    const name = own.includes(letter) && letter !== '' ? undefined : shortNames[letter];
    if (name !== undefined) {
      // As one word: yargs takes a `-` that stands alone for no value.
      if (value !== '') words.push(`--${name}=${value.replace(/^=/, '')}`);
      else words.push(i + 1 < args.length ? `--${name}=${args[(i += 1)] ?? ''}` : `--${name}`);
    } else if (/^--(file|project|host|env-file|profile)$/.test(word) && i + 1 < args.length) {
      words.push(`${word}=${args[(i += 1)] ?? ''}`);
    } else {
      words.push(word);
      if (!word.startsWith('-') && !command) {
        command = true;
        own = ownShortNames[word] ?? '';
      }
    }
  }
  return words;
}

/** The command among words that are spelled out: the first that is no option. Global options with a value are one word. */
export function commandIn(words: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).find((word) => !word.startsWith('-'));
}

export function withGlobalOptions(yargs: Argv, env: Readonly<Record<string, string | undefined>>): Argv {
  return yargs
    .group('help', optionGroups.own) // Named first, it is printed first.
    .group('version', optionGroups.global)
    .option('file', {
      group: optionGroups.global,
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      defaultDescription: 'PODRUN_FILE; else pods.yaml here or in the nearest parent',
      describe:
        'A manifest, a folder of manifests, or - for standard input; one goes over those before it (-f before the command)',
    })
    .option('project', {
      group: optionGroups.global,
      type: 'string',
      requiresArg: true,
      default: env['PODRUN_PROJECT'] === '' ? undefined : env['PODRUN_PROJECT'],
      defaultDescription: 'PODRUN_PROJECT, the file’s name:, the folder’s name',
      describe: 'The project’s name (-p before the command)',
    })
    .option('host', {
      group: optionGroups.global,
      type: 'string',
      requiresArg: true,
      describe: 'The engine, as DOCKER_HOST (-H before the command)',
    })
    .option('env-file', {
      group: optionGroups.global,
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Variables for ${...}, instead of .env; a later file goes over an earlier one',
    })
    .option('profile', {
      group: optionGroups.global,
      type: 'string',
      array: true,
      nargs: 1,
      default: (env['PODRUN_PROFILES'] ?? '').split(',').filter((profile) => profile !== ''),
      defaultDescription: 'PODRUN_PROFILES, a list with commas; else default',
      describe: 'Run the Pods of this profile as well as those that have none; * for all',
    })
    .option('interpolate', {
      group: optionGroups.global,
      type: 'boolean',
      default: false,
      describe: 'Put variables into Kubernetes objects as well, not only into the short form',
    })
    .option('strict', {
      group: optionGroups.global,
      type: 'boolean',
      default: false,
      describe: 'A kind of object that podrun does not run is an error, not a warning',
    })
    .option('color', {
      group: optionGroups.global,
      type: 'boolean',
      default: true,
      describe: 'Colours on a terminal; --no-color turns them off',
    });
}
