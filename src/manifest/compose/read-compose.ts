import { isMap, isScalar, Scalar, visit } from 'yaml';
import type { Pair } from 'yaml';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { readDocuments, withValue } from '../yaml/document.ts';
import { takeAsWritten } from '../yaml/other-readings.ts';
import { isFields } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { SourceFile } from '../yaml/source.ts';
import { isCompose } from './recognize.ts';

export interface ReadCompose {
  /** Absent where the file is not YAML, or no compose file. */
  readonly value?: Fields;
  readonly diagnostics: readonly Diagnostic[];
}

/** The text of a compose file as a value; a number is the text that stands there, so that 1.10 stays 1.10. */
export function readCompose(file: SourceFile): ReadCompose {
  const diagnostics: Diagnostic[] = [];
  const [doc] = readDocuments(file, diagnostics).map(withValue);
  if (doc === undefined || diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  takeAsWritten(doc);
  visit(doc.root, {
    Pair: (_, pair) => fillVariables(pair),
    Scalar(_, node) {
      if (typeof node.value === 'number' || typeof node.value === 'bigint')
        node.value = node.source ?? String(node.value);
    },
  });
  const { value } = withValue(doc);
  return isFields(value) && isCompose(value) ? { value, diagnostics } : { diagnostics };
}

/** In `environment:` and `args:` a name without a value is a variable of podrun's own environment, empty where it has none. */
function fillVariables({ key, value }: Pair): void {
  if (!isScalar(key) || !['environment', 'args'].includes(String(key.value)) || !isMap(value)) return;
  for (const item of value.items) {
    const isUnset = item.value === null || (isScalar(item.value) && item.value.value === null);
    if (isUnset && isScalar(item.key)) item.value = new Scalar(`\${${String(item.key.value)}:-}`);
  }
}
