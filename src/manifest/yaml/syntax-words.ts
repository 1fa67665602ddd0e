import type { Document, YAMLError } from 'yaml';
import { visit } from 'yaml';

/** What the parser found, at the place where its cause is best seen. */
export interface SyntaxFinding {
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly hint?: string;
}

/** Message and hint for a file that something else was to fill in. */
export const TEMPLATE = ['a {{ }} is filled in before YAML is read', 'render the template first'] as const;

export const OPEN_QUOTE = ['this quotation mark is never closed', 'add the closing one'] as const;

/** A finding of the YAML parser in words, and with what to write instead. */
export function explainSyntax(error: YAMLError, yaml: Document.Parsed, text: string): SyntaxFinding {
  const [from, to] = error.pos;
  const at = (message: string, hint?: string): SyntaxFinding => ({
    from,
    to,
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  const invalid = (hint?: string): SyntaxFinding => at(`not valid YAML: ${phrase(error.message)}`, hint);
  if (lineAt(text, from).includes('{{')) return at(...TEMPLATE);
  if (text.startsWith('${', from - 1))
    return at('not valid YAML: a { begins a map here', 'put quotes around a ${VAR} that stands inside { } or [ ]');
  switch (error.code) {
    case 'MISSING_CHAR':
      if (!error.message.includes('quote')) return openBracket(error, yaml, text) ?? invalid();
      return { ...at(...OPEN_QUOTE), ...quoteAt(from, to, yaml) };
    case 'BAD_INDENT':
      return openBracket(error, yaml, text) ?? invalid('line up the keys of a map one below the other');
    case 'TAB_AS_INDENT':
      return at('a tab cannot indent YAML', 'use spaces');
    case 'BAD_ALIAS':
      return at(
        `not an alias or anchor that YAML takes: ${phrase(error.message)}`,
        'put quotes around a text that begins with * or &',
      );
    case 'BAD_SCALAR_START':
      return at(`a plain text cannot begin like this: ${phrase(error.message)}`, 'put quotes around it');
    case 'TAG_RESOLVE_FAILED':
      return at(
        `not a tag that YAML's core types have: ${phrase(error.message)}`,
        'remove the word that begins with !',
      );
    case 'RESOURCE_EXHAUSTION':
      return at('the file is nested too deeply to be read');
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return lostColon(error, text) ?? secondColon(error, text) ?? invalid(LOOK);
    default:
      return invalid();
  }
}

const LOOK = 'look for a missing colon, or for an indent that differs from the lines above';

/** A line without `: `, which the parser takes for the beginning of a key that goes on below. */
function lostColon({ code, pos }: YAMLError, text: string): SyntaxFinding | undefined {
  if (code !== 'MULTILINE_IMPLICIT_KEY') return undefined;
  const [word = ''] = /^[^\n]*?(?=\s*(?:\s#[^\n]*)?(?:\r?\n|$))/.exec(text.slice(pos[0], pos[0] + 200)) ?? [];
  const [, key, value] = /^([A-Za-z][\w.-]*):(\S.*)$/.exec(word) ?? [];
  const place = { from: pos[0], to: pos[0] + word.length };
  if (key !== undefined)
    return { ...place, message: 'a colon needs a space behind it', hint: `write ${key}: ${value ?? ''}` };
  if (!/^[A-Za-z][\w.-]*$/.test(word)) return undefined;
  return { ...place, message: 'a key needs a colon behind it', hint: `write ${word}:` };
}

/** A `: ` within a value: on its own line, or on a deeper one below, which YAML reads as more of it. */
function secondColon({ code, pos: [from] }: YAMLError, text: string): SyntaxFinding | undefined {
  if (code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const [first = '', ...below] = text.slice(from, from + 1_000).split('\n');
  if (/:\s/.test(`${first}\n`))
    return {
      from,
      to: from + first.trimEnd().length,
      message: 'a colon and a space stand in this value, which makes it a key',
      hint: 'put quotes around the whole value',
    };
  let offset = from + first.length + 1;
  for (const line of below) {
    const [, indent = '', key] = /^(\s*)([^\s#][^:]*):(?:\s|$)/.exec(line) ?? [];
    if (key !== undefined)
      return {
        from: offset + indent.length,
        to: offset + indent.length + key.length,
        message: 'this line is indented deeper than the one above, which has a value of its own',
        hint: 'line up the keys of a map one below the other',
      };
    if (line.trim() !== '') return undefined;
    offset += line.length + 1;
  }
  return undefined;
}

/** The quotation mark itself, not the end of the file. */
function quoteAt(from: number, to: number, yaml: Document.Parsed): { readonly from: number; readonly to: number } {
  let place = { from, to };
  visit(yaml, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith('QUOTE') === true && range?.[1] === from) place = { from: range[0], to: range[1] };
    },
  });
  return place;
}

/** A flow collection that the parser saw no end of, at its beginning. */
function openBracket(
  { message, pos: [at] }: YAMLError,
  yaml: Document.Parsed,
  text: string,
): SyntaxFinding | undefined {
  const [, end] = /^Flow .* end with a ([\]}])/.exec(message) ?? [];
  if (end === undefined) return undefined;
  const begin = end === ']' ? '[' : '{';
  let from = -1;
  visit(yaml, {
    Collection: (_, { flow, range }) => {
      if (flow === true && range && range[0] < at && range[1] >= at) from = Math.max(from, range[0]);
    },
  });
  if (from < 0) return undefined;
  const place = { from, to: from + 1 };
  if (text.slice(at).trim() === '')
    return { ...place, message: `this ${begin} is never closed`, hint: `add the ${end}` };
  return {
    ...place,
    message: `this ${begin} is not closed before a line that is indented less`,
    hint: `add the ${end}; what stands in brackets is indented deeper than its key`,
  };
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

function phrase(message: string): string {
  return message.replace(/[.:\s]+$/, '');
}
