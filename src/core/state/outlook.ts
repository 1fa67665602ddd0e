/**
 * What the plans of all Pods come to. It is carried from step to step, so that a step asks only the Pods that it touched:
 * to ask each of a thousand Pods at every step cost a quarter of planning them.
 */
import type { PodPlan, PodState } from './pod-table.ts';

export interface Outlook {
  /** When the first of them is to be planned again; Infinity: none. */
  readonly wakeAtMs: number;
  /** How much they want, begun or not. */
  readonly wanted: number;
  /** How many of them wait for a call, or for another Pod. */
  readonly waiting: number;
  /** How many of them wait until fewer calls, or pulls and builds, are in flight. */
  readonly needSlot: { readonly short: number; readonly long: number };
}

export const emptyOutlook: Outlook = { wakeAtMs: Infinity, wanted: 0, waiting: 0, needSlot: { short: 0, long: 0 } };

/** @param list all Pods, as they are after the step; @param changes what became of the plans of those that it touched */
export function outlookAfter(
  before: Outlook,
  changes: Iterable<{ readonly was: PodPlan | undefined; readonly is: PodPlan | undefined }>,
  list: readonly PodState[],
): Outlook {
  let { wakeAtMs, wanted, waiting } = before;
  let { short, long } = before.needSlot;
  let wasFirst = false;
  const count = (plan: PodPlan | undefined, sign: 1 | -1): void => {
    if (plan === undefined) return;
    wanted += sign * plan.wanted;
    if (plan.waitsFor.size > 0) waiting += sign;
    if (plan.needsSlot.short) short += sign;
    if (plan.needsSlot.long) long += sign;
  };
  for (const { was, is } of changes) {
    count(was, -1);
    count(is, 1);
    wasFirst ||= was !== undefined && was.wakeAtMs === before.wakeAtMs;
    wakeAtMs = Math.min(wakeAtMs, is?.wakeAtMs ?? Infinity);
  }
  // The others' first moment is known only as long as it was not that of one which changed.
  if (wasFirst && wakeAtMs === before.wakeAtMs && wakeAtMs < Infinity) wakeAtMs = firstWake(list);
  return { wakeAtMs, wanted, waiting, needSlot: { short, long } };
}

const firstWake = (list: readonly PodState[]): number =>
  list.reduce((first, { plan }) => Math.min(first, plan.wakeAtMs), Infinity);
