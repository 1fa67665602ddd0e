/** One assignment; a quoted value may span lines. */
const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[^])*)"|([^\r\n]*))[^\r\n]*$/gm;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/**
 * The variables of a `.env` file: `NAME=value` by line, `export` before it or not, `#` comments, single quotes as
 * written, double quotes with `\n` and the like. A later line wins. Lines that assign nothing are left out.
 */
export function parseDotenv(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [, name = '', single, double, plain = ''] of text.replace(/^\uFEFF/, '').matchAll(LINE)) {
    if (single !== undefined) variables[name] = single;
    else if (double !== undefined)
      variables[name] = double.replaceAll(/\\([^])/g, (all, c: string) => ESCAPES[c] ?? all);
    else variables[name] = plain.replace(/(^|[ \t])#.*$/, '').trim();
  }
  return variables;
}
