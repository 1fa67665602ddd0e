import { checkAffinity } from './affinity.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { checkExpressions } from './label-selector.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, isFields, listOf, textOf, textsOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid, unsupported } from '../yaml/report.ts';
import { checkStructure } from '../schema/structure.ts';

/** What a scheduler is told: it is not done on one machine, and still to be what a cluster takes. */
export function checkScheduling(spec: Fields, at: Cursor, report: Report): void {
  listOf(spec['tolerations']).forEach((each, index) => checkToleration(each, below(at, 'tolerations', index), report));
  checkGates(spec, at, report);
  checkConstraints(listOf(spec['topologySpreadConstraints']), below(at, 'topologySpreadConstraints'), report);
  checkAffinity(fieldsOf(spec['affinity']), below(at, 'affinity'), report);
}

/** ValidateTolerations. */
function checkToleration(value: unknown, at: Cursor, report: Report): void {
  if (!isFields(value)) return;
  const [key, operator = 'Equal'] = [wordOf(value['key']), wordOf(value['operator'])];
  const [text, effect = ''] = [wordOf(value['value']), wordOf(value['effect'])];
  const operatorAt = below(at, 'operator');
  if (key !== undefined) checkStructure('qualifiedName', key, below(at, 'key'), report);
  if (!['Equal', 'Exists'].includes(operator)) report(operatorAt, unsupported(operator, ['Equal', 'Exists']));
  else if (key === undefined && operator !== 'Exists') {
    const rule = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    report(operatorAt, invalid(textOf(value['operator']) ?? '', rule), { hint: 'write operator: Exists' });
  } else if (operator === 'Exists' && text !== undefined) {
    const rule = "value must be empty when `operator` is 'Exists'";
    report(below(at, 'value'), invalid(text, rule), { hint: 'remove it' });
  }
  if (operator === 'Equal' && text !== undefined) checkStructure('labelValue', text, below(at, 'value'), report);
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  if (effect !== '' && !effects.includes(effect)) report(below(at, 'effect'), unsupported(effect, effects));
  else if (integerOf(value['tolerationSeconds']) !== undefined && effect !== 'NoExecute')
    report(below(at, 'effect'), invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
}

/** validateSchedulingGates, and ValidatePodCreate for a Pod that has its node. */
function checkGates(spec: Fields, at: Cursor, report: Report): void {
  const seen = new Set<string>();
  listOf(spec['schedulingGates']).forEach((gate, index) => {
    const name = wordOf(fieldsOf(gate)['name']);
    if (name === undefined) return;
    if (seen.has(name)) report(below(at, 'schedulingGates', index, 'name'), duplicate(name), { hint: 'remove it' });
    seen.add(name);
  });
  if (seen.size > 0 && wordOf(spec['nodeName']) !== undefined) {
    const message = 'Forbidden: cannot be set until all schedulingGates have been cleared';
    report(below(at, 'nodeName'), message, { on: 'key', hint: 'remove one of them' });
  }
}

/** validateTopologySpreadConstraints. */
function checkConstraints(constraints: readonly unknown[], at: Cursor, report: Report): void {
  const seen = new Set<string>();
  constraints.map(fieldsOf).forEach((fields, index) => {
    const here = below(at, index);
    const { topologyKey, whenUnsatisfiable, labelSelector, minDomains } = fields;
    const kind = `{${String(topologyKey)}, ${String(whenUnsatisfiable)}}`;
    if (topologyKey !== undefined && seen.has(kind)) report(below(here, 'topologyKey'), duplicate(kind));
    seen.add(kind);
    if (minDomains !== undefined && whenUnsatisfiable === 'ScheduleAnyway') {
      const rule = 'can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway';
      report(below(here, 'minDomains'), invalid(minDomains, rule));
    }
    checkExpressions(labelSelector, below(here, 'labelSelector'), report);
    const keys = textsOf(fields['matchLabelKeys']);
    const keysAt = below(here, 'matchLabelKeys');
    if (keys.length > 0 && labelSelector === undefined)
      report(keysAt, 'Forbidden: must not be specified when labelSelector is not set', { on: 'key' });
    const { matchLabels, matchExpressions } = fieldsOf(labelSelector);
    const selected = listOf(matchExpressions).map((each) => fieldsOf(each)['key']);
    keys.forEach((key, position) => {
      if (key in fieldsOf(matchLabels) || selected.includes(key))
        report(below(keysAt, position), invalid(key, 'exists in both matchLabelKeys and labelSelector'));
    });
  });
}
