import type { FileContent } from './variables/named-file.ts';
import type { SourceFile } from './yaml/source.ts';

/** What a project is read from. */
export interface ProjectInput {
  /** The files, in the order given. */
  readonly sources: readonly SourceFile[];
  /** The absolute path of the project's folder. */
  readonly dir: string;
  /** The last part of that path, from which the name comes when nothing else gives one. */
  readonly folderName: string;
  /** The environment over the `.env` file: for `${VAR}`, and HOME for `~`. */
  readonly env: Readonly<Record<string, string>>;
  /** The profiles whose Pods run; none: `default`. */
  readonly profiles?: readonly string[];
  /** Pods that run whatever their profiles are. */
  readonly named?: readonly string[];
  /** The Pods that are to run, by name, with what they wait for; none: all. The others stay as they are. */
  readonly only?: readonly string[];
  /** Put variables into Kubernetes objects as well. */
  readonly interpolate?: boolean;
  /** The name from the command line, over the file's own. */
  readonly name?: string;
  /** Kinds that podrun does not run are errors. */
  readonly strict?: boolean;
  /** The Pods are to run: what would not work then is an error, not a warning. */
  readonly toRun?: boolean;
  /** There are files that cannot be read, which is told already: what they may hold is not missed. */
  readonly isPartial?: boolean;
  /** What the files hold that these name, by absolute path; one that is not in here was not read, which is an error. */
  readonly files?: ReadonlyMap<string, FileContent>;
}
