/** States without a plan: what is to be, or what the engine holds. */
import type { Project } from '../../model/project.ts';
import { beginDraft, commit } from './draft.ts';
import { noteLives } from '../step/lives.ts';
import { applyProject } from '../step/project-pods.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { State } from './state.ts';
import { takeLook } from '../step/take-look.ts';

export function seenState(state: State, snapshot: Snapshot, nowMs: number): State {
  const draft = beginDraft(state);
  takeLook(draft, snapshot, Infinity, nowMs);
  noteLives(draft, true, nowMs);
  return commit(draft);
}

/** The state of a supervisor that has not looked yet. */
export function stateWith(state: State, project: Project): State {
  const draft = beginDraft({ ...state, file: project });
  applyProject(draft, project);
  return commit(draft);
}
