/** Where failed calls are remembered: with the Pod that they were for, or with the project. */
import type { EngineAction } from '../runtime/action.ts';
import type { PodMemory, PodMemoryDraft, Retry } from './pod-memory.ts';
import { withEntry, withoutEntries, withoutEntry } from './entries.ts';
import type { SharedMemory } from './shared-memory.ts';
import { isShared, retryKey } from '../runtime/verbs.ts';

/** What an outcome is remembered in. */
export interface Memories {
  readonly shared: SharedMemory;
  /** Of the Pod that the call is for; unset: it is for none. */
  readonly pod: PodMemoryDraft | undefined;
}

/** What is known of failed calls. */
interface Known {
  readonly shared: SharedMemory;
  readonly pod: PodMemory | undefined;
}

export function retriesOf({ shared, pod }: Known, action: EngineAction): ReadonlyMap<string, Retry> {
  return pod === undefined || isShared(action) ? shared.retries : pod.retries;
}

export function setRetry({ shared, pod }: Memories, action: EngineAction, retry: Retry): void {
  if (pod === undefined || isShared(action)) shared.retries = withEntry(shared.retries, retryKey(action), retry);
  else pod.retries = withEntry(pod.retries, retryKey(action), retry);
}

export function forgive({ shared, pod }: Memories, action: EngineAction): void {
  if (pod === undefined || isShared(action)) forgiveShared(shared, retryKey(action));
  else pod.retries = withoutEntry(pod.retries, retryKey(action));
}

export function forgiveShared(shared: SharedMemory, ...keys: readonly string[]): void {
  shared.retries = withoutEntries(shared.retries, (key) => keys.includes(key));
}
