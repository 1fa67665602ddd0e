/** Words of compose and of older habits, and the field that does it here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  services: 'pods',
  pod: 'pods',
  environment: 'env',
  entrypoint: 'command',
  healthcheck: 'readinessProbe',
  restart: 'restartPolicy',
  pullpolicy: 'imagePullPolicy',
  stopgraceperiod: 'terminationGracePeriodSeconds',
  mounts: 'volumeMounts',
  volumes: 'volumeMounts',
  bind: 'hostPath',
  tmpfs: 'emptyDir',
  pvc: 'persistentVolumeClaim',
  cmd: 'command',
  http: 'httpGet',
  tcp: 'tcpSocket',
  interval: 'periodSeconds',
  timeout: 'timeoutSeconds',
  retries: 'failureThreshold',
  startperiod: 'initialDelaySeconds',
  sidecars: 'initContainers',
};

/**
 * The candidate that a misspelt word most likely means: the same but for case, `-` and `_`, a synonym, or the nearest
 * within a third of its length in edits, and three at most.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const plain = flatten(word);
  const same = candidates.find((each) => flatten(each) === plain);
  if (same !== undefined) return same;
  const synonym = Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : undefined;
  if (synonym !== undefined && candidates.includes(synonym)) return synonym;
  return nearest(word, candidates);
}

/** The candidate that is nearest within a third of the word's length in edits, and three at most. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 100) return undefined;
  const plain = flatten(word);
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(plain.length / 3))) + 1;
  for (const each of candidates) {
    const distance = editDistance(plain, flatten(each));
    if (distance < bestDistance && distance < plain.length) [best, bestDistance] = [each, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length] ?? 0;
}

function flatten(word: string): string {
  return word.replaceAll(/[-_ ]/g, '').toLowerCase();
}
