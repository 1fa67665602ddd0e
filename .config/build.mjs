// Bundles src/main.ts to dist/: what is imported dynamically stays a chunk of its own and is read only when a command needs it.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { thirdPartyNotices } from './notices.mjs';
import { buildLibrary } from './library.mjs';
import { aheadOfTime } from './schema.mjs';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
/** A podrun that runs while a new one is built still reads its own chunks: the old ones stay for this long, but in no package. */
const staleAfterMs = process.argv.includes('--clean') ? -1 : 60 * 60 * 1000;
/**
 * A shell's script and JavaScript in one. Node takes --env-file from its whole command line up to a `--`, also what stands
 * behind the script's name (nodejs/node#54232): a missing file ends it before podrun begins, and NODE_OPTIONS in one is
 * obeyed. A shebang can't say `node --` everywhere: busybox's env has no -S.
 */
const launcher = `#!/bin/sh\n':' //; exec node -- "$0" "$@"\n`;

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/**
 * What dockerode and docker-modem load at once and podrun never calls: ssh2 (podrun reaches ssh hosts through the user's
 * own ssh) has native parts, and the gRPC of its BuildKit session costs as much time as all the rest of dockerode, eight times over.
 * @type {import('esbuild').Plugin}
 */
const leaveOut = {
  name: 'leave-out',
  setup(builder) {
    const filter = /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)$/;
    // A gRPC probe and a build's session are our own use, in a chunk that only they load.
    const isOurs = (/** @type {string} */ importer) => importer.startsWith(join(root, 'src'));
    builder.onResolve({ filter }, ({ path, importer }) =>
      isOurs(importer) ? undefined : { path, namespace: 'left-out' },
    );
    builder.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, {
        get: (_, name) => function () { throw new Error('${path} is not part of podrun: ' + String(name)); },
      });`,
    }));
  },
};

/**
 * string-width builds tables of all emoji as it is loaded: 25 ms for every command line, as yargs lays its help out even
 * when nobody asks for it. So it is loaded for the first text that has more than ASCII, dashes, quotes and dots.
 * @type {import('esbuild').Plugin}
 */
const lazyStringWidth = {
  name: 'lazy-string-width',
  setup(builder) {
    builder.onResolve({ filter: /^string-width$/ }, ({ resolveDir, namespace }) =>
      namespace === 'lazy-width' ? undefined : { path: resolveDir, namespace: 'lazy-width' },
    );
    builder.onLoad({ filter: /.*/, namespace: 'lazy-width' }, ({ path }) => ({
      resolveDir: path,
      contents: `
        const plain = /^[\\u0020-\\u007E\\u2010-\\u2027]*$/;
        export default function stringWidth(text, options) {
          if (typeof text === 'string' && plain.test(text)) return text.length;
          return require('string-width').default(text, options);
        }`,
    }));
  },
};

/** @satisfies {import('esbuild').BuildOptions} */
const common = /** @type {const} */ ({
  ...{ absWorkingDir: root, outdir: out, bundle: true, platform: 'node', target: 'node20' },
  plugins: [leaveOut, lazyStringWidth, aheadOfTime],
  ...{ minifySyntax: true, minifyWhitespace: true, legalComments: 'linked' },
  ...{ metafile: true, write: false, logLevel: 'warning' },
});

// CommonJS packages call require, which an ES module does not have.
const banner = {
  js: `import { createRequire as podrunRequire } from 'node:module';\nconst require = podrunRequire(import.meta.url);`,
};

const result = await build({
  ...common,
  entryPoints: { main: 'src/main.ts' },
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  define: { PODRUN_VERSION: JSON.stringify(version) },
  banner,
}).catch(() => process.exit(1)); // esbuild has said why.
const library = await buildLibrary(common).catch(() => process.exit(1));

// What a gateway's container runs: one file that needs nothing beside it.
const gateway = await build({
  ...common,
  entryPoints: { gateway: 'src/gateway/main.ts' },
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  banner,
  minify: true,
}).catch(() => process.exit(1)); // esbuild has said why.

// main.js comes last and by a rename: it never names a chunk that is not there yet.
const built = new Map(
  [...result.outputFiles, ...library.outputFiles, ...gateway.outputFiles].map((file) => [file.path, file]),
);
const files = [...built.values()].toSorted(
  (a, b) => Number(basename(a.path) === 'main.js') - Number(basename(b.path) === 'main.js'),
);
for (const folder of ['chunks', 'lib']) await mkdir(join(out, folder), { recursive: true });
for (const file of files) await put(file.path, file.contents);
const inputs = new Set([result, library, gateway].flatMap(({ metafile }) => Object.keys(metafile.inputs)));
await writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(root, [...inputs]));
// The man page is what the built podrun says of itself.
// Defaults that the builder's environment sets are nobody else's.
const manPage = execFileSync(process.execPath, [join(out, 'main.js'), '__man'], { encoding: 'utf8', env: {} });
await writeFile(join(out, 'podrun.1'), manPage);
await removeStale(join(out, 'chunks'), new Set(files.map((file) => basename(file.path))));

const main = result.metafile.outputs['dist/main.js'];
console.log(
  `dist/main.js ${kilobytes(main?.bytes ?? 0)} of ${kilobytes(files.reduce((sum, file) => sum + file.contents.length, 0))} in ${files.length} files`,
);

/** @param {string} path @param {Uint8Array} contents */
async function put(path, contents) {
  const isMain = path === join(out, 'main.js');
  const text = isMain && !startsWithShebang(contents) ? Buffer.concat([Buffer.from(launcher), contents]) : contents;
  await writeFile(`${path}.new`, text);
  if (isMain) await chmod(`${path}.new`, 0o755);
  await rename(`${path}.new`, path);
}

/** @param {Uint8Array} contents */
function startsWithShebang(contents) {
  return contents[0] === 0x23 && contents[1] === 0x21;
}

/** @param {string} folder @param {ReadonlySet<string>} current */
async function removeStale(folder, current) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!current.has(name) && Date.now() - (await stat(path)).mtimeMs > staleAfterMs) await rm(path);
  }
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${Math.ceil(bytes / 1024)} kB`;
}
