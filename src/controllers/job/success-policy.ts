/** Whether enough indexes have succeeded for a successPolicy (pkg/controller/job/success_policy.go). */
import type { Job } from '../../model/job.ts';
import { readIndexes } from './indexes.ts';

/** The message of SuccessCriteriaMet; undefined while no rule is met. */
export function successOf(
  { successPolicy = [], completions = 0 }: Job,
  succeeded: ReadonlySet<number>,
): string | undefined {
  if (succeeded.size === 0) return undefined;
  const index = successPolicy.findIndex(({ succeededIndexes, succeededCount = Infinity }) => {
    if (succeededIndexes === undefined) return succeeded.size >= succeededCount;
    const wanted = readIndexes(succeededIndexes, completions);
    const there = [...wanted].filter((each) => succeeded.has(each)).length;
    return wanted.size > 0 && (there === wanted.size || there >= succeededCount);
  });
  return index === -1 ? undefined : `Matched rules at index ${index}`;
}
