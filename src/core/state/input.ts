/** What a step takes in, and what it gives back. */
import type { Project } from '../../model/project.ts';
import type { Failure } from '../runtime/action.ts';
import type { Outcome } from '../runtime/outcome.ts';
import type { Check, HookResult, ProbeResult } from '../probes/check.ts';
import type { DeleteCommand, RestartCommand } from '../pod/command.ts';
import type { HandChange } from '../objects/hand.ts';
import type { CreateJob } from './cron-memory.ts';
import type { HoldCommand, ReleaseCommand } from '../admission/hold-command.ts';
import type { Files } from './files.ts';
import type { CustomCondition, Labels } from '../runtime/labels.ts';
import type { HookRun, Planned } from './planned.ts';
import type { Intent } from './self.ts';
import type { EngineContainer, Snapshot } from '../runtime/snapshot.ts';
import type { State } from './state.ts';

export type Input =
  /** The file as it is now, valid. */
  | { readonly kind: 'project'; readonly project: Project }
  /** What the files are now that the project's `onChange` rules name. */
  | { readonly kind: 'files'; readonly files: Files }
  /** What the engine held; `sinceOutcome` is {@link State.outcomes} of when the look began. */
  | { readonly kind: 'looked'; readonly snapshot: Snapshot; readonly sinceOutcome: number }
  /** What became of a few containers; all else is as it was. `sinceOutcome` as for a look. */
  | { readonly kind: 'seen'; readonly seen: readonly Sight[]; readonly sinceOutcome: number }
  | { readonly kind: 'lookFailed'; readonly failure: Failure }
  /** A field of a workload is changed by hand; `object` is its key. */
  | { readonly kind: 'hand'; readonly object: string; readonly change: HandChange }
  | { readonly kind: 'outcome'; readonly target: string; readonly outcome: Outcome }
  | { readonly kind: 'checked'; readonly check: Check; readonly result: ProbeResult }
  | { readonly kind: 'hooked'; readonly hook: HookRun; readonly result: HookResult }
  /** A condition set by hand, for a readiness gate. */
  | { readonly kind: 'condition'; readonly pod: string; readonly type: string; readonly condition: CustomCondition }
  | RestartCommand
  | DeleteCommand
  | HoldCommand
  | CreateJob
  | ReleaseCommand
  | { readonly kind: 'intent'; readonly intent: Intent }
  /** The gateway has acknowledged the project's Services, or nothing is to wait for that any longer. */
  | { readonly kind: 'served' }
  | { readonly kind: 'tick' };

/** A container that was looked at on its own. */
export interface Sight {
  readonly id: string;
  /** Its labels, also when it is gone. */
  readonly labels: Labels;
  /** Unset: it is gone. */
  readonly container?: EngineContainer;
}

export type Effect =
  | { readonly kind: 'perform'; readonly planned: Planned }
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'hook'; readonly hook: HookRun }
  /** Ask the engine what is there. */
  | { readonly kind: 'look' };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** When to call again if nothing else happens; Infinity: not at all. */
  readonly wakeAtMs: number;
  /** All is as the file (or the intent) says, and nothing is under way. */
  readonly settled: boolean;
}
