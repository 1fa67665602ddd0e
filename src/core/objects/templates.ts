/**
 * The templates of before, to go back to (docs/decisions/revisions.md). Their records have no value of a variable, which may
 * be a secret: it comes from what runs, or from the file, and a fingerprint tells whether it is the one of then.
 */
import type { Pod } from '../../model/pod.ts';
import { revisionIn } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import { groupOfLife } from '../admission/workload.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { recallWhole } from '../spec/recall.ts';
import { surroundingsOf } from '../runtime/observed.ts';
import { livesOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import type { Staffing } from '../workloads/staffing.ts';
import { containersOf, mapContainers, refilled } from './kept-template.ts';
import { templateKey } from './revisions.ts';

/** Where templates may be found. */
export interface TemplateSources {
  readonly templates: Staffing['templates'];
  readonly recordOf: (key: string) => ObjectRecord | undefined;
  readonly lives: Iterable<ObservedPod>;
}

/**
 * A Pod of that template; undefined where its variables' values are nowhere any more.
 * @param workload as the file has it
 */
export function templateOf(
  { templates, recordOf, lives }: TemplateSources,
  workload: Workload,
  revision: string,
): Pod | undefined {
  const { namespace, kind, name, declared } = workload;
  const group = `${namespace}/${kind}/${name}`;
  const known = templates.get(group)?.get(revision);
  if (known !== undefined) return known;
  // A StatefulSet's first Pod alone is as its template's is.
  const isLike = (life: ObservedPod): boolean =>
    groupOfLife(life) === group &&
    revisionIn(life.facts?.live.labels, kind) === revision &&
    (kind !== 'StatefulSet' || life.name === declared.template?.metadata.name);
  const [live] = [...lives].filter(isLike).flatMap((life) => recallWhole(life) ?? []);
  const kept = recordOf(templateKey(workload, revision) ?? '')?.template;
  const sources = [live, declared.template].filter((each) => each !== undefined);
  const found = kept && sources.map((source) => refilled(kept, source)).find((pod) => pod !== undefined);
  const pod = found ?? live;
  return pod && withFileFields(pod, declared.template);
}

/** That is as the file says now; a build where the image is the one that it makes. */
function withFileFields(pod: Pod, now: Pod | undefined): Pod {
  const { services, dependsOn } = now ?? {};
  const built = mapContainers(pod, (container) => {
    const other = now && containersOf(now).find(({ name }) => name === container.name);
    const build = other?.image === container.image ? other.build : undefined;
    return build === undefined ? container : { ...container, build };
  });
  return {
    ...built,
    ...(services === undefined ? {} : { services }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
  };
}

/** Where a state may have templates of before. */
export function sourcesOf({ shared, rest, pods }: Pick<State, 'shared' | 'rest' | 'pods'>): TemplateSources {
  const observed = surroundingsOf(rest, []).objects;
  return {
    templates: shared.staffing.templates,
    recordOf: (key) => shared.records.get(key) ?? observed.get(key)?.record,
    lives: livesOf({ pods }),
  };
}
