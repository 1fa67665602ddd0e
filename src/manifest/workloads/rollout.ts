import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { ControllerKind } from '../../model/controller.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';

/** SetDefaults_Deployment. */
export const PROGRESS_DEADLINE_SECONDS = 600;

/** How a controller replaces its Pods: what the schema does not see of it (pkg/apis/apps/validation). */
export function checkRollout(kind: ControllerKind, spec: Fields, at: Cursor, report: Report): void {
  switch (kind) {
    case 'Deployment':
      checkDeadline(spec, at, report);
      return checkDeployment(fieldsOf(spec['strategy']), below(at, 'strategy'), report);
    case 'DaemonSet':
      return checkDaemonSet(fieldsOf(spec['updateStrategy']), below(at, 'updateStrategy', 'rollingUpdate'), report);
    case 'StatefulSet':
      return checkStatefulSet(fieldsOf(spec['updateStrategy']), below(at, 'updateStrategy', 'rollingUpdate'), report);
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'Job':
    case 'CronJob':
  }
}

function checkDeadline(spec: Fields, at: Cursor, report: Report): void {
  const ready = integerOf(spec['minReadySeconds']) ?? 0;
  const deadline = integerOf(spec['progressDeadlineSeconds']) ?? PROGRESS_DEADLINE_SECONDS;
  if (deadline > ready) return;
  const hint = spec['progressDeadlineSeconds'] === undefined ? `it is ${deadline} unless it is set` : undefined;
  report(below(at, 'progressDeadlineSeconds'), invalid(deadline, 'must be greater than minReadySeconds'), { hint });
}

function checkDeployment({ type, rollingUpdate }: Fields, at: Cursor, report: Report): void {
  const rollingAt = below(at, 'rollingUpdate');
  if (type === 'Recreate') {
    const message = "Forbidden: may not be specified when strategy `type` is 'Recreate'";
    if (rollingUpdate !== undefined) report(rollingAt, message, { on: 'key', hint: 'remove it' });
    return;
  }
  const { maxUnavailable = '25%', maxSurge = '25%' } = fieldsOf(rollingUpdate);
  if (isNone(maxUnavailable) && isNone(maxSurge))
    report(below(rollingAt, 'maxUnavailable'), invalid(maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  checkPercent(maxUnavailable, below(rollingAt, 'maxUnavailable'), report);
}

function checkDaemonSet({ type, rollingUpdate }: Fields, at: Cursor, report: Report): void {
  if (type === 'OnDelete') return;
  const { maxUnavailable = 1, maxSurge = 0 } = fieldsOf(rollingUpdate);
  checkPercent(maxUnavailable, below(at, 'maxUnavailable'), report);
  checkPercent(maxSurge, below(at, 'maxSurge'), report);
  if (isNone(maxUnavailable) && isNone(maxSurge))
    report(below(at, 'maxUnavailable'), 'Required value: cannot be 0 when maxSurge is 0');
  else if (!isNone(maxUnavailable) && !isNone(maxSurge))
    report(below(at, 'maxSurge'), invalid(maxSurge, 'may not be set when maxUnavailable is non-zero'), {
      hint: 'write maxUnavailable: 0, which is 1 unless it is set',
    });
}

function checkStatefulSet({ type, rollingUpdate }: Fields, at: Cursor, report: Report): void {
  if (type === 'OnDelete') {
    const message = "Invalid value: only allowed for updateStrategy 'RollingUpdate'";
    if (rollingUpdate !== undefined) report(at, message, { on: 'key', hint: 'remove it' });
    return;
  }
  const { maxUnavailable } = fieldsOf(rollingUpdate);
  if (maxUnavailable === undefined) return;
  if (isNone(maxUnavailable)) report(below(at, 'maxUnavailable'), invalid(maxUnavailable, 'cannot be 0'));
  checkPercent(maxUnavailable, below(at, 'maxUnavailable'), report);
}

const isNone = (value: unknown): boolean => value === 0 || (typeof value === 'string' && /^0+%$/.test(value));

function checkPercent(value: unknown, at: Cursor, report: Report): void {
  if (typeof value === 'string' && /^\d+%$/.test(value) && Number(value.slice(0, -1)) > 100)
    report(at, invalid(value, 'must not be greater than 100%'));
}
