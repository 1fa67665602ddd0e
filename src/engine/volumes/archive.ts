import { extract, pack } from 'tar-stream';
import type { Extract } from 'tar-stream';

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
  for await (const entry of open(stream)) {
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

/** The last bytes of the one file of a tar, however long it is. */
export async function readTail(stream: NodeJS.ReadableStream, bytes: number): Promise<Buffer> {
  let tail = Buffer.alloc(0);
  for await (const entry of open(stream))
    for await (const chunk of entry) tail = Buffer.concat([tail, chunk as Buffer]).subarray(-bytes);
  return tail;
}

function open(stream: NodeJS.ReadableStream): Extract {
  const archive = extract();
  stream.on('error', (error: Error) => archive.destroy(error));
  return stream.pipe(archive);
}
