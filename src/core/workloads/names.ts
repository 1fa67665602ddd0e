/** The names of Pods that are to begin. */
import { drawnSuffix, MAX_BASE_LENGTH } from '../../model/made-name.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { current } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { drawUid } from '../jobs/made-pods.ts';
import { templateKey } from '../objects/revisions.ts';
import type { Workload } from '../../model/workload.ts';
import { surroundings } from '../state/draft.ts';
import type { Group } from './owned.ts';
import type { FileNames } from './staffing.ts';

/** How a step names Pods. */
export interface Namer {
  /** What is left of the file's names for this template. */
  readonly left: (group: Group) => FileNames;
  /** A name that no Pod has had. */
  readonly draw: (workload: Workload, revision: string) => string;
}

/**
 * The first Pods of a template have the file's names, so that they are known before; all others are drawn by lot, as in a
 * cluster: a name is not used again.
 */
export function namer(draft: Draft): Namer {
  const { objects } = surroundings(draft);
  return {
    left: ({ workload, slots }) => {
      const { revision } = workload;
      const known = draft.shared.staffing.names.get(ownKey(workload));
      if (known !== undefined && (known.revision === revision || isPlain(workload))) return known;
      // What a podrun before this one may have named so is not known.
      const isOld = objects.has(templateKey(workload, revision) ?? ownKey(workload));
      return { revision, left: isOld ? [] : slots.map(({ metadata }) => metadata.name) };
    },
    draw: (workload, revision) => {
      const base = workload.kind === 'Deployment' ? `${workload.name}-${revision}-` : `${workload.name}-`;
      for (;;) {
        const name = base.slice(0, MAX_BASE_LENGTH) + drawnSuffix(drawUid(draft));
        if (current(draft, podKey({ name, namespace: workload.namespace })) === undefined) return name;
      }
    },
  };
}

const ownKey = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;

/** The names of its Pods do not follow from its template. */
const isPlain = ({ kind }: Workload): boolean => kind === 'ReplicaSet' || kind === 'ReplicationController';
