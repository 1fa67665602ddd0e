// Compiles the schema ahead of time: what ajv makes of it takes longer than all the rest of a small file's reading.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import standalone from 'ajv/dist/standalone/index.js';
import { build, transform } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * The text of a module that stands for src/manifest/schema/validators.ts: the same validators, generated.
 * @returns {Promise<string>}
 */
export async function generateValidators() {
  const { createCompiler } = await loadCompiler();
  const compiler = createCompiler('$ref');
  const definitions = Object.keys(Object(compiler.schemas['podrun']?.schema).$defs);
  const names = Object.fromEntries(definitions.map((name) => [name, `podrun#/$defs/${name}`]));
  const generated = standalone.default(compiler, names);
  const text = `${withoutUnused(generated)}
const validators = { ${definitions.join(', ')} };
export function validatorOf(definition) {
  const validate = validators[definition];
  if (validate === undefined) throw new Error('the schema has no definition ' + definition);
  return validate;
}
`;
  return (await transform(text, { minify: true, format: 'esm' })).code;
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
 * Puts the generated validators in the place of those that are compiled as podrun runs.
 * @type {import('esbuild').Plugin}
 */
export const aheadOfTime = {
  name: 'schema-ahead-of-time',
  setup(builder) {
    builder.onLoad({ filter: /src\/manifest\/schema\/validators\.ts$/ }, async () => ({
      contents: await generateValidators(),
      loader: 'js',
      resolveDir: root,
    }));
  },
};
