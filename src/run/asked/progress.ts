/** How far what the file asks for has come, for a podrun that waits for it. */
import { jobOutcomes } from '../../core/jobs/ends.ts';
import type { Step } from '../../core/state/input.ts';
import type { Pod } from '../../model/pod.ts';
import type { Progress } from '../../state/control.ts';

/** @param lines of the Pods that are looked after */
export function progressOf(
  { state, settled }: Pick<Step, 'state' | 'settled'>,
  lines: Progress['lines'] = [],
  applied: Progress['applied'] = [],
): Progress {
  const { pods, project, inFlight, blind, looked } = state;
  const apart = new Set(project?.apart);
  // A Job may make up for Pods that Failed; what a CronJob's Jobs come to is no part of a start.
  const isOfJob = (pod: Pod): boolean => pod.metadata.ownerReference?.kind === 'Job';
  const wanted = pods.list.filter(({ key, desired }) => desired !== undefined && !apart.has(key) && !isOfJob(desired));
  return {
    wanted: wanted.map(({ key }) => key),
    jobs: jobOutcomes(state),
    lines,
    settled,
    busy: !looked || inFlight.size > 0 || blind.size > 0,
    applied,
  };
}
