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
 * `one` and `two` are an image, `broken` has a manifest and no blobs, all else is not there.
 * @param files what is in the image
 */
export async function openRegistry(
  files: Readonly<Record<string, string | Buffer>> = { hello: 'x'.repeat(300_000) },
): Promise<Registry> {
  const archive = await tarOf(files);
  const layer = gzipSync(archive);
  const diffId = sha256(archive);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: [diffId] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: sha256(config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: layer.length,
          digest: sha256(layer),
        },
      ],
    }),
  );
  const blobs = new Map([layer, config].map((blob) => [sha256(blob), blob]));
  const digest = sha256(manifest);

  const server = createServer((request, response) => {
    const url = request.url ?? '';
    registry.requests.push(`${request.method ?? ''} ${url}`);
    const answer = (status: number, type: string, body: Buffer | string): void => {
      response.writeHead(status, {
        'Content-Type': type,
        'Docker-Content-Digest': digest,
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
    const isKnown = name === 'one' || name === 'two';
    if (isKnown && kind === 'manifests' && (reference === 'latest' || reference === digest)) {
      return answer(200, manifestType, manifest);
    }
    const blob = kind === 'blobs' && isKnown ? blobs.get(reference ?? '') : undefined;
    if (blob !== undefined) return answer(200, 'application/octet-stream', blob);
    if (name === 'broken' && kind === 'manifests') return answer(200, manifestType, manifest);
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
const text = 'application/json';

const sha256 = (data: Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;

async function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, body] of Object.entries(files)) archive.entry({ name, mode: 0o755, mtime: new Date(0) }, body);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
