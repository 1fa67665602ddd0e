import { setTimeout as sleep } from 'node:timers/promises';

/** The first look comes soon; those that follow leave the machine to what they wait for. */
const firstMs = 50;
const longestMs = 400;

/**
 * Polls until the condition holds, ever less often; false when `timeoutMs` went by.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} timeoutMs
 */
export async function waitUntil(condition, timeoutMs) {
  const endMs = performance.now() + timeoutMs;
  for (let pollMs = firstMs; !(await condition()); pollMs = Math.min(longestMs, pollMs * 1.5)) {
    if (performance.now() > endMs) return false;
    await sleep(pollMs);
  }
  return true;
}
