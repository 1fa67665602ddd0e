/** Kubernetes objects that may be shown to anybody: what is secret in them is covered. */
import { BUILD, ENDPOINTS } from '../../model/annotations.ts';
import { fieldsOf, isFields, textMapOf } from '../../manifest/yaml/read.ts';

const COVER = '(hidden)';

/** Names of variables whose values are secret though no Secret holds them. */
const TELLING =
  /pass(?:word|wd|phrase|code)|passw?d?$|secret|token|credential|private_?key|api_?key|access_?key|auth_?key/i;

/** What is shorter stands in other texts by chance. */
const leastLength = 6;

/**
 * The objects with every value of a Secret covered, the values of variables and build arguments with a telling name,
 * and each of these values wherever else it stands in a text; passwords in URLs as well.
 */
export function masked(objects: readonly object[]): readonly object[] {
  const secrets = new Set(objects.flatMap(secretsOf).filter((text) => text.length >= leastLength));
  const longestFirst = [...secrets].toSorted((a, b) => b.length - a.length);
  return objects.map((object) => cover(covered(object), longestFirst) as object);
}

function secretsOf(object: object): readonly string[] {
  const { kind, stringData, data } = fieldsOf(object);
  const texts = (value: unknown): readonly string[] =>
    Object.values(fieldsOf(value)).filter((each) => typeof each === 'string');
  if (kind === 'Secret') {
    const encoded = texts(data);
    return [...texts(stringData), ...encoded, ...encoded.map(decode)];
  }
  return [...tellingValues(object), ...buildsIn(object).flatMap(({ args }) => Object.values(tellingArgs(args)))];
}

/** The builds in annotations of Pods, and of what Pods are made of. */
function buildsIn(value: unknown): readonly { readonly args: unknown }[] {
  if (Array.isArray(value)) return value.flatMap(buildsIn);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === BUILD && typeof each === 'string'
      ? Object.values(fieldsOf(JSON.parse(each))).map((build) => ({ args: fieldsOf(build)['args'] }))
      : buildsIn(each),
  );
}

function tellingArgs(args: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(textMapOf(args)).filter(([name]) => TELLING.test(name)));
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** The values of `{name: DB_PASSWORD, value: ...}`. */
function tellingValues(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(tellingValues);
  if (!isFields(value)) return [];
  const { name, value: own } = value;
  if (typeof name === 'string' && typeof own === 'string' && TELLING.test(name)) return [own];
  return Object.values(value).flatMap(tellingValues);
}

/** One object with what a Secret's values are covered, if it is one; every other is as it is. */
export const coverSecrets = (object: object): object =>
  fieldsOf(object)['kind'] === 'Secret' ? (covered(object) as object) : object;

/** A Secret's values, and those of variables with a telling name, however short they are. */
function covered(object: unknown): unknown {
  if (Array.isArray(object)) return object.map(covered);
  if (!isFields(object)) return object;
  const { kind, name, value } = object;
  if (kind === 'Secret') {
    const coverAll = (values: unknown): object =>
      Object.fromEntries(Object.keys(fieldsOf(values)).map((key) => [key, COVER]));
    const { data, stringData } = object;
    return {
      ...object,
      ...(data === undefined ? {} : { data: coverAll(data) }),
      ...(stringData === undefined ? {} : { stringData: coverAll(stringData) }),
    };
  }
  if (typeof name === 'string' && typeof value === 'string' && value !== '' && TELLING.test(name))
    return { ...object, value: COVER };
  return Object.fromEntries(
    Object.entries(object).map(([key, each]) => [
      key,
      typeof each !== 'string'
        ? covered(each)
        : key === BUILD
          ? coveredBuilds(each)
          : key === ENDPOINTS
            ? coveredEndpoints(each)
            : each,
    ]),
  );
}

function coveredBuilds(annotation: string): string {
  const builds = Object.entries(fieldsOf(JSON.parse(annotation))).map(([name, build]) => {
    const { args, ...rest } = fieldsOf(build);
    const hidden = Object.fromEntries(Object.keys(tellingArgs(args)).map((arg) => [arg, COVER]));
    return [name, { ...rest, args: { ...fieldsOf(args), ...hidden } }];
  });
  return JSON.stringify(Object.fromEntries(builds));
}

/** What a telling name says of an endpoint; passwords in the URLs of others are covered as everywhere. */
function coveredEndpoints(annotation: string): string {
  const texts = Object.entries(textMapOf(JSON.parse(annotation)));
  return JSON.stringify(Object.fromEntries(texts.map(([name, text]) => [name, TELLING.test(name) ? COVER : text])));
}

function cover(value: unknown, secrets: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => cover(each, secrets));
  if (isFields(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cover(each, secrets)]));
  if (typeof value !== 'string') return value;
  const plain = secrets.reduce((text, secret) => text.replaceAll(secret, COVER), value);
  return plain.replaceAll(/(\/\/[^/\s:@]+:)[^/\s@]+(?=@)/g, `$1${COVER}`);
}
