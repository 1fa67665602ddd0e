import type { ProgressStream } from '../../../src/output/terminal/progress.ts';

/** A terminal as far as listr2 uses one. What it does not understand it throws at. */
export class Terminal implements ProgressStream {
  columns = 80;
  rows = 24;
  cursorVisible = true;
  /** How often the cursor was hidden. */
  hidden = 0;
  readonly #lines: string[] = [''];
  #row = 0;

  write(text: string): boolean {
    for (const part of text.split(/(\u001b\[[?0-9;]*[A-Za-z]|\n)/)) this.#take(part);
    return true;
  }

  /** What stands there, without the empty lines below it. */
  get screen(): readonly string[] {
    return this.#lines.slice(0, this.#lines.findLastIndex((line) => line !== '') + 1);
  }

  /** What is too wide for it now goes on in the next line, as terminals do that keep what they show. */
  resize(columns: number): void {
    const parts = (line: string) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''];
    const above = this.#lines.slice(0, this.#row).flatMap(parts);
    const below = this.#lines.slice(this.#row).flatMap(parts);
    this.#lines.splice(0, Infinity, ...above, ...below);
    this.#row = above.length;
    this.columns = columns;
  }

  #take(part: string): void {
    switch (part) {
      case '':
        return;
      case '\n':
        this.#row += 1;
        if (this.#row === this.#lines.length) this.#lines.push('');
        return;
      case '\u001b[2K':
        this.#lines[this.#row] = '';
        return;
      case '\u001b[1A':
        this.#row -= 1;
        if (this.#row < 0) throw new Error('above the first line');
        return;
      case '\u001b[G':
        // The line it goes to the start of has just been erased.
        return;
      case '\u001b[?25l':
        this.cursorVisible = false;
        this.hidden += 1;
        return;
      case '\u001b[?25h':
        this.cursorVisible = true;
        return;
    }
    // A colour.
    if (/^\u001b\[\d*m$/.test(part)) return;
    if (part.startsWith('\u001b')) throw new Error(`unknown: ${JSON.stringify(part)}`);
    this.#lines[this.#row] += part;
  }
}
