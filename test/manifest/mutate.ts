import type { Random } from '../sim/random.ts';

/** What mistakes are made of: pieces of YAML, words of both dialects and of others, and values at their bounds. */
const PIECES: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ': ',
    ':',
    '- ',
    '-',
    ',',
    '"',
    "'",
    '#',
    '|',
    '>',
    '|2-',
    '?',
    '%',
    '@',
    '`',
    '\t',
    '\n',
    ' ',
    '  ',
  ],
  ...[
    '*a',
    '&a ',
    '<<: *a',
    '<<',
    '---\n',
    '...\n',
    '!!str ',
    '!!binary ',
    '!x ',
    '%YAML 1.1\n---\n',
    '${',
    '${A}',
    '${A:-b}',
    '$$',
    '$(A)',
  ],
  ...[
    'null',
    '~',
    'true',
    'no',
    'on',
    'y',
    '0',
    '-1',
    '1.5',
    '0644',
    '1_000',
    '1:30',
    '1e999',
    '.inf',
    '.nan',
    '9007199254740993',
    '2026-01-01',
  ],
  ...[
    '65536',
    '512mb',
    '0.5 cores',
    '64Mi',
    '""',
    '{}',
    '[]',
    'A_B',
    'a'.repeat(300),
    '\u00e9',
    '\u{1f600}',
    '\0',
    '\u001b[31m',
    '\r\n',
    '\uFEFF',
    '\u2028',
  ],
  ...[
    'name',
    'pods',
    'services',
    'containers',
    'initContainers',
    'image',
    'env',
    'environment',
    'ports',
    'volumes',
    'volumeMounts',
    'command',
  ],
  ...[
    'spec',
    'metadata',
    'kind',
    'apiVersion',
    'List',
    'items',
    'data',
    'stringData',
    'binaryData',
    'template',
    'selector',
    'matchLabels',
  ],
  ...[
    'livenessProbe',
    'httpGet',
    'exec',
    'restartPolicy',
    'depends_on',
    'resources',
    'limits',
    'securityContext',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    'kind: Pod',
    'kind: Deployment',
    'kind: Secret',
    'kind: Ingress',
    'apiVersion: v1',
    'apiVersion: extensions/v1beta1',
  ],
];

type Mutation = (text: string, random: Random, others: readonly string[]) => string;

const MUTATIONS: readonly Mutation[] = [
  // Characters and tokens.
  (text, random) => cut(text, random, random.int(1, 12), ''),
  (text, random) => cut(text, random, 0, pick(PIECES, random)),
  (text, random) => cut(text, random, random.int(1, 8), pick(PIECES, random)),
  (text, random) => cut(text, random, 1, String.fromCharCode(random.int(0, 0x2fff))),
  (text, random) => replaceWord(text, random, pick(PIECES, random)),
  (text, random) => replaceWord(text, random, pick(text.match(/[\w./-]+/g) ?? ['a'], random)),
  // Lines: taken out, doubled, swapped, indented otherwise.
  (text, random) => onLine(text, random, () => []),
  (text, random) => onLine(text, random, (line) => [line, line]),
  (text, random) => onLine(text, random, (line) => [`${' '.repeat(random.int(1, 3))}${line}`]),
  (text, random) => onLine(text, random, (line) => [line.replace(/^ {1,2}/, '')]),
  (text, random) => onLine(text, random, (line) => [line.replace(/^( *)/, '$1- ')]),
  (text, random) => onLine(text, random, (line) => [line.replace(/^ +/, (indent) => '\t'.repeat(indent.length / 2))]),
  (text, random) => {
    const lines = text.split('\n');
    const line = lines.splice(random.int(0, lines.length - 1), 1);
    lines.splice(random.int(0, lines.length), 0, ...line);
    return lines.join('\n');
  },
  // The beginning of one file and the end of another; a stretch of one within another.
  (text, random, others) => {
    const other = pick(others, random);
    return text.slice(0, random.int(0, text.length)) + other.slice(random.int(0, other.length));
  },
  (text, random, others) => {
    const other = pick(others, random);
    const from = random.int(0, other.length);
    return cut(text, random, 0, other.slice(from, from + random.int(1, 200)));
  },
];

/** A file with one to five mistakes in it. */
export function mutate(text: string, random: Random, others: readonly string[]): string {
  let mutated = text;
  for (let left = random.int(1, 5); left > 0; left -= 1) mutated = pick(MUTATIONS, random)(mutated, random, others);
  return mutated;
}

export function pick<T>(from: readonly T[], random: Random): T {
  const picked = from[random.int(0, from.length - 1)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

function cut(text: string, random: Random, length: number, put: string): string {
  const at = random.int(0, text.length);
  return text.slice(0, at) + put + text.slice(at + length);
}

function replaceWord(text: string, random: Random, put: string): string {
  const words = [...text.matchAll(/[\w./-]+/g)];
  if (words.length === 0) return put;
  const { index, 0: word } = pick(words, random);
  return text.slice(0, index) + put + text.slice(index + word.length);
}

function onLine(text: string, random: Random, change: (line: string) => readonly string[]): string {
  const lines = text.split('\n');
  const at = random.int(0, lines.length - 1);
  lines.splice(at, 1, ...change(lines[at] ?? ''));
  return lines.join('\n');
}
