import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

import kubernetesFile from '../../schema/kubernetes.schema.json' with { type: 'json' };
import podsFile from '../../schema/pods.schema.json' with { type: 'json' };
import type { ControllerKind } from './pod-template.ts';
import type { Fields } from './read.ts';
import { fieldsOf, isFields } from './read.ts';

/** The shapes a document or one of its parts can have. */
export type Shape =
  ControllerKind | 'pods' | 'Pod' | 'PersistentVolumeClaim' | 'ConfigMap' | 'Secret' | 'Service' | 'List' | 'dataKey';

/** A breach of the schema, as ajv tells it. */
export type Breach = ErrorObject;

const kubernetesDefs = fieldsOf(kubernetesFile.$defs);
const podsDefs = fieldsOf(podsFile.$defs);

/** Made at the first use; both shapes of Pod share what they have in common. */
let compiler: Ajv | undefined;

/** All that is wrong with the structure of a value. The first call of a shape compiles it. */
export function breachesOf(shape: Shape, value: unknown): readonly Breach[] {
  const validate = validatorOf(shape);
  return validate(value) === true ? [] : unfold(validate.errors);
}

/** The breaches of what was referred to, in the place of the one that stands for them. */
function unfold(errors: ValidateFunction['errors']): readonly Breach[] {
  return (errors ?? []).flatMap((error) =>
    error.keyword === 'x-podrun-ref' ? unfold(error.params['breaches'] as ErrorObject[]) : [error],
  );
}

function validatorOf(definition: string): ValidateFunction {
  compiler ??= createCompiler();
  const validate = compiler.getSchema(definition === 'pods' ? 'podrun' : `podrun#/$defs/${definition}`);
  if (validate === undefined) throw new Error(`the schema has no definition ${definition}`);
  return validate;
}

const kinds = new Set(kubernetesFile.allOf.map((rule) => rule.if.properties.kind.const));

/** Whether the schema has a shape of that kind of object. */
export function isShape(kind: string): kind is Exclude<Shape, 'pods' | 'dataKey'> {
  return kinds.has(kind);
}

/** The names of the fields that a definition knows, those not supported yet among them. */
export function fieldsIn(
  definition: 'pods' | 'ShortPod' | 'PodSpec' | 'Container' | 'HTTPGetAction' | 'Lifecycle' | 'Volume',
): readonly string[] {
  const schema = definition === 'pods' ? podsFile : (podsDefs[definition] ?? kubernetesDefs[definition]);
  return Object.keys(fieldsOf(fieldsOf(schema)['properties']));
}

/** Whether a text is a key that a ConfigMap or Secret may have. */
export function isDataKey(text: string): boolean {
  return breachesOf('dataKey', text).length === 0;
}

/**
 * One schema of both files, made small before ajv sees it, since every keyword costs compile time: texts for editors
 * go, the fields marked `x-podrun` become one list a definition, and a definition with fields of its own is compiled
 * only when a file first has something that it describes.
 */
function createCompiler(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    strictNumbers: true,
    validateSchema: false,
    meta: false,
    validateFormats: false,
    logger: false,
    code: { optimize: false },
  });
  ajv.addKeyword({ keyword: 'x-podrun-fields', type: 'object', errors: true, validate: checkMarked });
  ajv.addKeyword({ keyword: 'x-podrun-ref', errors: true, validate: checkReferred });
  const $defs = prepare({ ...kubernetesDefs, ...podsDefs }, true);
  return ajv.addSchema({ ...fieldsOf(prepare(podsFile)), $defs }, 'podrun');
}

interface MarkedValidator {
  (marked: Fields, value: unknown, parent?: unknown, at?: { readonly instancePath: string }): boolean;
  errors?: Partial<ErrorObject>[];
}

/** A marked field breaks the schema unless it has the value that leaving it out gives. */
const checkMarked: MarkedValidator = (marked, value, _parent, at) => {
  const given = Object.entries(fieldsOf(value)).filter(([name, content]) => {
    const schema = Object.hasOwn(marked, name) ? marked[name] : undefined;
    return isFields(schema) && content !== null && JSON.stringify(content) !== JSON.stringify(schema['default']);
  });
  checkMarked.errors = given.map(([name]) => ({
    keyword: 'x-podrun',
    instancePath: at?.instancePath ?? '',
    params: {
      field: name,
      mark: fieldsOf(marked[name])['x-podrun'],
      instead: fieldsOf(marked[name])['x-podrun-instead'],
    },
  }));
  return given.length === 0;
};

interface ReferredValidator {
  (definition: string, value: unknown, parent?: unknown, at?: Parameters<ValidateFunction>[1]): boolean;
  errors?: Partial<ErrorObject>[];
}

/** What `$ref` does, compiled when it is first needed. ajv writes over what it is given, so the breaches are wrapped. */
const checkReferred: ReferredValidator = (definition, value, _parent, at) => {
  const validate = validatorOf(definition);
  const isGood = validate(value, at) === true;
  checkReferred.errors = [
    { keyword: 'x-podrun-ref', instancePath: at?.instancePath ?? '', params: { breaches: validate.errors ?? [] } },
  ];
  return isGood;
};

const FOR_EDITORS: ReadonlySet<string> = new Set(['$defs', '$schema', 'description', 'title']);
const AS_WRITTEN: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples', 'required', 'type']);

/** `isMap`: the value maps names to schemas, so its keys are no keywords. */
function prepare(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => prepare(each));
  if (!isFields(schema)) return schema;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(borrowed(schema))) {
    if (isMap) out[key] = prepare(value);
    else if (key === '$ref') {
      const definition = String(value).replace(/^.*\//, '');
      if ('properties' in fieldsOf(kubernetesDefs[definition] ?? podsDefs[definition]))
        out['x-podrun-ref'] = definition;
      else out[key] = `#/$defs/${definition}`;
    } else if (key === 'properties') Object.assign(out, prepareProperties(fieldsOf(value)));
    else if (AS_WRITTEN.has(key)) out[key] = value;
    else if (!FOR_EDITORS.has(key)) out[key] = prepare(value, key === 'patternProperties');
  }
  // What lies beyond is no longer the number that was written.
  if (takesNumbers(out['type'])) out['maximum'] ??= Number.MAX_SAFE_INTEGER;
  return out;
}

function takesNumbers(type: unknown): boolean {
  return [type].flat().some((each) => each === 'integer' || each === 'number');
}

function prepareProperties(properties: Fields): Fields {
  const plain: Record<string, unknown> = {};
  const marked: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const actual = borrowed(fieldsOf(schema));
    const mark = actual['x-podrun'];
    if (mark !== undefined) marked[name] = actual;
    // What is accepted and not used is still to have its type.
    plain[name] = mark === undefined || mark === 'instead' ? prepare(actual) : true;
  }
  return Object.keys(marked).length === 0 ? { properties: plain } : { properties: plain, 'x-podrun-fields': marked };
}

/** A field of the short form that points at the Kubernetes field of the same name. */
function borrowed(schema: Fields): Fields {
  const [, definition, field] = /#\/\$defs\/(\w+)\/properties\/(\w+)$/.exec(String(schema['$ref'])) ?? [];
  if (definition === undefined || field === undefined) return schema;
  return fieldsOf(fieldsOf(fieldsOf(kubernetesDefs[definition])['properties'])[field]);
}
