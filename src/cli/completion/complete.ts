/** What may stand at the cursor of a command line that is being typed. */
import type { Argv } from 'yargs';
import yargs from 'yargs';
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { World } from '../../run/world.ts';
import { helpOf } from '../help/read-help.ts';
import type { Help, OptionHelp } from '../help/read-help.ts';
import { commandIn, spellOut, withGlobalOptions } from '../options/global-options.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { podNames } from '../options/pod-names.ts';
import { kindWords, objectKindNamed } from '../../core/naming/kinds.ts';
import type { ApiObject } from '../../core/status/api-object.ts';
import { findObjects } from '../reading/find-objects.ts';
import { findPods } from '../reading/find-pods.ts';
import { filesAnswer, shells } from './scripts.ts';
import { projectName } from '../session.ts';

interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/**
 * Prints the candidates, one a line, each with a tab and what it is; {@link filesAnswer} where a file may stand, nothing where
 * nobody knows.
 * @param typed what stands behind podrun up to the cursor; the last word is the one that is being typed
 */
export async function complete(world: World, typed: readonly string[], makeCli: () => Argv): Promise<void> {
  const { before, option, current } = wordsOf(typed);
  const found = await candidates(world, before, current, makeCli).catch(() => []);
  const fitting = found.filter(({ word }) => word === filesAnswer || word.startsWith(current));
  const lines = fitting.map(({ word, about = '' }) => {
    const whole = word === filesAnswer ? word : `${option}${word}`;
    return `${whole}${about === '' ? '' : `\t${about}`}\n`;
  });
  world.stdout.write(lines.join(''));
}

/**
 * The word that is being typed, and those before it. `--option=va` are two words, and zsh and fish want the first one back;
 * bash breaks it at the sign.
 */
function wordsOf(typed: readonly string[]): { before: readonly string[]; option: string; current: string } {
  const [current = '', sign] = typed.toReversed();
  if (current === '=') return { before: typed.slice(0, -1), option: '', current: '' };
  if (sign === '=') return { before: typed.slice(0, -2), option: '', current };
  const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  const before = typed.slice(0, -1);
  if (option === undefined || value === undefined) return { before, option: '', current };
  return { before: [...before, option], option: `${option}=`, current: value };
}

async function candidates(
  world: World,
  before: readonly string[],
  current: string,
  makeCli: () => Argv,
): Promise<readonly Candidate[]> {
  if (before.includes('--')) return [];
  const command = commandIn(spellOut(before));
  const top = await helpOf(makeCli());
  const help = command === undefined ? top : await helpOf(makeCli(), command);
  const option = optionOf(help, before.at(-1));
  if (option?.takesValue === true) return valuesOf(world, option, before);
  if (current.startsWith('-')) return help.options.map((each) => ({ word: offeredName(each), about: each.about }));
  if (command === undefined) return top.commands.flatMap(({ names, about }) => names.map((word) => ({ word, about })));
  return argumentsOf(world, help, before, current);
}

const files: readonly Candidate[] = [{ word: filesAnswer }];

const fileOptions = ['--file', '--env-file', '--from'];

/** What is on unless it is turned off is typed to turn it off. */
function offeredName({ names, about }: OptionHelp): string {
  const name = names.at(-1) ?? '';
  const off = name.replace(/^--/, '--no-');
  return new RegExp(`${off}\\b`).test(about) ? off : name;
}

/** The option that the word before the cursor is, if it is one; `-f`, `-p` and `-H` stand in no help. */
function optionOf(help: Help, word = ''): OptionHelp | undefined {
  const [spelt = word] = spellOut([word]);
  return help.options.find(({ names }) => names.includes(word) || names.includes(spelt));
}

async function valuesOf(
  world: World,
  { names, choices }: OptionHelp,
  before: readonly string[],
): Promise<readonly Candidate[]> {
  if (fileOptions.some((name) => names.includes(name))) return files;
  if (choices.length > 0) return choices.map((word) => ({ word }));
  if (names.includes('--namespace'))
    return unique((await podsOf(world, before)).map(({ metadata }) => metadata?.namespace));
  return names.includes('--container') ? containersOf(await podsOf(world, before), argumentsIn(before)) : [];
}

/** Pods where the command takes Pods, a container after the Pod where it takes one, else the choices of its argument. */
async function argumentsOf(
  world: World,
  help: Help,
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const [usage = ''] = help.text.split('\n');
  const given = argumentsIn(before);
  if (usage.includes('[shell]')) return shells.map((word) => ({ word }));
  if (usage.includes('[object..]')) return objectsOf(world, before, current);
  const takesMore = /[[<]pod\.\.[\]>]/.test(usage);
  if (takesMore || (/[[<]pod[\]>]|\(POD /.test(usage) && given.length === 0)) {
    const pods = await podsOf(world, before);
    const { namespace = 'default' } = await parse(world, before);
    const inIt = pods.filter(({ metadata }) => metadata?.namespace === namespace);
    return unique(inIt.map(({ metadata }) => metadata?.name)).filter(({ word }) => !given.includes(word));
  }
  if (usage.includes('<source>')) return files;
  if (usage.includes('REMOTE_PORT')) return portsOf(await podsOf(world, before), given);
  return usage.includes('[container]') && given.length === 1 ? containersOf(await podsOf(world, before), given) : [];
}

/** Kinds, and Pods; behind a kind its names, as `deploy web` or `deploy/web`. */
async function objectsOf(world: World, before: readonly string[], current: string): Promise<readonly Candidate[]> {
  const [, first = ''] = spellOut(before).filter((word) => !word.startsWith('-'));
  const [typed = first] = current.includes('/') ? current.split('/') : [];
  const kind = objectKindNamed(typed);
  if (kind === undefined) return [...kindWords, 'all'].map((word) => ({ word }));
  const options = { namespace: 'default', ...(await parse(world, before)) };
  const { pods, objects } = await findObjects(world, options);
  const own = [...(pods as readonly ApiObject[]), ...objects].filter(
    (each) => each.kind === kind && each.metadata.namespace === options.namespace,
  );
  return unique(own.map(({ metadata: { name } }) => (current.includes('/') ? `${typed}/${name}` : name)));
}

function containersOf(pods: readonly KubernetesPod[], given: readonly string[]): readonly Candidate[] {
  const [name] = given;
  const { initContainers = [], containers = [] } = pods.find(({ metadata }) => metadata?.name === name)?.spec ?? {};
  return unique([...containers, ...initContainers].map((container) => container.name));
}

/** The ports of the Pod that is named, each with its name. */
function portsOf(pods: readonly KubernetesPod[], [name]: readonly string[]): readonly Candidate[] {
  const containers = pods.find(({ metadata }) => metadata?.name === name)?.spec?.containers ?? [];
  const ports = containers.flatMap((container) => container.ports ?? []).filter(({ protocol }) => protocol !== 'UDP');
  return ports.map((port) => ({ word: String(port.containerPort), about: port.name ?? '' }));
}

/** The Pods' names that are typed, without the kind. */
function argumentsIn(before: readonly string[]): readonly string[] {
  const [, ...words] = spellOut(before).filter((word) => !word.startsWith('-'));
  return podNames(words);
}

async function podsOf(world: World, before: readonly string[]): Promise<readonly KubernetesPod[]> {
  const options = await parse(world, before);
  return (await findPods(world, options, await projectName(world, options))).pods;
}

async function parse(world: World, before: readonly string[]): Promise<GlobalOptions & { namespace?: string }> {
  const cli = withGlobalOptions(yargs().exitProcess(false).help(false).version(false), world.env);
  return (await cli
    .option('namespace', { alias: 'n', type: 'string' })
    .parseAsync([...spellOut(before)])) as unknown as GlobalOptions & {
    namespace?: string;
  };
}

const unique = (words: readonly (string | undefined)[]): readonly Candidate[] =>
  [...new Set(words)].flatMap((word) => (word === undefined ? [] : { word }));
