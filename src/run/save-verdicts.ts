/** Keeps the verdicts of probes for the podrun that comes after. */
import { changedPods } from '../core/state/pod-changes.ts';
import type { PodChange } from '../core/state/pod-changes.ts';
import type { State } from '../core/state/state.ts';
import { saveProbes } from '../state/probes.ts';

/** Saves the verdicts when one has changed; one write at a time, and a failed one only makes `ps` know less. */
export function makeSaver(path: string): (before: State, after: State) => void {
  let writing = Promise.resolve();
  return (before, after) => {
    if (!changedPods(before, after).some(hasOtherVerdicts)) return;
    const probes = new Map(after.pods.list.flatMap(({ memory }) => [...memory.probes]));
    writing = writing.then(() => saveProbes(path, probes)).catch(() => {});
  };
}

function hasOtherVerdicts({ before, after }: PodChange): boolean {
  const [was, is] = [before?.memory.probes, after?.memory.probes];
  if (was?.size !== is?.size) return true;
  return [...(is ?? [])].some(([key, { instance, passing }]) => {
    const old = was?.get(key);
    return old?.instance !== instance || old.passing !== passing;
  });
}
