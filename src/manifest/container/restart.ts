import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, listOf, oneOf, whereSet } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { Container, RestartRule } from '../../model/container.ts';

/** A container's own restart policy and the rules before it (ValidateContainerRestartPolicy, KEP 5307). */
export function readRestart(
  fields: Fields,
  at: Cursor,
  role: 'init' | 'main',
  report: Report,
): Pick<Container, 'restartPolicy' | 'restartPolicyRules'> {
  const restartPolicy = oneOf(fields['restartPolicy'], ['Always', 'OnFailure', 'Never'] as const);
  const here = below(at, 'restartPolicyRules');
  const rules = listOf(fields['restartPolicyRules']).map((rule, index) => readRule(rule, below(here, index), report));
  if (rules.length === 0) return whereSet({ restartPolicy });
  if (fields['restartPolicy'] === undefined)
    report(below(at, 'restartPolicy'), 'Required value: must be set when restartPolicyRules are', {
      hint: 'for example restartPolicy: Never',
    });
  else if (role === 'init' && restartPolicy === 'Always')
    report(here, 'Forbidden: a sidecar restarts after every end', { on: 'key', hint: 'remove it' });
  return whereSet({ restartPolicy, restartPolicyRules: rules });
}

function readRule(value: unknown, at: Cursor, report: Report): RestartRule {
  const { action, exitCodes } = fieldsOf(value);
  if (action === 'RestartAllContainers') {
    const message = 'that container alone is restarted, not all of the Pod’s';
    report(below(at, 'action'), message, { severity: 'warning' });
  }
  const { operator, values } = fieldsOf(exitCodes);
  return {
    action: 'Restart',
    exitCodes: {
      operator: oneOf(operator, ['NotIn'] as const) ?? 'In',
      values: listOf(values).filter((code) => typeof code === 'number'),
    },
  };
}
