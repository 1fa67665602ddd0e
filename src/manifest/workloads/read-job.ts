import { templateHash } from '../../model/made-name.ts';
import { firstPods } from '../../model/job.ts';
import { MAX_MADE_PODS } from '../../model/workload.ts';
import type { FailureRule, Job, SuccessRule } from '../../model/job.ts';
import { BACKOFF_LIMIT } from '../defaults.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, flagOf, integerOf, isFields, listOf, oneOf, textOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { Controller } from './pod-template.ts';

/** Kubernetes' own controller, which managedBy may name as well. */
const OWN_CONTROLLER = 'kubernetes.io/job-controller';

/** What a Job's controller goes by, or that of each Job of a CronJob (SetDefaults_Job). */
export function readJob(controller: Controller, report: Report): Job {
  const { name, namespace, spec } = controller;
  const isIndexed = spec['completionMode'] === 'Indexed';
  const perIndex = integerOf(spec['backoffLimitPerIndex']);
  const { podFailurePolicy, successPolicy } = spec;
  const completions = integerOf(spec['completions']) ?? (spec['parallelism'] === undefined ? 1 : undefined);
  const manager = wordOf(spec['managedBy']);
  const job: Job = {
    ...{ kind: 'Job', name, namespace, revision: revisionOf(spec), isIndexed },
    parallelism: integerOf(spec['parallelism']) ?? 1,
    restartPolicy: restartPolicyOf(spec),
    backoffLimit: integerOf(spec['backoffLimit']) ?? (perIndex === undefined ? BACKOFF_LIMIT : 2 ** 31 - 1),
    suspend: flagOf(spec['suspend']),
    podReplacementPolicy:
      oneOf(spec['podReplacementPolicy'], ['TerminatingOrFailed', 'Failed'] as const) ??
      (podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'),
    isManagedElsewhere: manager !== undefined && manager !== OWN_CONTROLLER,
    ...whereSet({
      completions,
      backoffLimitPerIndex: perIndex,
      maxFailedIndexes: integerOf(spec['maxFailedIndexes']),
      activeDeadlineSeconds: integerOf(spec['activeDeadlineSeconds']),
      ttlSecondsAfterFinished: integerOf(spec['ttlSecondsAfterFinished']),
      podFailurePolicy: podFailurePolicy === undefined ? undefined : rulesOf(podFailurePolicy).map(failureRule),
      successPolicy: successPolicy === undefined ? undefined : rulesOf(successPolicy).map(successRule),
    }),
  };
  return withinRoom(controller, job, report);
}

/** All that a cluster never lets one edit (validateJobSpecUpdate): not `completions`, see core/jobs/same-job.ts. */
function revisionOf(spec: Fields): string {
  const { template, completionMode, podFailurePolicy, successPolicy, managedBy } = spec;
  const { backoffLimitPerIndex, maxFailedIndexes } = spec;
  const limits = { backoffLimitPerIndex, maxFailedIndexes };
  return templateHash({ template, completionMode, podFailurePolicy, successPolicy, managedBy, ...limits });
}

const restartPolicyOf = (spec: Fields): Job['restartPolicy'] =>
  oneOf(fieldsOf(fieldsOf(spec['template'])['spec'])['restartPolicy'], ['OnFailure'] as const) ?? 'Never';

const rulesOf = (policy: unknown): readonly Fields[] => listOf(fieldsOf(policy)['rules']).filter(isFields);

function failureRule({ action, onExitCodes, onPodConditions }: Fields): FailureRule {
  const codes = fieldsOf(onExitCodes);
  const patterns = listOf(onPodConditions).map(fieldsOf);
  return {
    action: oneOf(action, ['FailJob', 'FailIndex', 'Ignore', 'Count'] as const) ?? 'Count',
    ...whereSet({
      onExitCodes:
        onExitCodes === undefined
          ? undefined
          : {
              operator: oneOf(codes['operator'], ['In', 'NotIn'] as const) ?? 'In',
              values: listOf(codes['values']).flatMap((code) => integerOf(code) ?? []),
              ...whereSet({ containerName: wordOf(codes['containerName']) }),
            },
      onPodConditions:
        patterns.length === 0
          ? undefined
          : patterns.map(({ type, status }) => ({ type: textOf(type) ?? '', status: wordOf(status) ?? 'True' })),
    }),
  };
}

const successRule = ({ succeededIndexes, succeededCount }: Fields): SuccessRule =>
  whereSet({ succeededIndexes: textOf(succeededIndexes), succeededCount: integerOf(succeededCount) });

/** As many Pods at once as there is room for. */
function withinRoom({ room, specAt }: Controller, job: Job, report: Report): Job {
  const wanted = firstPods(job);
  const count = Math.min(wanted, room.left);
  room.left -= count;
  if (count === wanted) return job;
  const message = `one machine has no room for more than ${MAX_MADE_PODS} Pods: of these no more than ${count} run at once`;
  report(below(specAt, 'parallelism'), message, { severity: 'warning', approximates: true });
  return { ...job, parallelism: count };
}
