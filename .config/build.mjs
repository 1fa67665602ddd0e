// Bundles src/main.ts to dist/: what is imported dynamically stays a chunk of its own and is read only when a command needs it.
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
/** A podrun that runs while a new one is built still reads its own chunks: the old ones stay for this long. */
const staleAfterMs = 60 * 60 * 1000;

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

// docker-modem loads ssh2 eagerly; podrun reaches ssh hosts through the user's own ssh, and ssh2 brings native parts.
/** @type {import('esbuild').Plugin} */
const leaveOutSsh2 = {
  name: 'leave-out-ssh2',
  setup(builder) {
    builder.onResolve({ filter: /^ssh2$/ }, () => ({ path: 'ssh2', namespace: 'left-out' }));
    builder.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: `exports.Client = class { constructor() { throw new Error('ssh2 is not part of podrun'); } };`,
    }));
  },
};

const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  define: { PODRUN_VERSION: JSON.stringify(version) },
  // CommonJS packages call require, which an ES module does not have.
  banner: {
    js: `import { createRequire as podrunRequire } from 'node:module';\nconst require = podrunRequire(import.meta.url);`,
  },
  plugins: [leaveOutSsh2],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  metafile: true,
  write: false,
  logLevel: 'warning',
}).catch(() => process.exit(1)); // esbuild has said why.

// main.js comes last and by a rename: it never names a chunk that is not there yet.
const files = result.outputFiles.toSorted(
  (a, b) => Number(basename(a.path) === 'main.js') - Number(basename(b.path) === 'main.js'),
);
await mkdir(join(out, 'chunks'), { recursive: true });
for (const file of files) await put(file.path, file.contents);
await removeStale(join(out, 'chunks'), new Set(files.map((file) => basename(file.path))));

const main = result.metafile.outputs['dist/main.js'];
console.log(
  `dist/main.js ${kilobytes(main?.bytes ?? 0)} of ${kilobytes(files.reduce((sum, file) => sum + file.contents.length, 0))} in ${files.length} files`,
);

/** @param {string} path @param {Uint8Array} contents */
async function put(path, contents) {
  const isMain = path === join(out, 'main.js');
  const text =
    isMain && !startsWithShebang(contents) ? Buffer.concat([Buffer.from('#!/usr/bin/env node\n'), contents]) : contents;
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
