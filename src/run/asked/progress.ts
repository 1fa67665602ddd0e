/** How far what the file asks for has come, for a podrun that waits for it. */
import { podKey } from '../../core/runtime/pod-ref.ts';
import type { Step } from '../../core/state/input.ts';
import type { Progress } from '../../state/control.ts';

/** @param lines of the Pods that are looked after */
export function progressOf({ state, settled }: Step, lines: Progress['lines'], applied: Progress['applied']): Progress {
  const { pods, project, shared, inFlight, blind, looked } = state;
  const apart = new Set(project?.apart);
  // What a CronJob's Jobs come to is no part of a start: it begins them later, and may keep those that Failed.
  const ofCrons = new Set([...shared.runs.values()].flatMap((run) => run.pods.map(({ metadata }) => podKey(metadata))));
  const wanted = pods.list.filter(({ key, desired }) => desired !== undefined && !apart.has(key) && !ofCrons.has(key));
  return {
    wanted: wanted.map(({ key }) => key),
    lines,
    settled,
    busy: !looked || inFlight.size > 0 || blind.size > 0,
    ...(applied === undefined ? {} : { applied }),
  };
}
