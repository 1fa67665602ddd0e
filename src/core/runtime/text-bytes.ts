/** The end of a text in at most so many bytes of UTF-8, never a part of a character. */
export function lastBytes(text: string, most: number): string {
  // A character of UTF-16 takes at most three bytes of UTF-8, a pair of them four.
  if (text.length * 3 <= most) return text;
  let bytes = 0;
  const characters = [...text];
  let from = characters.length;
  while (from > 0) {
    bytes += utf8Bytes(characters[from - 1] ?? '');
    if (bytes > most) break;
    from -= 1;
  }
  return characters.slice(from).join('');
}

function utf8Bytes(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
