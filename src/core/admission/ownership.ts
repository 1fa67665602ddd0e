/** Whose the project is: a folder's, and the latest podrun's that supervises it. */
import type { Draft } from '../state/draft.ts';
import { belongsTo, otherFolder } from '../runtime/folder.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { Intent, Self } from '../state/self.ts';

/** A sentence when another folder or a later podrun has the project, as the Pods that the step touches tell. */
export function ousterOf({ touched, state }: Draft): string | undefined {
  const lives = [...touched.values()].flatMap((pod) => pod.lives);
  return ownerOf(lives, state.self, state.intent);
}

/** The same for Pods that are on the engine; undefined when the project is this podrun's. */
export function ownerOf(pods: readonly ObservedPod[], self: Self, { kind }: Intent): string | undefined {
  const elsewhere = self.dir === '' || self.takeOver ? undefined : otherFolder({ pods }, self.dir);
  if (elsewhere !== undefined)
    return `${belongsTo(`project ${self.project}`, elsewhere, self.dir)}: use another name (-p), or --take-over`;
  // What has been told to end goes on with it.
  if (kind === 'down') return undefined;
  const makers = pods.flatMap((pod) => [...pod.infras, ...[...pod.instances.values()].flat()]);
  const later = makers.find(
    ({ supervisor }) =>
      supervisor !== undefined && supervisor.id !== self.id && supervisor.startedAtMs > self.startedAtMs,
  );
  return later === undefined ? undefined : `a newer podrun took over project ${self.project}; exiting`;
}
