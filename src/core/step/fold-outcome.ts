/** What a call that succeeded changes of what the engine is known to hold: in its Pod alone, or in the rest. */
import { current, setLife } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { fold } from './fold.ts';
import { isOurs, podRefOf } from '../runtime/labels.ts';
import type { Labels } from '../runtime/labels.ts';
import type { Answered } from '../runtime/outcome.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { podKey } from '../runtime/pod-ref.ts';

/** @param pod the one that it was done for; undefined: the project */
export function foldOutcome(draft: Draft, pod: PodRef | undefined, done: Answered): void {
  const ref = ownerOf(draft, pod, done);
  if (ref === undefined) {
    const rest = fold(draft.state.rest, done);
    if (rest !== draft.state.rest) draft.state = { ...draft.state, rest };
    return;
  }
  const life = current(draft, podKey(ref))?.lives.find(({ uid }) => uid === ref.uid);
  const before = { containers: [], volumes: [], ...life?.objects, networks: [] };
  const after = fold(before, done);
  if (after !== before) setLife(draft, ref, after);
}

/** The Pod whose object the call made, changed or removed; undefined where it is no Pod's. */
function ownerOf(draft: Draft, pod: PodRef | undefined, { verb, action, result }: Answered): PodRef | undefined {
  switch (verb) {
    case 'createContainer':
      return refOf({ name: result.container.name, labels: result.container.labels });
    case 'createVolume':
      return refOf({ name: action.name, labels: action.labels });
    case 'removeVolume':
    case 'removeContainer':
      return holderOf(draft, pod, action.target);
    default:
      return pod;
  }
}

const refOf = (object: { readonly name: string; readonly labels: Labels }): PodRef | undefined =>
  isOurs(object) ? podRefOf(object.labels) : undefined;

function holderOf(draft: Draft, pod: PodRef | undefined, name: string): PodRef | undefined {
  const life = pod && current(draft, podKey(pod))?.lives.find(({ uid }) => uid === pod.uid);
  const holds = [...(life?.objects.containers ?? []), ...(life?.objects.volumes ?? [])].some(
    (object) => object.name === name,
  );
  return holds ? pod : undefined;
}
