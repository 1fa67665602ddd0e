import { didYouMean, hintForField } from './field-hint.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, listOf } from '../yaml/read.ts';
import type { Finding } from '../yaml/report.ts';
import { flow, invalid, show, unsupported } from '../yaml/report.ts';
import type { Breach } from './schema.ts';
import { suggest } from './suggest.ts';
import { hintForType } from './type-hint.ts';

/** What a finding says. */
export interface Words {
  readonly message: string;
  readonly finding?: Finding;
}

/**
 * A breach of the schema in Kubernetes' validation words; `undefined` for one that only repeats another.
 * @param written the characters of a value that is no collection
 */
export function explainBreach(
  breach: Breach,
  field: string | undefined,
  written: string | undefined,
): Words | undefined {
  const schema = fieldsOf(breach.parentSchema);
  const data: unknown = breach.propertyName ?? breach.data;
  switch (breach.keyword) {
    case 'required':
      return { message: 'Required value', finding: { hint: exampleOf(schema, field ?? ''), on: 'key' } };
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return { message: 'Required value' };
    case 'additionalProperties':
      return {
        message: `unknown field ${show(field)}`,
        finding: { hint: hintForField(field ?? '', schema), on: 'key' },
      };
    case 'maxItems':
      return { message: `Invalid value: ${String(schema['x-podrun-says'])}`, finding: { on: 'key' } };
    case 'x-podrun':
      if (breach.params['mark'] === 'instead') {
        return {
          message: String(breach.params['instead']),
          finding: { on: 'key', severity: 'warning', approximates: true },
        };
      }
      return { message: `${field ?? ''} is not supported yet`, finding: { on: 'key' } };
    case 'not': {
      const finding: Finding = { on: 'key', hint: hintOf(schema) };
      return { message: `Forbidden: ${String(schema['x-podrun-says'])}`, finding };
    }
    case 'type': {
      const types = typesOf(schema['type'] ?? breach.params['type']);
      return explainType(data, types, hintForType(data, types, schema, written));
    }
    case 'enum': {
      const values = listOf(schema['enum']);
      const says = schema['x-podrun-says'];
      return {
        message: typeof says === 'string' ? invalid(data, says) : unsupported(data, values),
        finding: { hint: nearestOf(data, values) ?? hintOf(schema) },
      };
    }
    case 'const':
      return { message: unsupported(data, [schema['const']]) };
    case 'minimum':
    case 'maximum':
      return { message: invalid(data, rangeOf(breach.keyword, schema)) };
    case 'maxLength':
    case 'pattern': {
      const says = schema['x-podrun-says'];
      const rule = typeof says === 'string' ? says : `must be at most ${String(schema['maxLength'])} characters`;
      return { message: invalid(data, rule), finding: { hint: lowerCased(data, schema['pattern']) } };
    }
    default:
      // `if` and `propertyNames` only say that something below them is wrong.
      return undefined;
  }
}

function explainType(data: unknown, types: readonly string[], hint: string | undefined): Words {
  if (data === null || data === undefined) return { message: 'Required value', finding: { hint } };
  const wanted = types.filter((type) => type !== 'null').map((type) => NOUNS[type] ?? type);
  const rule = `must be ${wanted.join(' or ')}`;
  const message = typeof data === 'object' ? `Invalid value: ${rule}` : invalid(data, rule);
  return { message, finding: { hint } };
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

function typesOf(type: unknown): readonly string[] {
  return Array.isArray(type) ? type.map(String) : String(type).split(',');
}

function rangeOf(keyword: 'minimum' | 'maximum', schema: Fields): string {
  const { minimum, maximum } = schema;
  // Only a port's range is worth telling in full; the other upper bounds are what 32 bits hold.
  if (maximum === 65535) return `must be between ${show(minimum)} and ${show(maximum)}`;
  if (keyword === 'maximum') return `must be less than or equal to ${show(maximum)}`;
  return `must be greater than or equal to ${show(minimum)}`;
}

function hintOf(schema: Fields): string | undefined {
  const hint = schema['x-podrun-hint'];
  return typeof hint === 'string' ? hint : undefined;
}

function exampleOf(schema: Fields, field: string): string | undefined {
  const property = fieldsOf(fieldsOf(schema['properties'])[field]);
  const example = listOf(property['examples'])[0] ?? property['const'] ?? onlyOf(listOf(property['enum']));
  return example === undefined ? undefined : `for example ${field}: ${flow(example)}`;
}

function onlyOf(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : undefined;
}

function nearestOf(data: unknown, values: readonly unknown[]): string | undefined {
  if (typeof data !== 'string') return undefined;
  // Docker's and the shell's names of signals are without SIG.
  const signal = `SIG${data.toUpperCase()}`;
  const near = values.includes(signal) ? signal : suggest(data, values.map(String));
  return near === undefined || near === '' ? undefined : didYouMean(near);
}

/** Capital letters and `_` are what is most often wrong with a name. */
function lowerCased(data: unknown, pattern: unknown): string | undefined {
  if (typeof data !== 'string' || typeof pattern !== 'string') return undefined;
  if (!/^[^\s]*[A-Z_][^\s]*$/.test(data)) return undefined;
  const better = data.toLowerCase().replaceAll('_', '-');
  return new RegExp(pattern).test(better) ? didYouMean(better) : undefined;
}
