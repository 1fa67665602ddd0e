/** The projects of the folder `examples`, as scenarios use them. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { builtLabel, makeBuiltProject } from './built.ts';
import { findFreePort } from './harness.ts';
import type { Project, WhenFinished } from './harness.ts';

const examples = join(import.meta.dirname, '../../../examples');

export interface Example extends Project {
  /** What stands for the example's own published port. */
  readonly port: number;
  readonly files: Readonly<Record<string, string>>;
}

/** An example as it is, but for the project's name and the published port: several tests may run at once. */
export async function makeExample(name: string, whenFinished?: WhenFinished): Promise<Example> {
  const project = await makeBuiltProject(whenFinished);
  const port = await findFreePort();
  const files: Record<string, string> = {};
  for (const entry of await readdir(join(examples, name), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    files[relative(join(examples, name), path)] =
      entry.name === 'Dockerfile'
        ? `${text}${builtLabel(project)}\n`
        : text.replace(/^name: .*$/m, `name: ${project.name}`).replaceAll(/\b1808\d\b/g, String(port));
  }
  await project.write(files);
  return { ...project, port, files };
}
