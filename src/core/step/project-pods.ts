/** Gives each Pod what the project says of it now. */
import type { Project } from '../../model/project.ts';
import { current, touch } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { podKey } from '../runtime/pod-ref.ts';

export function applyProject(draft: Draft, project: Project | undefined): void {
  if (project === undefined || project === draft.state.project) return;
  const keys = new Set<string>();
  for (const pod of project.pods) {
    const key = podKey(pod.metadata);
    keys.add(key);
    if (current(draft, key)?.desired !== pod) touch(draft, key).desired = pod;
  }
  for (const { metadata } of draft.state.project?.pods ?? [])
    if (!keys.has(podKey(metadata))) touch(draft, podKey(metadata)).desired = undefined;
  const { known } = draft.shared;
  if (![...keys].every((key) => known.has(key))) draft.shared.known = new Set([...known, ...keys]);
  draft.project = true;
  draft.state = { ...draft.state, project };
}
