import { basename, dirname, join, relative, resolve } from 'node:path';
import { renderDiagnostics } from '../../output/diagnostics/diagnostics.ts';
import { exists, findUpwards, readText, writeText } from '../../platform/files.ts';
import { lookAround } from '../../run/look-around.ts';
import { defaultNames } from '../../run/project-place.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { exposedPort, firstFile, schemaLine } from '../init/first-file.ts';

export interface InitOptions {
  /** Write over a file that is there. */
  readonly force: boolean;
  /** A compose file. */
  readonly from?: string | undefined;
}

interface Written {
  readonly text: string;
  /** What it was made from; unset: nothing was there. */
  readonly from?: string;
  /** What of it has no equal, one a line. */
  readonly notes?: readonly string[];
}

const [fileName = ''] = defaultNames;

/**
 * `podrun init`: a first pods.yaml in the working directory, from what is there: a compose file, or a Dockerfile. Manifests
 * run as they are. What is there is not written over without --force.
 */
export async function init(world: World, { force, from }: InitOptions): Promise<number> {
  for (const taken of force ? [] : defaultNames)
    if (await exists(join(world.cwd, taken)))
      throw new CommandError(exitCode.usage, `there is a ${taken} already; --force writes over ${fileName}`);
  const { text, from: source, notes = [] } = await firstText(world, { force, from });
  const problem = await writeText(join(world.cwd, fileName), text, force);
  if (problem !== undefined) throw new CommandError(exitCode.failed, `${fileName} cannot be written: ${problem}`);
  const origin = source === undefined ? '' : ` from ${source}`;
  world.stdout.write(`${fileName} written${origin}: podrun diff says what it would make, podrun up makes it\n`);
  if (notes.length > 0)
    world.stdout.write(
      `\nWithout an equal, or otherwise than in ${source}:\n${notes.map((note) => `  ${note}\n`).join('')}`,
    );
  return exitCode.done;
}

async function firstText(world: World, { force, from }: InitOptions): Promise<Written> {
  const schema = await schemaPath(world);
  if (from !== undefined) return convert(world, schema, from);
  const found = await lookAround(world.cwd);
  switch (found.kind) {
    case 'compose':
      return convert(world, schema, found.file);
    case 'manifests': {
      if (force) return { text: firstFile({ schema }) };
      const words = `${found.place} has Kubernetes manifests, which run as they are: podrun -f ${found.place} up`;
      throw new CommandError(exitCode.usage, `${words}\n--force writes a ${fileName} all the same`);
    }
    case 'dockerfile':
      return { text: firstFile({ schema, builtPort: exposedPort(found.text) }), from: 'Dockerfile' };
    case 'nothing':
      return { text: firstFile({ schema }) };
  }
}

async function convert(world: World, schema: string, from: string): Promise<Written> {
  const path = resolve(world.cwd, from);
  const read = await readText(path);
  if (!read.ok) throw new CommandError(exitCode.usage, `${from}: ${read.message}`);
  const { convertCompose } = await import('../../manifest/compose/convert.ts');
  const { document, notes, diagnostics } = convertCompose({
    path: from,
    text: read.text,
    dir: dirname(path),
    layer: 0,
  });
  if (diagnostics.length > 0)
    world.stderr.write(renderDiagnostics(diagnostics, new Map([[from, read.text]]), { color: false }));
  if (document === undefined)
    throw new CommandError(exitCode.usage, `${from} can't be converted: it is no compose file that can be read`);
  const { toYaml } = await import('../../output/json/yaml.ts');
  return {
    text: `${schemaLine(schema)}${toYaml(document)}`,
    from: basename(from),
    notes: notes.map(({ path: place, text }) => `${place}: ${text}`),
  };
}

/** The schema of the podrun that the folder's own packages have, which is the same for all who work on it; else of this one. */
async function schemaPath({ cwd, codeFolder }: World): Promise<string> {
  const own = await findUpwards(cwd, ['node_modules/podrun/schema/pods.schema.json']);
  if (own !== undefined) return own.startsWith(cwd) ? `./${relative(cwd, own)}` : relative(cwd, own);
  return (await findUpwards(codeFolder, ['schema/pods.schema.json'])) ?? './pods.schema.json';
}
