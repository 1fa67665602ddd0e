import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/**
 * Polls until the condition holds; false when `timeoutMs` went by.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} timeoutMs
 */
export async function waitUntil(condition, timeoutMs) {
  const endMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endMs) return false;
    await sleep(pollMs);
  }
  return true;
}
