/** Whose the project is: a folder's, and the latest podrun's that supervises it. */
import type { Draft } from './draft.ts';
import { folderOf } from './folder.ts';
import type { ObservedPod } from './observed.ts';
import type { Self } from './self.ts';

/** A sentence when another folder or a later podrun has the project, as the Pods that the step touches tell. */
export function ousterOf({ touched, state }: Draft): string | undefined {
  return ownerOf(
    [...touched.values()].flatMap(({ lives }) => lives),
    state.self,
  );
}

/** The same for Pods that are on the engine; undefined when the project is this podrun's. */
export function ownerOf(pods: readonly ObservedPod[], self: Self): string | undefined {
  const elsewhere = pods.map(folderOf).find((dir) => dir !== undefined && dir !== self.dir);
  if (elsewhere !== undefined && !self.takeOver)
    return `project ${self.project} belongs to ${elsewhere}, this is ${self.dir}: use another name (-p), or --take-over`;
  const makers = pods.flatMap((pod) => [...pod.infras, ...[...pod.instances.values()].flat()]);
  const later = makers.find(
    ({ supervisor }) =>
      supervisor !== undefined && supervisor.id !== self.id && supervisor.startedAtMs > self.startedAtMs,
  );
  return later === undefined ? undefined : `a later podrun supervises project ${self.project}: this one stops`;
}
