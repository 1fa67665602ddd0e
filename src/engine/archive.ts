import { pack } from 'tar-stream';

export interface ArchiveEntry {
  /** Relative to where the archive is unpacked. */
  readonly name: string;
  readonly type: 'file' | 'directory';
  readonly mode: number;
}

/** A tar of directories and empty files, all root's. */
export async function packArchive(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, type, mode } of entries) archive.entry({ name, type, mode }, '');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
