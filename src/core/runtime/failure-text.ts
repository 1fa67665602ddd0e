import type { Failure } from './action.ts';

/** All that is known of a failure. */
export const failureText = ({ message, detail }: Failure): string =>
  detail === undefined ? message : `${message}: ${detail}`;
