// The library: CommonJS, which everything can load, with a door for `import` and its types in front of it.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
const src = join(root, 'src');

/** What users import, with what each exports. */
const doors = {
  index: ['up', 'PodrunError'],
  vitest: ['podrun', 'setup'],
  jest: ['podrun', 'default'],
  playwright: ['podrun', 'default'],
};
/** Files that are read once, whoever imports them: a class is one class, and all that is heavy waits until it is used. */
const apart = { 'index.ts': 'index', 'library.ts': 'chunks/library', 'lib/podrun-error.ts': 'lib/podrun-error' };

/** @type {import('esbuild').Plugin} */
const keepApart = {
  name: 'keep-apart',
  setup(builder) {
    builder.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, importer, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined;
      const file = outputOf(resolve(resolveDir, path));
      if (file === undefined) return undefined;
      const from = outputOf(importer) ?? (isOfDoor(importer) ? basename(importer, '.ts') : 'chunks/library');
      const to = relative(join(from, '..'), `${file}.cjs`);
      return { path: to.startsWith('.') ? to : `./${to}`, external: true };
    });
  },
};

/** @param {string} path */
const outputOf = (path) => Object.entries(apart).find(([file]) => join(src, file) === path)?.[1];
/** @param {string} path */
const isOfDoor = (path) => basename(path, '.ts') in doors && join(path, '..') === src;

/** @param {Omit<import('esbuild').BuildOptions, 'plugins'> & { plugins: readonly import('esbuild').Plugin[], write: false, metafile: true }} common */
export async function buildLibrary({ plugins, ...common }) {
  const entries = new Map([
    ...Object.entries(apart).map(([file, output]) => /** @type {const} */ ([output, `src/${file}`])),
    ...Object.keys(doors).map((door) => /** @type {const} */ ([door, `src/${door}.ts`])),
  ]);
  const { outputFiles, metafile } = await build({
    ...common,
    plugins: [keepApart, ...plugins],
    entryPoints: Object.fromEntries(entries),
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // A test runner's sandbox takes require, and no import().
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname' },
  });
  const texts = { ...(await types()), ...Object.fromEntries(Object.entries(doors).map(importable)) };
  const more = Object.entries(texts).map(([name, text]) => ({
    ...{ path: join(out, name), contents: Buffer.from(text) },
  }));
  return { outputFiles: [...outputFiles, ...more], metafile };
}

/** @param {[string, string[]]} door */
function importable([name, names]) {
  const named = names.filter((each) => each !== 'default');
  const others = names.includes('default') ? 'export default door.default;\n' : '';
  return /** @type {const} */ ([
    `${name}.js`,
    `import door from './${name}.cjs';\nexport const { ${named.join(', ')} } = door;\n${others}`,
  ]);
}

/** The declarations of the public files, twice: for `import` and for `require`. */
async function types() {
  const lib = await readdir(join(src, 'lib'));
  const files = [
    ...Object.keys(doors).map((door) => `${door}.ts`),
    ...lib.filter(isPublic).map((file) => `lib/${file}`),
  ];
  /** @type {Record<string, string>} */
  const texts = {};
  for (const file of files) {
    const text = await readFile(join(src, file), 'utf8');
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(text, {
      fileName: join(src, file),
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true },
    });
    const [wrong] = diagnostics;
    if (wrong !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(wrong.messageText, ' ')}`);
    for (const [ending, kind] of /** @type {const} */ ([
      ['d.ts', 'js'],
      ['d.cts', 'cjs'],
    ]))
      texts[file.replace(/ts$/, ending)] = outputText.replaceAll(/(from '\.[^']*)\.ts'/g, `$1.${kind}'`);
  }
  return texts;
}

/** @param {string} file */
const isPublic = (file) => file === 'api.ts' || file === 'podrun-error.ts';
