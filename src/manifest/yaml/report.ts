import type { Cursor, Step } from './cursor.ts';
import { pathText, placeOf } from './cursor.ts';
import { fieldsOf, isFields, listOf } from './read.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';

export interface Finding {
  readonly hint?: string | undefined;
  /** Which end of `key: value` the caret is under; the value unless told. */
  readonly on?: 'key' | 'value';
  readonly severity?: Diagnostic['severity'];
  /** The line holds a secret, and is not shown. */
  readonly hidden?: boolean;
  /** Fields that a cluster has set. */
  readonly leftOut?: readonly string[];
  /** No mistake: podrun does something else than a cluster. */
  readonly approximates?: boolean;
}

/** Tells one finding at a place; the message in Kubernetes' validation words, without a full stop. */
export type Report = (at: Cursor, message: string, finding?: Finding) => void;

/** A report that adds to `into`. */
export function reportInto(into: Diagnostic[]): Report {
  return (at, message, finding = {}) => {
    const hidden = finding.hidden === true || isInSecret(at);
    into.push({
      severity: finding.severity ?? 'error',
      ...placeOf(at, finding.on ?? 'value'),
      path: pathText(at.path),
      message: hidden && finding.on !== 'key' ? withoutValue(message) : message,
      ...(hidden ? { hidden } : {}),
      ...(finding.leftOut === undefined ? {} : { leftOut: finding.leftOut }),
      ...(finding.approximates === true ? { approximates: true } : {}),
      ...(finding.hint === undefined ? {} : { hint: hidden ? finding.hint.replace(/: ".*"$/s, '') : finding.hint }),
    });
  };
}

const withoutValue = (message: string): string =>
  message.replace(/^(\w+ value: )(?:"(?:[^"\\]|\\.)*"(?:\.\.\.)?|[^":]+)(?=: )/s, '$1(hidden)');

/** True below what a Secret holds: neither a message nor a frame shows that. */
function isInSecret({ doc, path }: Cursor): boolean {
  if (path[0] === 'secrets' && path[2] === 'data') return path.length > 3;
  const holder = path.findIndex((step) => step === 'data' || step === 'stringData');
  if (holder < 0 || path.length === holder + 1) return false;
  const object = path.slice(0, holder).reduce(enter, doc.value);
  return fieldsOf(object)['kind'] === 'Secret';
}

const enter = (value: unknown, step: Step): unknown =>
  typeof step === 'number' ? listOf(value)[step] : fieldsOf(value)[step];

/** Kubernetes' words for a value that breaks a rule. */
export function invalid(value: unknown, rule: string): string {
  return `Invalid value: ${show(value)}: ${rule}`;
}

/** Kubernetes' words for a second one of what must be unique. */
export function duplicate(value: unknown): string {
  return `Duplicate value: ${show(value)}`;
}

/** Kubernetes' words for a value that is none of a closed set. */
export function unsupported(value: unknown, values: readonly unknown[]): string {
  return `Unsupported value: ${show(value)}: supported values: ${values.map(show).join(', ')}`;
}

/** A value as a message shows it: short, on one line, and safe for a terminal. */
export function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** A value as YAML writes it on one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => flow(each)).join(', ')}]`;
  if (isFields(value))
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}: ${flow(each)}`)
      .join(', ')}}`;
  if (typeof value !== 'string') return String(value);
  // What YAML might read as something else than a text goes in quotes.
  const isPlain =
    /^[A-Za-z/.~][\w./~-]*(:[\w./-]+)*$/.test(value) &&
    !/^(y|n|yes|no|on|off|true|false|null|~|\.inf|\.nan|\.\d.*)$/i.test(value);
  return isPlain ? value : show(value);
}
