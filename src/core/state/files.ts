/** The files that `onChange` rules name, as they were last read. */

/** A file or folder of a rule, and the folder whose .dockerignore counts in it. */
export interface Watched {
  readonly path: string;
  readonly ignoredBy: string;
}

/** What a folder holds, by path in it ('' for a file itself): two that print alike are alike. */
export type Listing = ReadonlyMap<string, string>;

/** By {@link watchedKey}; a listing that is the same as before is the same object. */
export type Files = ReadonlyMap<string, Listing>;

export const watchedKey = ({ path, ignoredBy }: Watched): string => `${ignoredBy}\n${path}`;
