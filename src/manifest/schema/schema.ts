import type { ErrorObject } from 'ajv';

import kubernetesFile from '../../../schema/kubernetes.schema.json' with { type: 'json' };
import podsFile from '../../../schema/pods.schema.json' with { type: 'json' };
import type { ControllerKind } from '../../model/controller.ts';
import { fieldsOf, listOf, textOf } from '../yaml/read.ts';
import { asMark } from './schema-marks.ts';
import type { Validator } from './validators.ts';
import { validatorOf } from './validators.ts';

/** The shapes a document can have. */
type Document =
  ControllerKind | 'ShortForm' | 'Pod' | 'PersistentVolumeClaim' | 'ConfigMap' | 'Secret' | 'Service' | 'List';

/** The shapes a document or one of its parts can have. */
export type Shape =
  Document | 'dataKey' | 'dnsSubdomain' | 'labelValue' | 'qualifiedName' | 'Build' | 'OnChange' | 'Endpoints';

/** A breach of the schema, as ajv tells it. */
export type Breach = ErrorObject;

const kubernetesDefs = fieldsOf(kubernetesFile.$defs);
const podsDefs = fieldsOf(podsFile.$defs);

/** All that is wrong with the structure of a value. */
export function breachesOf(shape: Shape, value: unknown): readonly Breach[] {
  const validate = validatorOf(shape);
  return validate(value) === true ? [] : unfold(validate.errors).map(asMark);
}

/** The breaches of what was referred to, in the place of the one that stands for them. */
function unfold(errors: Validator['errors']): readonly Breach[] {
  return (errors ?? []).flatMap((error) =>
    error.keyword === 'x-podrun-ref' ? unfold(error.params['breaches'] as ErrorObject[]) : [error],
  );
}

const kinds = new Set(kubernetesFile.allOf.map((rule) => rule.if.properties.kind.const));

/** Whether the schema has a shape of that kind of object. */
export function isShape(kind: string): kind is Exclude<Document, 'ShortForm'> {
  return kinds.has(kind);
}

/** The names of the fields that a definition knows, those not supported yet among them. */
export function fieldsIn(
  definition:
    | 'ShortForm'
    | 'ShortPod'
    | 'PodSpec'
    | 'Container'
    | 'DeploymentSpec'
    | 'HTTPGetAction'
    | 'Lifecycle'
    | 'ObjectMeta'
    | 'Volume',
): readonly string[] {
  const schema = podsDefs[definition] ?? kubernetesDefs[definition];
  return Object.keys(fieldsOf(fieldsOf(schema)['properties']));
}

/** The names of the fields of what stands under a field, or in its list; none where that has no fields of its own. */
export function fieldsUnder(schema: unknown): readonly string[] {
  const { items, anyOf, oneOf, $ref, 'x-podrun-ref': ref, properties } = fieldsOf(schema);
  const either = [...listOf(anyOf), ...listOf(oneOf)];
  if (either.length > 0) return either.flatMap(fieldsUnder);
  if (items !== undefined) return fieldsUnder(items);
  const name = (textOf(ref) ?? textOf($ref) ?? '').replace(/^.*\//, '');
  if (name === '') return Object.keys(fieldsOf(properties));
  return fieldsUnder({ ...fieldsOf(podsDefs[name] ?? kubernetesDefs[name]), $ref: undefined });
}

/** Which fields of a definition hold a field of that name themselves. */
export function holdersIn(properties: unknown, field: string): readonly string[] {
  return Object.entries(fieldsOf(properties))
    .filter(([, under]) => fieldsUnder(under).includes(field))
    .map(([holder]) => holder);
}

/** What the fields of a container are. */
export function containerProperties(): unknown {
  return fieldsOf(kubernetesDefs['Container'])['properties'];
}

/** Whether a text is a key that a ConfigMap or Secret may have. */
export function isDataKey(text: string): boolean {
  return breachesOf('dataKey', text).length === 0;
}
