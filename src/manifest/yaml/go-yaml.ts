/**
 * Where the YAML library and kubectl differ. That reads YAML by go-yaml v2, whose scanner (scannerc.go in
 * go.yaml.in/yaml) asks for no indentation within quotes and brackets, takes a comment right behind what ends a text, and
 * knows `\'`; but it takes no tab before what begins on a line, nor some marks in a text within brackets.
 */
import type { Edit } from './respell.ts';

/** What kubectl refuses, and the YAML library reads. */
export interface Refusal {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly hint: string;
}

export interface GoReading {
  /** What to do to the text before the library can read it, in order. */
  readonly edits: readonly Edit[];
  readonly refusals: readonly Refusal[];
  /** Where a quotation mark stands that is never closed. */
  readonly openQuote: number | undefined;
}

/** How go-yaml reads a text, as far as the YAML library does otherwise. */
export function readLikeGo(text: string): GoReading {
  const scanner = new Scanner(text);
  while (scanner.next());
  return scanner;
}

/** The scanner of go-yaml as far as it tells what is quoted, what is in brackets, and how deep what holds it stands. */
class Scanner implements GoReading {
  readonly edits: Edit[] = [];
  readonly refusals: Refusal[] = [];
  openQuote: number | undefined;
  readonly #text: string;
  #at = 0;
  #lineStart = 0;
  /** How many brackets are open. */
  #flow = 0;
  /** The columns of the open block collections. */
  readonly #indents: number[] = [-1];
  /** A key may begin here: at the beginning of a line, or behind `-`. */
  #mayBeKey = true;
  /** Where on its line something stands that is a key if a colon follows. */
  #key: { readonly at: number; readonly lineStart: number } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes over one token; false at the end. */
  next(): boolean {
    this.#skipBlanks();
    const c = this.#text[this.#at];
    if (c === undefined) return false;
    const column = this.#at - this.#lineStart;
    this.#unroll(column);
    if (column === 0 && (c === '%' || this.#isMarker(this.#at))) this.#endDocument(c);
    else if (c === '[' || c === '{') this.#open();
    else if (c === ']' || c === '}') this.#close();
    else if (this.#isIndicator(c)) this.#takeIndicator(c);
    else if ((c === '|' || c === '>') && this.#flow === 0) this.#skipBlock();
    else if (c === '"' || c === "'") this.#skipQuoted(c);
    else this.#skipPlain(c);
    return true;
  }

  #endDocument(c: string): void {
    this.#unroll(-1);
    this.#flow = 0;
    this.#key = undefined;
    this.#mayBeKey = false;
    this.#at = c === '%' ? this.#lineEnd(this.#at) : this.#at + 3;
  }

  #open(): void {
    this.#saveKey();
    this.#flow += 1;
    this.#at += 1;
  }

  #close(): void {
    this.#flow = Math.max(0, this.#flow - 1);
    this.#mayBeKey = false;
    this.#at += 1;
  }

  #isIndicator(c: string): boolean {
    if (c === ',') return true;
    if (!'-?:'.includes(c)) return false;
    return isBlank(this.#text[this.#at + 1]) || (this.#flow > 0 && c !== '-');
  }

  #takeIndicator(c: string): void {
    const [before = '', next] = [this.#text[this.#at - 1], this.#text[this.#at + 1]];
    if (this.#flow > 0 && c === ':' && !isBlank(next) && !',[]{}'.includes(next ?? '') && !/["'\]}]/.test(before))
      this.#refuse(this.#at, ...INDICATOR(c));
    if (this.#flow === 0 && c !== ',') {
      const { at, lineStart } = this.#key ?? { at: 0, lineStart: -1 };
      const hasKey = c === ':' && lineStart === this.#lineStart && this.#at - at <= 1024;
      this.#roll((hasKey ? at : this.#at) - this.#lineStart);
      this.#mayBeKey = !hasKey;
      this.#key = undefined;
    }
    this.#at += 1;
  }

  #saveKey(): void {
    if (this.#flow > 0) return;
    if (this.#mayBeKey) this.#key = { at: this.#at, lineStart: this.#lineStart };
    this.#mayBeKey = false;
  }

  #roll(column: number): void {
    if (this.#indent < column) this.#indents.push(column);
  }

  #unroll(column: number): void {
    while (this.#flow === 0 && this.#indent > column) this.#indents.pop();
  }

  get #indent(): number {
    return this.#indents.at(-1) ?? -1;
  }

  /** Blanks, line breaks and comments. */
  #skipBlanks(): void {
    for (;;) {
      const c = this.#text[this.#at];
      if (c === '\n') {
        this.#newLine();
        if (this.#flow === 0) this.#mayBeKey = true;
        else this.#indentLine();
      } else if (c === '#') {
        if (this.#at > 0 && !isBlank(this.#text[this.#at - 1])) this.#put(this.#at, ' ');
        this.#at = this.#lineEnd(this.#at);
      } else if (c !== undefined && isBlank(c)) {
        if (c === '\t' && this.#flow === 0 && this.#mayBeKey) this.#refuse(this.#at, ...TAB);
        this.#at += 1;
      } else return;
    }
  }

  #newLine(): void {
    this.#at += 1;
    this.#lineStart = this.#at;
  }

  /** What stands between quotes or brackets may stand anywhere, but for the library deeper than what holds it. */
  #indentLine(): void {
    const spaces = this.#spacesAt(this.#lineStart);
    const needed = this.#indent + 1;
    if (spaces >= needed || this.#isMarker(this.#lineStart)) return;
    const rest = this.#text.slice(this.#lineStart, this.#lineEnd(this.#lineStart));
    if (/[^ \r]/.test(rest)) this.#put(this.#lineStart, ' '.repeat(needed - spaces));
  }

  #refuse(at: number, message: string, hint: string): void {
    this.refusals.push({ from: at, to: at + 1, message, hint });
  }

  #put(at: number, put: string): void {
    this.edits.push({ at, cut: 0, put });
  }

  #skipQuoted(quote: string): void {
    this.#saveKey();
    const start = this.#at;
    this.#at += 1;
    for (;;) {
      const c = this.#text[this.#at];
      const next = this.#text[this.#at + 1];
      if (c === undefined || this.#isMarker(this.#at)) {
        this.openQuote ??= start;
        return;
      }
      if (c === '\n') {
        this.#newLine();
        this.#indentLine();
      } else if (c === '\\' && quote === '"' && next !== '\n' && next !== '\r') {
        if (next === "'") this.edits.push({ at: this.#at, cut: 1, put: '' });
        this.#at += 2;
      } else if (c !== quote) this.#at += 1;
      else if (quote === "'" && next === "'") this.#at += 2;
      else break;
    }
    this.#at += 1;
  }

  #skipBlock(): void {
    this.#key = undefined;
    this.#mayBeKey = true;
    const [header] = /^.[-+\d]*/.exec(this.#text.slice(this.#at, this.#at + 3)) ?? [''];
    const [increment] = /[1-9]/.exec(header) ?? [];
    if (this.#text[this.#at + header.length] === '#') this.#put(this.#at + header.length, ' ');
    let indent = increment === undefined ? 0 : Math.max(0, this.#indent) + Number(increment);
    let deepest = Math.max(1, this.#indent + 1);
    this.#at = this.#lineEnd(this.#at);
    while (this.#at < this.#text.length) {
      const start = this.#at + 1;
      const spaces = this.#spacesAt(start);
      const first = this.#text[start + spaces];
      const isEmpty = first === undefined || first === '\n' || first === '\r';
      if (first === '\t' && (indent === 0 || spaces < indent)) this.#refuse(start + spaces, ...TAB);
      if (indent === 0) deepest = Math.max(deepest, spaces);
      if (indent === 0 && !isEmpty) indent = deepest;
      if (!isEmpty && spaces < indent) return;
      this.#newLine();
      this.#at = this.#lineEnd(start);
    }
  }

  /** A plain text, or an anchor, an alias or a tag. */
  #skipPlain(c: string): void {
    this.#saveKey();
    const isWord = '*&!'.includes(c);
    for (;;) {
      this.#at += 1;
      const here = this.#text[this.#at];
      if (here === undefined) return;
      if (this.#flow > 0 && here === '?' && !isWord) this.#refuse(this.#at, ...INDICATOR(here));
      if (this.#flow > 0 && ',[]{}?'.includes(here)) return;
      if (here === ':' && isBlank(this.#text[this.#at + 1])) return;
      if (!isBlank(here)) continue;
      if (isWord || !this.#goesOn()) return;
    }
  }

  /** Goes over the blanks within a plain text up to before what follows; false at its end. */
  #goesOn(): boolean {
    let at = this.#at;
    while (isBlank(this.#text[at]) && at < this.#text.length && this.#text[at] !== '\n') at += 1;
    if (this.#text[at] === '\n') {
      this.#at = at;
      this.#skipLines();
      if (this.#flow === 0) this.#mayBeKey = true;
      at = this.#at;
      const column = at - this.#lineStart;
      if ((this.#flow === 0 && column <= this.#indent) || this.#isMarker(at)) return false;
    }
    const c = this.#text[at];
    if (c === undefined || c === '#') return false;
    this.#at = at - 1;
    return true;
  }

  #skipLines(): void {
    while (isBlank(this.#text[this.#at]) && this.#at < this.#text.length)
      if (this.#text[this.#at] === '\n') {
        this.#newLine();
        if (this.#flow > 0) this.#indentLine();
      } else {
        const isTab = this.#text[this.#at] === '\t';
        if (isTab && this.#flow === 0 && this.#at - this.#lineStart <= this.#indent) this.#refuse(this.#at, ...TAB);
        this.#at += 1;
      }
  }

  #spacesAt(from: number): number {
    let at = from;
    while (this.#text[at] === ' ') at += 1;
    return at - from;
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }

  /** `---` or `...` at the beginning of a line. */
  #isMarker(at: number): boolean {
    if (at !== this.#lineStart) return false;
    const word = this.#text.slice(at, at + 3);
    return (word === '---' || word === '...') && isBlank(this.#text[at + 3]);
  }
}

const TAB = ['kubectl takes no tab where something may begin', 'use spaces'] as const;

const INDICATOR = (c: string) =>
  [`within [ ] and { } kubectl does not take ${c} for a part of a text`, 'put quotes around the text'] as const;

function isBlank(c: string | undefined): boolean {
  return c === undefined || c === ' ' || c === '\t' || c === '\n' || c === '\r';
}
