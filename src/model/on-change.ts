/** What an edit of one of the files does to a container. */
export interface OnChange {
  /** Files and folders: absolute, on podrun's machine. */
  readonly paths: readonly string[];
  readonly action: 'sync' | 'restart' | 'rebuild';
  /** Of sync alone: the folder in the container that they are put into, absolute and without a last slash. */
  readonly target?: string;
}
