/** A registry with one image under two names, and with answers of its own for others; dockerd takes 127.0.0.0/8 without TLS. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface Registry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** `METHOD PATH`, in order. */
  readonly requests: string[];
  /** Only for `user:secret`. */
  isPrivate: boolean;
  /** `sha256:...` of the image's manifest. */
  readonly digest: string;
  close(): Promise<void>;
}

/**
 * `one` and `two` are an image, `many` is one for amd64 and one for arm64, `broken` has a manifest and no blobs, all else is not there.
 * @param files what is in the image
 */
export async function openRegistry(
  files: Readonly<Record<string, string | Buffer>> = { hello: 'x'.repeat(300_000) },
): Promise<Registry> {
  const archive = await tarOf(files);
  const layer = gzipSync(archive);
  const diffId = sha256(archive);
  const imageOf = (architecture: string) => {
    const config = Buffer.from(
      JSON.stringify({
        ...{ architecture, os: 'linux', config: { Cmd: ['/hello'] } },
        rootfs: { type: 'layers', diff_ids: [diffId] },
      }),
    );
    const manifest = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: manifestType },
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...blobOf(config) },
        layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...blobOf(layer) }],
      }),
    );
    return { config, manifest, architecture };
  };
  const [own, other] = [imageOf('amd64'), imageOf('arm64')];
  const list = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: listType },
      manifests: [own, other].map(({ manifest, architecture }) => ({
        ...{ mediaType: manifestType, ...blobOf(manifest) },
        platform: { architecture, os: 'linux' },
      })),
    }),
  );
  const blobs = new Map([layer, own.config, other.config].map((blob) => [sha256(blob), blob]));
  const digest = sha256(own.manifest);
  const manifests: Readonly<Record<string, readonly Buffer[]>> = {
    ...{ one: [own.manifest], two: [own.manifest], broken: [own.manifest] },
    many: [list, own.manifest, other.manifest],
  };

  const server = createServer((request, response) => {
    const url = request.url ?? '';
    registry.requests.push(`${request.method ?? ''} ${url}`);
    const answer = (status: number, type: string, body: Buffer | string): void => {
      response.writeHead(status, {
        'Content-Type': type,
        'Docker-Content-Digest': typeof body === 'string' ? digest : sha256(body),
        'Content-Length': body.length,
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const right = `Basic ${Buffer.from('user:secret').toString('base64')}`;
    // The daemon asks `/v2/` first for the way to log in, so a registry is private as a whole.
    if (registry.isPrivate && request.headers.authorization !== right) {
      response.setHeader('WWW-Authenticate', 'Basic realm="test"');
      return answer(401, text, '{"errors":[{"code":"UNAUTHORIZED","message":"log in first"}]}');
    }
    if (url === '/v2/') return answer(200, text, '{}');
    const [, name, kind, reference] = /^\/v2\/([^/]+)\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const [first, ...more] = manifests[name ?? ''] ?? [];
    const manifest =
      reference === 'latest' ? first : [first, ...more].find((each) => each && sha256(each) === reference);
    if (kind === 'manifests' && manifest !== undefined)
      return answer(200, manifest === list ? listType : manifestType, manifest);
    const blob = kind === 'blobs' && name !== 'broken' ? blobs.get(reference ?? '') : undefined;
    if (blob !== undefined) return answer(200, 'application/octet-stream', blob);
    answer(404, text, '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry: Registry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    digest,
    isPrivate: false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return registry;
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const listType = 'application/vnd.docker.distribution.manifest.list.v2+json';
const text = 'application/json';

const blobOf = (data: Buffer) => ({ size: data.length, digest: sha256(data) });

const sha256 = (data: Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;

async function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, body] of Object.entries(files)) archive.entry({ name, mode: 0o755, mtime: new Date(0) }, body);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
