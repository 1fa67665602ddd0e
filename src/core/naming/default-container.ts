import type { Pod } from '../../model/pod.ts';

/** The annotation that names the container of a Pod that is meant where none is named. */
const annotation = 'kubectl.kubernetes.io/default-container';

/** The container that is meant where none is named: that of the annotation, else the first (kubectl/pkg/cmd/util/podcmd). */
export function defaultContainer({ metadata, spec }: Pod): { readonly name: string; readonly isNamed: boolean } {
  const annotated = metadata.annotations[annotation];
  const isThere = [...spec.containers, ...spec.initContainers].some(({ name }) => name === annotated);
  if (annotated !== undefined && isThere) return { name: annotated, isNamed: true };
  return { name: spec.containers[0]?.name ?? '', isNamed: false };
}
