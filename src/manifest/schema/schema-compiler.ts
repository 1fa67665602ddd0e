/**
 * The schema as ajv compiles it. In the built command this is done ahead of time: the build puts what it generates in
 * the place of validators.ts (.config/schema.mjs).
 */
import { Ajv } from 'ajv';

import kubernetesFile from '../../../schema/kubernetes.schema.json' with { type: 'json' };
import podsFile from '../../../schema/pods.schema.json' with { type: 'json' };
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, isFields } from '../yaml/read.ts';
import { MARKED } from './schema-marks.ts';

/** By which keyword one definition refers to another: at once, or compiled when it is first needed. */
export type RefKey = '$ref' | 'x-podrun-ref';

const kubernetesDefs = fieldsOf(kubernetesFile.$defs);
const podsDefs = fieldsOf(podsFile.$defs);

/**
 * One schema of both files, without the texts for editors: what has fields of its own is referred to by `refKey`, and
 * the fields marked `x-podrun` are to be as if they were unset.
 */
export function createCompiler(refKey: RefKey): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    strictNumbers: true,
    validateSchema: false,
    meta: false,
    validateFormats: false,
    logger: false,
    messages: false,
    inlineRefs: false,
    code: refKey === '$ref' ? { source: true, esm: true, lines: false } : { optimize: false },
  });
  const $defs = prepare({ ...kubernetesDefs, ...podsDefs }, refKey, true);
  return ajv.addSchema({ $defs }, 'podrun');
}

const FOR_EDITORS: ReadonlySet<string> = new Set(['$defs', '$schema', 'description', 'title']);
const AS_WRITTEN: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples', 'required', 'type']);

/** `isMap`: the value maps names to schemas, so its keys are no keywords. */
function prepare(schema: unknown, refKey: RefKey, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => prepare(each, refKey));
  if (!isFields(schema)) return schema;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(borrowed(schema))) {
    if (isMap) out[key] = prepare(value, refKey);
    else if (key === '$ref') {
      const definition = String(value).replace(/^.*\//, '');
      if ('properties' in fieldsOf(kubernetesDefs[definition] ?? podsDefs[definition]))
        out[refKey] = refKey === '$ref' ? `#/$defs/${definition}` : definition;
      else out[key] = `#/$defs/${definition}`;
    } else if (key === 'propertyNames') {
      // Only a rule that stands here itself is told which key broke it.
      out[key] = prepare(definitionOf(value), refKey);
    } else if (key === 'properties') out['properties'] = prepareProperties(fieldsOf(value), refKey);
    else if (AS_WRITTEN.has(key)) out[key] = value;
    else if (!FOR_EDITORS.has(key)) out[key] = prepare(value, refKey, key === 'patternProperties');
  }
  // What lies beyond is no longer the number that was written.
  if (takesNumbers(out['type'])) out['maximum'] ??= Number.MAX_SAFE_INTEGER;
  return out;
}

function definitionOf(schema: unknown): unknown {
  const name = String(fieldsOf(schema)['$ref']).replace(/^.*\//, '');
  return kubernetesDefs[name] ?? podsDefs[name] ?? schema;
}

function takesNumbers(type: unknown): boolean {
  return [type].flat().some((each) => each === 'integer' || each === 'number');
}

function prepareProperties(properties: Fields, refKey: RefKey): Fields {
  const prepared: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const actual = borrowed(fieldsOf(schema));
    const mark = actual['x-podrun'];
    if (mark === undefined) {
      prepared[name] = prepare(actual, refKey);
      continue;
    }
    // Told of unless it has the value that leaving it out gives.
    const asUnset = {
      enum: [null, ...('default' in actual ? [actual['default']] : [])],
      [MARKED]: { 'x-podrun': mark, 'x-podrun-instead': actual['x-podrun-instead'] },
    };
    // What is accepted and not used is still to have its type.
    prepared[name] = mark === 'instead' ? { allOf: [prepare(withoutMark(actual), refKey), asUnset] } : asUnset;
  }
  return prepared;
}

function withoutMark(schema: Fields): Fields {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !key.startsWith('x-podrun')));
}

/** A field of the short form that points at the Kubernetes field of the same name. */
function borrowed(schema: Fields): Fields {
  const [, definition, field] = /#\/\$defs\/(\w+)\/properties\/(\w+)$/.exec(String(schema['$ref'])) ?? [];
  if (definition === undefined || field === undefined) return schema;
  return fieldsOf(fieldsOf(fieldsOf(kubernetesDefs[definition])['properties'])[field]);
}
