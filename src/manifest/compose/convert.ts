/** A compose file as a first pods.yaml: one Pod for each service, and a list of what has no equal. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import { fieldsOf, textOf } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { SourceFile } from '../yaml/source.ts';
import { plainName } from './draft.ts';
import type { Note, Uses } from './draft.ts';
import { readCompose } from './read-compose.ts';
import { readService } from './service.ts';
import { text } from './values.ts';

export interface Converted {
  /** A document of the short form; absent where the file can't be read. */
  readonly document?: Fields;
  readonly notes: readonly Note[];
  /** What is wrong with the file as YAML. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Converts a compose file. Variables stay as they stand: podrun has the same ones. What compose does by default and
 * Kubernetes does not (no restarts, ten seconds of grace, a check's time of thirty) is written out.
 */
export function convertCompose(file: SourceFile): Converted {
  const { value, diagnostics } = readCompose(file);
  if (value === undefined) return { notes: [], diagnostics };
  const notes: Note[] = [];
  const uses: Uses = { volumes: new Set(), secrets: new Set(), configs: new Set() };
  const services = Object.entries(fieldsOf(value['services']));
  const pods = services.map(([name, service]) => [plainName(name), podOf(name, service, uses, notes)] as const);
  for (const [name] of services)
    if (plainName(name) !== name)
      notes.push({ path: `services.${name}`, text: `its Pod is ${plainName(name)}: others reach it by that name` });
  const isPublished = pods.some(([, { containers }]) => JSON.stringify(containers).includes('"ports"'));
  if (isPublished)
    notes.push({
      path: 'ports',
      text: 'published on 127.0.0.1 alone; 0.0.0.0 before a port opens it to other machines',
    });
  const name = textOf(value['name']);
  const document = {
    ...(name === undefined ? {} : { name }),
    pods: Object.fromEntries(pods),
    ...topLevel(value, uses, notes),
  };
  return { document, notes, diagnostics };
}

function podOf(service: string, value: unknown, uses: Uses, notes: Note[]): Fields {
  const pod: Record<string, unknown> = {};
  const container: Record<string, unknown> = {};
  const mounts: unknown[] = [];
  const volumes: Record<string, unknown> = {};
  const note = (field: string, words: string): void =>
    void notes.push({ path: `services.${service}.${field}`, text: words });
  readService(value, { service, pod, container, mounts, volumes, named: plainName, uses, note });
  if (mounts.length > 0) container['volumeMounts'] = mounts;
  return {
    ...pod,
    containers: { [plainName(service)]: container },
    ...(Object.keys(volumes).length === 0 ? {} : { volumes }),
  };
}

function topLevel(value: Fields, uses: Uses, notes: Note[]): Fields {
  const { volumes, secrets, configs, networks, include } = value;
  const persistent = [...new Set([...Object.keys(fieldsOf(volumes)), ...uses.volumes])];
  for (const [name, each] of Object.entries(fieldsOf(volumes)))
    if (Object.entries(fieldsOf(each)).some(([field, what]) => field !== 'driver' || what !== 'local'))
      notes.push({ path: `volumes.${name}`, text: 'a persistent volume here has no settings: it begins empty' });
  if (Object.keys(fieldsOf(networks)).length > 0)
    notes.push({
      path: 'networks',
      text: 'the Pods of a project share one network, and reach each other by their names',
    });
  if (include !== undefined)
    notes.push({ path: 'include', text: 'run this on the output of docker compose config, which has it all' });
  return {
    ...some('secrets', objects('secrets', fieldsOf(secrets), uses.secrets, notes)),
    ...some('configMaps', objects('configs', fieldsOf(configs), uses.configs, notes)),
    ...some('volumes', Object.fromEntries(persistent.map((name) => [plainName(name), {}]))),
  };
}

/** Each secret or config that a service uses, as an object with one key, its name. */
function objects(kind: 'secrets' | 'configs', all: Fields, used: ReadonlySet<string>, notes: Note[]): Fields {
  const made = [...used].map((name): readonly [string, Fields] => {
    const fields = contentOf(kind, name, fieldsOf(all[name]));
    const outside = 'it comes from outside: write where its content is, as files, env or data';
    if (fields === undefined) notes.push({ path: `${kind}.${name}`, text: outside });
    return [plainName(name), fields ?? { data: {} }];
  });
  return Object.fromEntries(made);
}

function contentOf(kind: 'secrets' | 'configs', name: string, source: Fields): Fields | undefined {
  const { file, environment, content } = source;
  if (file !== undefined) return { files: { [name]: file } };
  if (environment !== undefined && kind === 'secrets') return { env: { [name]: environment } };
  if (environment !== undefined) return { data: { [name]: `\${${text(environment)}}` } };
  return content === undefined ? undefined : { data: { [name]: content } };
}

const some = (field: string, values: Fields): Fields => (Object.keys(values).length === 0 ? {} : { [field]: values });
