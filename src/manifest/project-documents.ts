/** The documents of a project's files: parsed, their variables filled in, later files over earlier ones. */
import type { Scalar } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ProjectInput } from './input.ts';
import { mergeLayers } from './merge/layers.ts';
import { isShort, shapesOf } from './project/dialect.ts';
import { nameProject } from './project/project-name.ts';
import { withNullTexts } from './schema/null-texts.ts';
import type { Filled } from './variables/variables.ts';
import { fillVariables, withFilled } from './variables/variables.ts';
import type { Doc } from './yaml/cursor.ts';
import { nodeAt } from './yaml/cursor.ts';
import { readDocuments, withValue } from './yaml/document.ts';
import { takeAsWritten, tellOtherReadings } from './yaml/other-readings.ts';

/** Every document, as the schema takes it. */
export function readDocumentsOf(input: ProjectInput, diagnostics: Diagnostic[], unset: Diagnostic[]): readonly Doc[] {
  const { docs, filled } = merged(input, diagnostics, unset);
  return docs.map((doc) => withNullTexts(withFilled(doc, filled, shapesOf), shapesOf));
}

/**
 * The project's name, without a look at the rest: most commands need no more. Undefined where it takes the whole file to
 * tell, or to say what is wrong: parseProject does.
 */
export function readName(
  input: Pick<ProjectInput, 'sources' | 'folderName' | 'env' | 'interpolate' | 'name'>,
): string | undefined {
  const diagnostics: Diagnostic[] = [];
  const { docs, filled } = merged(input, diagnostics, diagnostics);
  const shortDocs = docs.filter(({ value }) => isShort(value));
  // A number that a variable gives is a text by the schema alone.
  if (shortDocs.some((doc) => filled.has(nodeAt({ doc, path: ['name'] }) as Scalar))) return undefined;
  const name = nameProject(input, shortDocs, diagnostics);
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : name;
}

function merged(
  input: Pick<ProjectInput, 'sources' | 'env' | 'interpolate'>,
  diagnostics: Diagnostic[],
  unset: Diagnostic[],
): { readonly docs: readonly Doc[]; readonly filled: Filled } {
  const filled: Filled = new Set();
  const layers: Doc[][] = [];
  for (const source of input.sources) {
    const docs = readDocuments(source, diagnostics).map((doc) =>
      prepare(withValue(doc), input, filled, unset, diagnostics),
    );
    layers[source.layer] = [...(layers[source.layer] ?? []), ...docs];
  }
  return { docs: mergeLayers(layers), filled };
}

function prepare(
  doc: Doc,
  input: Pick<ProjectInput, 'env' | 'interpolate'>,
  filled: Filled,
  unset: Diagnostic[],
  into: Diagnostic[],
): Doc {
  if (isShort(doc.value)) takeAsWritten(doc);
  else {
    tellOtherReadings(doc, into);
    if (input.interpolate !== true) return doc;
  }
  fillVariables(doc, input.env, filled, unset);
  return withValue(doc);
}
