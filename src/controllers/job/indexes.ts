/** Completion indexes as Kubernetes writes them: `0,2-4` (pkg/controller/job/indexed_job_utils.go). */

/** @param completions what is not below it is left out */
export function readIndexes(text: string, completions: number): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const interval of text.split(',')) {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(interval) ?? [];
    if (first === undefined) continue;
    const end = Math.min(Number(last ?? first), completions - 1);
    for (let index = Number(first); index <= end; index++) indexes.add(index);
  }
  return indexes;
}

/** Two in a row are written one by one, as Kubernetes does: `0,1,3-5`. */
export function writeIndexes(indexes: Iterable<number>): string {
  const intervals: { first: number; last: number }[] = [];
  for (const index of [...indexes].toSorted((a, b) => a - b)) {
    const before = intervals.at(-1);
    if (before?.last === index - 1) before.last = index;
    else intervals.push({ first: index, last: index });
  }
  return intervals
    .map(({ first, last }) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
}
