/** GitHub Actions' workflow commands: a finding becomes a note at its line of a pull request. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import { headline } from './diagnostics.ts';

/**
 * One annotation a finding, each a line; a finding that belongs to no file has no place.
 * @param pathOf a file's path from the root of the repository
 */
export function githubAnnotations(diagnostics: readonly Diagnostic[], pathOf: (file: string) => string): string {
  return diagnostics
    .map((each) => {
      const { severity, file, line, col, width, hint } = each;
      const place =
        file === '' || file === '-'
          ? ''
          : ` file=${property(pathOf(file))},line=${line},col=${col},endColumn=${col + width}`;
      const text = hint === undefined ? headline(each) : `${headline(each)}\n${hint}`;
      return `::${severity}${place}::${data(text)}\n`;
    })
    .join('');
}

/** A line for the job's page that belongs to no file. */
export const annotation = (severity: Diagnostic['severity'], title: string, text: string): string =>
  `::${severity} title=${property(title)}::${data(text)}`;

/** Lines in which the runner obeys no command, whatever they say; `token` ends that, and is to be unknown to who wrote them. */
export const withoutCommands = (lines: readonly string[], token: string): string =>
  [`::stop-commands::${token}`, ...lines, `::${token}::`].join('\n');

/** As the runner reads it back (actions/toolkit, command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
