import type { Cursor } from './cursor.ts';
import { pathText, spanOf } from './cursor.ts';
import type { Diagnostic } from './types.ts';

export interface Finding {
  readonly hint?: string | undefined;
  /** Which end of `key: value` the caret is under; the value unless told. */
  readonly on?: 'key' | 'value';
  readonly severity?: Diagnostic['severity'];
}

/** Tells one finding at a place; the message in Kubernetes' validation words, without a full stop. */
export type Report = (at: Cursor, message: string, finding?: Finding) => void;

/** A report that adds to `into`. */
export function reportInto(into: Diagnostic[]): Report {
  return (at, message, finding = {}) => {
    into.push({
      severity: finding.severity ?? 'error',
      file: at.doc.file,
      ...spanOf(at, finding.on ?? 'value'),
      path: pathText(at.path),
      message,
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    });
  };
}

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
