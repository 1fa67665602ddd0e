import { CommandError, exitCode } from '../exit-code.ts';

export interface FileSpec {
  /** Unset: the file is on this machine. */
  readonly pod?: string;
  readonly namespace?: string;
  readonly path: string;
}

/**
 * `[[NAMESPACE/]POD:]PATH` (kubectl/pkg/cmd/cp/cp.go extractFileSpec); what begins with `/` or `.` is a path of this
 * machine's whatever follows. Throws with exit code 2.
 */
export function readFileSpec(word: string): FileSpec {
  const colon = word.indexOf(':');
  if (colon < 0 || /^[/.]/.test(word)) return { path: word };
  const pieces = word.slice(0, colon).split('/');
  const path = word.slice(colon + 1);
  const [first = '', second] = pieces;
  if (first === '' || second === '' || pieces.length > 2)
    throw new CommandError(exitCode.usage, 'filespec must match the canonical format: [[namespace/]pod:]file/path');
  return second === undefined ? { pod: first, path } : { namespace: first, pod: second, path };
}
