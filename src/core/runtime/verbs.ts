/** What a verb means to the planner: how long its call may take, and for whom it is. */
import type { EngineAction } from './action.ts';

type Verb = EngineAction['verb'];

/** Those that may take minutes: they have a limit of their own, and keep nothing else waiting. */
export const isLong = (verb: Verb): boolean => verb === 'pullImage' || verb === 'buildImage';

/** Calls whose outcome is no single Pod's: others may wait for the same. */
export const isShared = ({ verb }: EngineAction): boolean => sharedVerbs.has(verb);

const sharedVerbs: ReadonlySet<Verb> = new Set([
  'createNetwork',
  'removeNetwork',
  'inspectImage',
  'pullImage',
  'inspectBuild',
  'buildImage',
  'prepareHostPath',
]);

export const retryKey = (action: EngineAction): string => `${action.verb} ${action.target}`;
