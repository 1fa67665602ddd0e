/** What the words of `get` and `describe` name: `deploy`, `deploy/web sts/db`, `deploy,rs web`, `all`. */
import { objectKindNamed } from './kinds.ts';
import type { ObjectKind } from './kinds.ts';

export interface AskedObject {
  readonly kind: ObjectKind;
  /** Unset: all of the kind. */
  readonly name?: string;
}

/** The category `all`, in kubectl's order. */
const all: readonly ObjectKind[] = [
  ...(['Pod', 'ReplicationController', 'Service', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'] as const),
  ...(['CronJob', 'Job'] as const),
];

/**
 * What is asked for, in its order (cli-runtime's resource.Builder); a text says what is wrong with the words. Undefined
 * where they name Pods alone, or no kind: bare names are Pods'.
 */
export function readAskedObjects(words: readonly string[]): readonly AskedObject[] | string | undefined {
  const [first = '', ...names] = words;
  if (words.some((word) => word.includes('/'))) return readPairs(words);
  if (first === 'all')
    return names.length === 0 ? all.map((kind) => ({ kind })) : `there are no objects by name in "all"`;
  const types = first.split(',').filter((word) => word !== '');
  const kinds = types.map(objectKindNamed);
  const unknown = types.find((_, index) => kinds[index] === undefined);
  if (unknown !== undefined)
    return types.length > 1 ? `the server doesn't have a resource type "${unknown}"` : undefined;
  const known = kinds.filter((kind) => kind !== undefined);
  if (known.every((kind) => kind === 'Pod')) return undefined;
  if (names.length === 0) return known.map((kind) => ({ kind }));
  return names.flatMap((name) => known.map((kind) => ({ kind, name })));
}

function readPairs(words: readonly string[]): readonly AskedObject[] | string | undefined {
  const asked: AskedObject[] = [];
  for (const word of words) {
    const [type = '', name = '', ...more] = word.split('/');
    if (!word.includes('/'))
      return 'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form';
    if (name === '' || more.length > 0)
      return `arguments in resource/name form must have a single resource and name, not ${word}`;
    const kind = objectKindNamed(type);
    if (kind === undefined) return `the server doesn't have a resource type "${type}"`;
    asked.push({ kind, name });
  }
  return asked.every(({ kind }) => kind === 'Pod') ? undefined : asked;
}
