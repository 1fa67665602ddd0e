/** What a podFailurePolicy makes of a failed Pod (pkg/controller/job/pod_failure_policy.go). */
import type { FailureRule, Job } from '../../model/job.ts';
import type { JobPod } from './job-pod.ts';

export interface Failure {
  /** Whether it counts towards backoffLimit, and backoffLimitPerIndex. */
  readonly counts: boolean;
  readonly action?: FailureRule['action'];
  /** Of an action that fails the Job: why. */
  readonly message?: string;
}

/** The first rule that matches decides; a failure that none matches counts. */
export function failureOf({ podFailurePolicy = [], namespace }: Job, pod: JobPod): Failure {
  for (const [index, rule] of podFailurePolicy.entries()) {
    const match = matchOf(rule, pod);
    if (match === undefined) continue;
    const { action } = rule;
    if (action !== 'FailJob') return { counts: action !== 'Ignore', action };
    const [before, after] = match;
    return {
      counts: true,
      action,
      message: `${before}${namespace}/${pod.name} ${after} matching FailJob rule at index ${index}`,
    };
  }
  return { counts: true };
}

/** What is said of a match before and after the Pod's name; undefined where the rule does not match. */
function matchOf({ onExitCodes, onPodConditions = [] }: FailureRule, pod: JobPod): [string, string] | undefined {
  if (onExitCodes !== undefined) {
    const { containerName, operator, values } = onExitCodes;
    const exit = pod.exits.find(
      ({ container, exitCode }) =>
        (containerName === undefined || containerName === container) &&
        exitCode !== 0 &&
        values.includes(exitCode) === (operator === 'In'),
    );
    return exit && [`Container ${exit.container} for pod `, `failed with exit code ${exit.exitCode}`];
  }
  const condition = pod.conditions.find(({ type, status }) =>
    onPodConditions.some((pattern) => pattern.type === type && pattern.status === status),
  );
  return condition && ['Pod ', `has condition ${condition.type}`];
}
