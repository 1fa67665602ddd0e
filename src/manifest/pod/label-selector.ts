import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { fieldsOf, listOf, textMapOf, textOf, textsOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether labels have all the pairs of a plain selector. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether a LabelSelector matches labels; all that it says must hold. */
export function selects(selector: unknown, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  return hasLabels(labels, textMapOf(matchLabels)) && listOf(matchExpressions).every((each) => holds(each, labels));
}

function holds(expression: unknown, labels: Labels): boolean {
  const { key, operator, values } = fieldsOf(expression);
  const name = textOf(key) ?? '';
  const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
  const isAmong = value !== undefined && textsOf(values).includes(value);
  switch (operator) {
    case 'In':
      return isAmong;
    case 'NotIn':
      return !isAmong;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      // The schema has told of it.
      return true;
  }
}

/** Reports operators with values that they cannot have, or without those that they need (ValidateLabelSelector). */
export function checkExpressions(selector: unknown, at: Cursor, report: Report): void {
  listOf(fieldsOf(selector)['matchExpressions']).forEach((each, index) => {
    const { operator, values } = fieldsOf(each);
    const place = below(at, 'matchExpressions', index, 'values');
    const isEmpty = listOf(values).length === 0;
    if ((operator === 'In' || operator === 'NotIn') && isEmpty)
      report(place, "Required value: must be specified when `operator` is 'In' or 'NotIn'", { on: 'key' });
    if ((operator === 'Exists' || operator === 'DoesNotExist') && !isEmpty) {
      const message = "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      report(place, message, { on: 'key', hint: 'remove it' });
    }
  });
}
