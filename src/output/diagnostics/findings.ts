import type { Diagnostic } from '../../model/diagnostic.ts';

/** A finding as `validate -o json` prints it; docs/commands.md says the same. */
interface Finding {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** The field's path as Kubernetes writes it; '' for the file as a whole. */
  readonly path: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly hint?: string;
  /** No mistake: a cluster does it, and podrun does something else. */
  readonly approximates?: true;
}

/** Findings as data, with a line end. @param valid there is no error among them */
export function findingsAsJson(valid: boolean, diagnostics: readonly Diagnostic[]): string {
  const findings = diagnostics.map(({ file, line, col, path, severity, message, hint, approximates }): Finding => ({
    file,
    line,
    column: col,
    path,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(approximates === undefined ? {} : { approximates }),
  }));
  return `${JSON.stringify({ valid, findings }, undefined, 2)}\n`;
}
