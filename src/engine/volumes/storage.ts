import { statfs } from 'node:fs/promises';

/** How large the disk is that a folder is on; 0 where that cannot be seen. */
export async function storageBytesOf(folder: string | undefined): Promise<number> {
  if (folder === undefined) return 0;
  return statfs(folder).then(
    ({ bsize, blocks }) => bsize * blocks,
    () => 0,
  );
}
