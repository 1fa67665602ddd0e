/** What the words of a command line name: `web`, `pod/web`, `deploy/web db`, or `deploy web db`. */
import { kindNamed } from './kinds.ts';
import type { PodKind } from './kinds.ts';

/** One thing that is asked for. */
export interface Asked {
  /** As it was typed. */
  readonly word: string;
  /** Unset: a bare name, of a Pod or else of what has Pods. */
  readonly kind?: PodKind;
  /** Unset: all of the kind. */
  readonly name?: string;
}

/**
 * What is asked for; a text says what is wrong with the words. A first word that is a kind is one, as in kubectl
 * (cli-runtime's resource.Builder), but a Pod may be called `job`: alone, the word means that.
 * @param hasName tells whether a Pod has this name
 */
export function readAsked(words: readonly string[], hasName: (name: string) => boolean): readonly Asked[] | string {
  const [first = '', ...names] = words;
  const kind = first.includes('/') ? undefined : kindNamed(first);
  if (kind !== undefined && names.length === 0 && !hasName(first)) return [{ word: first, kind }];
  if (kind === undefined || names.length === 0) return readWords(words);
  if (names.some((name) => name.includes('/')))
    return `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'podrun get resource/<resource_name>' instead of 'podrun get resource resource/<resource_name>')`;
  return names.map((name) => ({ word: `${first}/${name}`, kind, name }));
}

/** Each word by itself. */
export function readWords(words: readonly string[]): readonly Asked[] | string {
  const asked = words.map(readWord);
  const wrong = asked.find((each) => typeof each === 'string');
  return wrong ?? asked.filter((each) => typeof each !== 'string');
}

function readWord(word: string): Asked | string {
  const slash = word.indexOf('/');
  if (slash < 0) return { word, name: word };
  const [type, name] = [word.slice(0, slash), word.slice(slash + 1)];
  const kind = kindNamed(type);
  if (kind === undefined)
    return `there is no resource type "${type}" that has Pods: write POD, or TYPE/NAME as deploy/web`;
  if (name === '' || name.includes('/'))
    return `arguments in resource/name form must have a single resource and name, not ${word}`;
  return { word, kind, name };
}
