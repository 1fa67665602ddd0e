import { extract, pack } from 'tar-stream';

export interface ArchiveEntry {
  /** Relative to where the archive is unpacked. */
  readonly name: string;
  readonly type: 'file' | 'directory';
  readonly mode: number;
  readonly body?: string | Buffer;
  /** Unset: root's. */
  readonly gid?: number;
}

/** A tar of directories and files of root's. */
export async function packArchive(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, type, mode, body = '', gid = 0 } of entries)
    archive.entry({ name, type, mode, uid: 0, gid }, body);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface UnpackedEntry {
  readonly name: string;
  readonly type: string;
  /** The permission bits. */
  readonly mode: number;
  /** Where a symlink leads. */
  readonly linkname?: string;
  readonly body: Buffer;
}

/** All entries of a tar; of files the content as well, so it is for small ones. */
export async function unpackArchive(stream: NodeJS.ReadableStream): Promise<readonly UnpackedEntry[]> {
  const entries: UnpackedEntry[] = [];
  const archive = extract();
  stream.on('error', (error: Error) => archive.destroy(error));
  stream.pipe(archive);
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, mode = 0, linkname } = entry.header;
    entries.push({
      name,
      type: type ?? 'file',
      mode: mode & 0o7777,
      ...(linkname ? { linkname } : {}),
      body: Buffer.concat(chunks),
    });
  }
  return entries;
}
