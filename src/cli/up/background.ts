/** `podrun up -d`: a podrun that supervises in the background, in a session of its own; docs/decisions/background.md. */
import type { World } from '../../run/world.ts';
import { openSupervisorLog } from '../../state/supervisor-log.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import type { Supervisor } from '../session.ts';
import { backgroundWord } from './background-word.ts';
import type { UpOptions } from './up-options.ts';

/** What it is told: on its standard input, as JSON. */
export interface BackgroundOrder {
  readonly options: UpOptions;
  /** Where the project's state is. */
  readonly folder: string;
  /** What `-f -` reads, in base64. */
  readonly stdin?: string;
}

/** It has the project's lock; or another podrun was faster, and what it said of that. */
export type Begun = { readonly kind: 'begun' } | { readonly kind: 'owned'; readonly text: string };

/**
 * Resolves when it has the project's lock, or another podrun has. Rejects with its own exit code where it ends before, once
 * its words are told.
 * @param stdin what standard input held
 */
export async function startBackground(
  world: World,
  { folder }: Supervisor,
  options: UpOptions,
  project: { readonly name: string },
  stdin: Buffer | undefined,
): Promise<Begun> {
  const order: BackgroundOrder = {
    options,
    folder,
    ...(stdin === undefined ? {} : { stdin: stdin.toString('base64') }),
  };
  const child = world.startSelf([backgroundWord, project.name], JSON.stringify(order), openSupervisorLog(folder));
  const { text, hasBegun } = await child.said;
  if (hasBegun) {
    child.letGo();
    return { kind: 'begun' };
  }
  const code = await child.ended;
  if (code === exitCode.owned) return { kind: 'owned', text };
  const message = 'the podrun in the background ended before it began; podrun logs --supervisor has its words';
  if (text === '') throw new CommandError(exitCode.failed, message);
  world.stderr.write(text);
  throw new CommandError(code, '');
}
