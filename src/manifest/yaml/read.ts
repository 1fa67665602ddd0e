/**
 * Reads of values that may be of any shape: what has the wrong one reads as absent, because the schema has told of
 * it already and the rest of the file is still to be checked.
 */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function integerOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function flagOf(value: unknown): boolean {
  return value === true;
}

/** The texts of a list; what is no text is left out. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}

/** The pairs of a map whose values are texts. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(fieldsOf(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(pairs);
}

/** The value where it is one of a closed set. */
export function oneOf<T extends string>(value: unknown, values: readonly T[]): T | undefined {
  return values.find((each) => each === value);
}

/** What a record is made of: the fields that are set, since an absent field and an undefined one are not the same. */
export function whereSet<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The text where there is one; '' is none, as in Kubernetes' own encoding. */
export function wordOf(value: unknown): string | undefined {
  return textOf(value) || undefined;
}

/** `true`, or nothing: for fields whose absence means false. */
export function onlyTrue(value: unknown): true | undefined {
  return value === true ? true : undefined;
}

export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
