/** Causes as they are shown: on a terminal with their values, in an event without what may be a secret. */
import type { Reason } from '../../core/runtime/reason.ts';
import { cut, oneLine } from '../text.ts';
import { causeOf } from './cause.ts';
import type { Cause } from './cause.ts';

const valueWidth = 80;

/** A cause in one line: the field with both values, or its sentence. */
export function causeText({ path, from, to, text }: Cause): string {
  if (path === '') return oneLine(text ?? '');
  const change =
    from === undefined ? valueText(to) : `${valueText(from)} -> ${to === undefined ? '(none)' : valueText(to)}`;
  if (from === undefined && to === undefined) return text === undefined ? oneLine(path) : oneLine(`${path}: ${text}`);
  return `${oneLine(path)}: ${change}${text === undefined ? '' : ` (${oneLine(text)})`}`;
}

function valueText(value: string | undefined): string {
  return cut(oneLine(value ?? ''), valueWidth);
}

/**
 * The causes of an action as one line of an event. Events are kept on the user's disk, so what may hold a secret is named
 * and not shown: an environment, and what is no plain value (a probe's headers, a command).
 */
export function causesText(because: readonly Reason[]): string {
  return because.map(eventText).join('; ');
}

function eventText(reason: Reason): string {
  const { path, from, to, text } = causeOf(reason);
  if (path === '') return text ?? '';
  if (from === undefined && to === undefined) return text === undefined ? path : `${path}: ${text}`;
  if (mayBeSecret(reason)) return `${path} ${from === undefined ? 'added' : to === undefined ? 'removed' : 'changed'}`;
  return `${path}: ${from === undefined ? '' : `${from} -> `}${to ?? '(none)'}`;
}

/** A value that is no plain one, also when it is written as JSON in a string; and what is below an `env`. */
function mayBeSecret(reason: Reason): boolean {
  if (reason.kind !== 'field') return false;
  const { path, from, to } = reason;
  return path.slice(1, -1).includes('env') || [from, to].some(isStructure);
}

const isStructure = (value: unknown): boolean =>
  typeof value === 'string' ? /^[{[]/.test(value) : typeof value === 'object';
