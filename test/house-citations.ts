/** What comments and test titles cite: a reader of the repository must be able to open it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Source } from './house-sources.ts';

const root = join(import.meta.dirname, '..');

/** A page, by its path from the root of the checkout, with or without a heading. */
const page = /(?<![\w./-])((?:[\w-]+\/)*[\w-]+\.md)\b(?:#([\w-]+))?/g;

/** A place by its number, in a page that is nowhere named: by its kind, by a name in capitals, or alone in brackets. */
const number =
  /\b(?:section|recipe|item|rule)s? \d+(?:\.\d+)*|\b(?!YAML|HTTP)[A-Z][A-Z-]{3,} \d+\.\d+|(?<!\w)\(\d+\.\d+(?:, \d+\.\d+)*\)/g;

/** `path:line citation` for each citation that leads nowhere. */
export function findDeadCitations({ path, file }: Source, anchorsOf = anchorsOfPage): string[] {
  const pages = [...file.text.matchAll(page)].filter(([, name = '', anchor]) => !leadsTo(anchorsOf(name), anchor));
  return [...pages, ...file.text.matchAll(number)]
    .filter(({ index }) => isForReaders(file, index))
    .toSorted((a, b) => a.index - b.index)
    .map(({ 0: citation, index }) => `${path}:${file.getLineAndCharacterOfPosition(index).line + 1} ${citation}`);
}

const leadsTo = (anchors: ReadonlySet<string> | undefined, anchor: string | undefined): boolean =>
  anchors !== undefined && (anchor === undefined || anchors.has(anchor));

/** True in a comment, and in the title of a test; what else a string holds is data. */
function isForReaders(file: ts.SourceFile, at: number): boolean {
  const node = innermost(file, at);
  // Before a token there is nothing but blanks and comments.
  if (at < node.getStart(file)) return true;
  return ts.isStringLiteralLike(node)
    ? isTitle(node)
    : !ts.isLiteralExpression(node) && !ts.isTemplateLiteralToken(node);
}

function innermost(node: ts.Node, at: number): ts.Node {
  const child = ts.forEachChild(node, (each) => (each.pos <= at && at < each.end ? each : undefined));
  return child === undefined ? node : innermost(child, at);
}

/** The title of `test('...')`, `describe.concurrent('...')`, `it.each([...])('...')`. */
const isTitle = (text: ts.StringLiteralLike): boolean =>
  ts.isCallExpression(text.parent) &&
  text.parent.arguments[0] === text &&
  /^(?:test|it|describe)\b/.test(text.parent.expression.getText());

const known = new Map<string, ReadonlySet<string> | undefined>();

/** The anchors of a page's headings, as GitHub makes them; undefined where there is no such page. */
function anchorsOfPage(path: string): ReadonlySet<string> | undefined {
  if (!known.has(path)) known.set(path, readAnchors(join(root, path)));
  return known.get(path);
}

function readAnchors(path: string): ReadonlySet<string> | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8').replace(/^```.*?^```/gms, '');
  return new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
