/** The text as one line that cannot steer a terminal: line ends are shown, other control characters are replaced. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\r\n|\n|\r/g, '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll(/[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, '\uFFFD');
}

/** At most `width` characters; an ellipsis stands for what was cut. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** The same with the ellipsis inside: the end of an error is what it comes to. */
export function cutInside(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const tail = Math.floor((width - 1) * 0.6);
  if (tail < 1) return cut(text, width);
  return `${characters.slice(0, width - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}

/** How many characters a text has: a surrogate pair is one. */
export function countCharacters(text: string): number {
  return [...text].length;
}

/** `padEnd` by characters. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - countCharacters(text)));
}
