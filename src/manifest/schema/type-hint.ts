import type { Fields } from '../yaml/read.ts';
import { fieldsOf, isFields, listOf } from '../yaml/read.ts';
import { flow } from '../yaml/report.ts';

/**
 * What to write instead of a value of the wrong type.
 * @param types those that the place takes
 * @param schema of that place
 * @param written the value's characters, where it is no collection
 */
export function hintForType(
  data: unknown,
  types: readonly string[],
  schema: Fields,
  written: string | undefined,
): string | undefined {
  const takes = (type: string): boolean => types.includes(type);
  if (data === null || data === undefined) return takes('string') ? 'write "" for an empty text' : undefined;
  if (isFields(data)) return takes('array') ? hintForList(data, schema) : undefined;
  if (typeof data === 'number' || typeof data === 'boolean') {
    if (takes('string') && !takes('object')) return `put it in quotes: "${written ?? String(data)}"`;
    return takes('array') && !takes('object') ? `write a list: [${flow(data)}]` : undefined;
  }
  if (typeof data !== 'string') return undefined;
  if (takes('integer') && /^-?\d+$/.test(data)) return `write it without quotes: ${data}`;
  if (takes('boolean')) return 'write true or false, without quotes';
  if (takes('object')) return hintForMap(data, schema);
  return takes('array') ? `write a list: ${flow(wordsOf(data, schema))}` : undefined;
}

/** A command is one text a word; what a shell has to read is for a shell. */
function wordsOf(text: string, schema: Fields): readonly string[] {
  if (fieldsOf(schema['items'])['type'] !== 'string') return [text];
  if (/[|&;<>$"'`\\*?(){}]/.test(text)) return ['sh', '-c', text];
  return text.trim().split(/\s+/);
}

/** A text where a map belongs: one of the short form's, a lost space, or what the map's one field needs. */
function hintForMap(text: string, schema: Fields): string | undefined {
  const properties = fieldsOf(schema['properties']);
  if ('mountPath' in properties) return hintForMount(text);
  if ('containerPort' in properties) {
    const [, hostPort, containerPort] = /^(?:(\d+):)?(\d+)$/.exec(text) ?? [];
    if (containerPort === undefined) return 'write {containerPort: 80}';
    const host = hostPort === undefined ? {} : { hostPort: Number(hostPort) };
    return `write ${flow({ containerPort: Number(containerPort), ...host })}`;
  }
  const [, key, value] = /^([A-Za-z]\w*):(\S.*)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined && key in properties) return needsSpace(key, value);
  const [only, ...others] = listOf(schema['required']);
  return typeof only === 'string' && others.length === 0 ? `write ${flow({ [only]: text })}` : undefined;
}

export function needsSpace(key: string, value: string): string {
  return `a colon needs a space behind it: ${key}: ${value}`;
}

function hintForMount(text: string): string {
  const [, source, mountPath, mode] = /^([^:]+):(\/[^:]*)(?::([^:]*))?$/.exec(text) ?? [];
  if (source === undefined || mountPath === undefined) return 'write {name: data, mountPath: /data}';
  const readOnly = mode === 'ro' ? { readOnly: true } : {};
  if (!/^[./~]/.test(source))
    return `write ${flow({ name: source, mountPath, ...readOnly })}, with ${source} among the Pod's volumes`;
  const volume = flow({ name: 'src', hostPath: { path: source } });
  return `write ${flow({ name: 'src', mountPath, ...readOnly })}, with ${volume} among the Pod's volumes`;
}

/** A map where a list belongs: one member without its dash, or the short form's map by name. */
function hintForList(data: Fields, schema: Fields): string | undefined {
  const [first] = Object.entries(data);
  if (first === undefined || fieldsOf(schema['items'])['type'] === 'string') return undefined;
  const [name, value] = first;
  if ('name' in data || 'containerPort' in data)
    return `write a dash before the first line of each member: - ${flow({ [name]: value }).slice(1, -1)}`;
  if (isFields(value)) return `write a list: - name: ${name}, with its fields below name`;
  return `write a list: - ${flow({ name, value: String(value) })}`;
}
