/** One finding in a file; all findings are reported at once. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** The file as the user named it. */
  readonly file: string;
  /** From 1; the first character under the caret. */
  readonly line: number;
  readonly col: number;
  /** How many characters of that line the caret underlines, at least 1. */
  readonly width: number;
  /** The field's path as Kubernetes writes it (`spec.containers[0].image`), or '' for the file as a whole. */
  readonly path: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  /** It is about a secret: its line is not shown. */
  readonly hidden?: true;
  /** What a cluster has set, by field: all objects of a file are told of at once. */
  readonly leftOut?: readonly string[];
  /** A warning that tells of no mistake: a cluster does it, and podrun does something else. */
  readonly approximates?: true;
}
