/** What is told of one container that is in the way: its state, its last end, its restarts, its probe. */
import type { Container, ContainerStatus, Event } from 'kubernetes-types/core/v1.js';
import { spokenDuration } from '../duration.ts';

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

/** `waiting, ErrImagePull: not found`; `running for 12 s, and not ready`; `ended`. */
export function stateText({ state, started }: ContainerStatus, nowMs: number): string {
  const { waiting, running, terminated } = state ?? {};
  if (running !== undefined) {
    const sinceMs = Date.parse(running.startedAt ?? '');
    const lasts = Number.isNaN(sinceMs) ? 'running' : `running for ${spokenDuration(nowMs - sinceMs)}`;
    return `${lasts}, and ${started === false ? 'has not started' : 'not ready'}`;
  }
  if (terminated !== undefined) return 'ended';
  const why = [waiting?.reason, waiting?.message?.trim()].filter((text) => text !== undefined && text !== '');
  return ['waiting', why.join(': ')].filter((text) => text !== '').join(', ');
}

/** How it ended last, why, and how often it was restarted. */
export function endFacts(
  { state, lastState, restartCount }: ContainerStatus,
  container: Container | undefined,
): readonly string[] {
  const ended = state?.terminated ?? lastState?.terminated;
  const times = restartCount === 1 ? 'once' : `${restartCount} times`;
  const restarts = restartCount === 0 ? [] : [`it was restarted ${times}`];
  return ended === undefined ? restarts : [endText(ended, container), ...restarts];
}

function endText(ended: Terminated, container: Container | undefined): string {
  const { reason = '', exitCode, signal = 0, message = '' } = ended;
  const how = ['', 'Error', 'Completed'].includes(reason) ? '' : ` (${reason})`;
  const limit = container?.resources?.limits?.['memory'];
  const memory =
    reason !== 'OOMKilled' ? '' : ` as it ran out of memory${limit === undefined ? '' : `, limit ${limit}`}`;
  const by = signal > 0 ? `, signal ${signal}` : '';
  const ranMs = Date.parse(ended.finishedAt ?? '') - Date.parse(ended.startedAt ?? '');
  const after = Number.isNaN(ranMs) ? '' : `, ${spokenDuration(ranMs)} after its start`;
  const said = message.trim() === '' ? '' : `: ${message.trim()}`;
  return `it ended with exit code ${exitCode}${how}${by}${memory}${after}${said}`;
}

/** What its probe or hook said last: events alone have that, and how often. */
export function probeFact(events: readonly Event[]): readonly string[] {
  const last = events.findLast(({ reason }) => ['Unhealthy', 'FailedPostStartHook'].includes(reason ?? ''));
  if (last === undefined) return [];
  const { message = '', count = 1 } = last;
  return [`${message.trim()}${count > 1 ? ` (${count} times)` : ''}`];
}
