import type { Doc } from '../yaml/cursor.ts';
import { placeOf } from '../yaml/cursor.ts';
import { fieldsOf, textOf } from '../yaml/read.ts';
import { invalid, reportInto } from '../yaml/report.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const RULE =
  "a project's name must be at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit";

interface Given {
  readonly name?: string;
  readonly folderName: string;
}

/** The project's name: the command line's, else the file's, else one made from the folder's. */
export function nameProject(given: Given, shortDocs: readonly Doc[], diagnostics: Diagnostic[]): string | undefined {
  const report = reportInto(diagnostics);
  const tell = (message: string, hint: string): void => {
    diagnostics.push({ severity: 'error', file: '', line: 1, col: 1, width: 1, path: '', message, hint });
  };
  if (given.name !== undefined) {
    if (LABEL.test(given.name)) return given.name;
    tell(`-p: ${invalid(given.name, RULE)}`, 'for example -p shop');
    return undefined;
  }
  const names = shortDocs.flatMap((doc) => {
    const name = textOf(fieldsOf(doc.value)['name']);
    return name === undefined ? [] : [{ doc, name }];
  });
  const [first] = names;
  for (const { doc, name } of names) {
    if (first === undefined || name === first.name) continue;
    report(
      { doc, path: ['name'] },
      invalid(name, `${placeOf({ doc: first.doc, path: ['name'] }, 'value').file} names the project ${first.name}`),
      {
        hint: 'keep one of them',
      },
    );
  }
  if (first !== undefined) return first.name;
  const fromFolder = sanitize(given.folderName);
  if (fromFolder === '')
    tell(
      `the folder's name ${JSON.stringify(given.folderName)} gives no project name`,
      'write name: in the file, or -p NAME',
    );
  return fromFolder === '' ? undefined : fromFolder;
}

/** A folder's name as a DNS label: `My App_2` becomes `my-app-2`; '' when nothing is left. */
export function sanitize(folder: string): string {
  const plain = folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replace(/^-/, '').slice(0, 63).replace(/-$/, '');
}
