// Compiles the schema ahead of time: what ajv makes of it takes longer than all the rest of a small file's reading.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * The text of a CommonJS module that stands for src/manifest/schema/validators.ts: the same validators, generated.
 * @returns {Promise<string>}
 */
export async function generateValidators() {
  return (await buildValidators()).text;
}

async function buildValidators() {
  const { createCompiler } = await loadCompiler();
  const compiler = createCompiler('$ref');
  const definitions = Object.keys(Object(compiler.schemas['podrun']?.schema).$defs);
  const names = Object.fromEntries(definitions.map((name) => [name, `podrun#/$defs/${name}`]));
  const contents = `${withoutUnused(standalone.default(compiler, names))}
const validators = { ${definitions.join(', ')} };
export function validatorOf(definition) {
  const validate = validators[definition];
  if (validate === undefined) throw new Error('the schema has no definition ' + definition);
  return validate;
}
`;
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    minify: true,
    metafile: true,
    write: false,
  });
  return { text: outputFiles[0]?.text ?? '', inputs: metafile.inputs };
}

/**
 * Without what nobody reads of a breach: a quarter of the text, which is read at every start.
 * @param {string} generated
 */
function withoutUnused(generated) {
  return generated.replaceAll(/schemaPath:"[^"]*",/g, '').replaceAll(/schema:[^,{}]*,parentSchema:/g, 'parentSchema:');
}

/** @returns {Promise<typeof import('../src/manifest/schema/schema-compiler.ts')>} */
async function loadCompiler() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/manifest/schema/schema-compiler.ts'],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const cache = join(root, 'node_modules/.cache');
  const path = join(cache, 'schema-compiler.mjs');
  await mkdir(cache, { recursive: true });
  await writeFile(path, outputFiles[0]?.contents ?? '');
  return import(pathToFileURL(path).href);
}

/**
 * Puts the generated validators in the place of those that are compiled as podrun runs: in a file of their own, which is
 * read when something is validated. Most commands only look for the project's name.
 * @type {import('esbuild').Plugin}
 */
export const aheadOfTime = {
  name: 'schema-ahead-of-time',
  async setup(builder) {
    const { text: contents, inputs } = await buildValidators();
    const file = `validators-${createHash('sha256').update(contents).digest('hex').slice(0, 8)}.cjs`;
    builder.onLoad({ filter: /src\/manifest\/schema\/validators\.ts$/ }, () => ({
      contents: `
        let validators;
        export function validatorOf(definition) {
          validators ??= require('./${file}');
          return validators.validatorOf(definition);
        }`,
      loader: 'js',
    }));
    builder.onResolve({ filter: new RegExp(`/${file}$`) }, ({ path }) => ({ path, external: true }));
    // Node reads JSON in a text faster than the same as JavaScript.
    builder.onLoad({ filter: /\.schema\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
    builder.onEnd(({ outputFiles, metafile }) => {
      // What of ajv the validators call is part of the bundle.
      Object.assign(metafile?.inputs ?? {}, inputs);
      const bytes = Buffer.from(contents);
      outputFiles?.push({ path: join(root, 'dist/chunks', file), contents: bytes, hash: file, text: contents });
    });
  },
};
