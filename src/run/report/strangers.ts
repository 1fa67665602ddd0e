/** What is on the engine beside the Pods of the file. */
import { surroundingsOf } from '../../core/runtime/observed.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import { livesOf } from '../../core/state/state.ts';
import type { State } from '../../core/state/state.ts';
import { orphansOf } from '../../core/step/reconcile.ts';

/** A line each for Pods that the file does not name, and for objects with our labels under another name. */
export function strangerLines({ project, shared, rest, pods, self }: State): readonly string[] {
  const lives = livesOf({ pods });
  const { strangers } = surroundingsOf(rest, lives);
  const orphans = self.removeOrphans ? [] : orphansOf(lives, project, shared.known).map(podLabel);
  return [
    ...(orphans.length === 0 ? [] : [`orphans, not in the file: ${orphans.join(', ')}; --remove-orphans deletes them`]),
    ...(strangers.length === 0 ? [] : [`not podrun’s although they carry its label: ${strangers.join(', ')}`]),
  ];
}
