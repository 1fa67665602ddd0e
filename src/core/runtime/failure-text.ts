import type { Failure } from './action.ts';

/** For a status or an event, which have no room for the whole output of a build: its last line says most. */
export function briefText({ message, output = '' }: Failure): string {
  const [last = ''] = output.trimEnd().split('\n').slice(-1);
  return last.trim() === '' ? message : `${message}: ${last.trim()}`;
}

/** All that is known of a failure. */
export const failureText = ({ message, detail }: Failure): string =>
  detail === undefined ? message : `${message}: ${detail}`;
