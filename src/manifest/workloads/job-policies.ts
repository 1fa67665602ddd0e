import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, isFields, listOf, textOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid } from '../yaml/report.ts';

/** validatePodFailurePolicy. */
export function checkFailurePolicy(spec: Fields, at: Cursor, report: Report): void {
  const podSpec = fieldsOf(fieldsOf(spec['template'])['spec']);
  const names = [...listOf(podSpec['initContainers']), ...listOf(podSpec['containers'])].map(
    (container) => fieldsOf(container)['name'],
  );
  listOf(fieldsOf(spec['podFailurePolicy'])['rules']).forEach((rule, index) => {
    if (!isFields(rule)) return;
    const here = below(at, 'podFailurePolicy', 'rules', index);
    const hasConditions = listOf(rule['onPodConditions']).length > 0;
    if (rule['action'] === 'FailIndex' && spec['backoffLimitPerIndex'] === undefined)
      report(below(here, 'action'), invalid('FailIndex', 'requires the backoffLimitPerIndex to be set'));
    if (rule['onExitCodes'] !== undefined && hasConditions)
      report(here, 'Invalid value: specifying both OnExitCodes and OnPodConditions is not supported');
    if (rule['onExitCodes'] === undefined && !hasConditions)
      report(here, 'Invalid value: specifying one of OnExitCodes and OnPodConditions is required');
    checkExitCodes(fieldsOf(rule['onExitCodes']), names, below(here, 'onExitCodes'), report);
  });
}

function checkExitCodes(fields: Fields, names: readonly unknown[], at: Cursor, report: Report): void {
  const { containerName, operator } = fields;
  if (containerName !== undefined && !names.includes(containerName)) {
    const rule = 'must be one of the container or initContainer names in the pod template';
    report(below(at, 'containerName'), invalid(containerName, rule));
  }
  const values = listOf(fields['values']).filter((each) => typeof each === 'number');
  values.forEach((code, index) => {
    const here = below(at, 'values', index);
    if (operator === 'In' && code === 0) report(here, invalid(0, 'must not be 0 for the In operator'));
    else if (values.indexOf(code) < index) report(here, duplicate(code));
  });
  if (values.some((code, index) => code < (values[index - 1] ?? code)))
    report(below(at, 'values'), 'Invalid value: must be ordered', { on: 'key' });
}

/** validateSuccessPolicy. */
export function checkSuccessPolicy(spec: Fields, at: Cursor, report: Report): void {
  if (spec['successPolicy'] === undefined) return;
  const here = below(at, 'successPolicy');
  if (spec['completionMode'] !== 'Indexed') {
    report(here, 'Invalid value: requires indexed completion mode', { on: 'key' });
    return;
  }
  const completions = integerOf(spec['completions']);
  listOf(fieldsOf(spec['successPolicy'])['rules']).forEach((rule, index) => {
    const ruleAt = below(here, 'rules', index);
    const [count, indexes] = [integerOf(fieldsOf(rule)['succeededCount']), textOf(fieldsOf(rule)['succeededIndexes'])];
    if (count === undefined && indexes === undefined)
      report(ruleAt, 'Required value: at least one of succeededCount or succeededIndexes must be specified');
    const named = indexes === undefined ? undefined : countIndexes(indexes, completions ?? Infinity);
    if (typeof named === 'string')
      report(below(ruleAt, 'succeededIndexes'), invalid(indexes, `error parsing succeededIndexes: ${named}`));
    const countAt = below(ruleAt, 'succeededCount');
    if (count !== undefined && completions !== undefined && count > completions)
      report(
        countAt,
        invalid(count, `must be less than or equal to ${completions} (the number of specified completions)`),
      );
    if (count !== undefined && typeof named === 'number' && count > named) {
      const rule = `must be less than or equal to ${named} (the number of indexes in the specified succeededIndexes field)`;
      report(countAt, invalid(count, rule));
    }
  });
}

/** How many indexes a text such as `0,2-4` names, or what is wrong with it (validateIndexesFormat). */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let [total, last] = [0, -1];
  for (const interval of text.split(',')) {
    const [, first, end] = /^(\d+)(?:-(\d+))?$/.exec(interval) ?? [];
    if (first === undefined) return `cannot convert string to integer for index: "${interval}"`;
    const [from, to] = [Number(first), Number(end ?? first)];
    for (const index of [from, to]) if (index >= completions) return `too large index: "${index}"`;
    if (from <= last) return `non-increasing order, previous: ${last}, current: ${from}`;
    if (end !== undefined && to <= from) return `non-increasing order, previous: ${from}, current: ${to}`;
    total += to - from + 1;
    last = to;
  }
  return total;
}
