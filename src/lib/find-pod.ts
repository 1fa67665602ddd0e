import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { nameableLife } from '../core/naming/of-observed.ts';
import { preferred } from '../core/naming/preferred.ts';
import { selectNamed } from '../core/naming/select.ts';
import { surroundingsOf } from '../core/runtime/observed.ts';
import type { ObservedPod } from '../core/runtime/observed.ts';
import { podKey } from '../core/runtime/pod-ref.ts';
import { servicesIn } from '../core/services/service-records.ts';
import { livesOf } from '../core/state/state.ts';
import type { State } from '../core/state/state.ts';
import { podList } from '../core/status/status.ts';
import { PodrunError } from './podrun-error.ts';

export interface FoundPod {
  readonly key: string;
  readonly pod: KubernetesPod;
  /** Unset: nothing of it is on the engine yet. */
  readonly life: ObservedPod | undefined;
}

/**
 * The Pod that a word of the command line names, be it in another namespace than `default`; of a workload's or a Service's
 * Pods, and of the lives of one, the best. Throws a PodrunError where there is none.
 */
export function findPod(state: State, word: string, nowMs: number): FoundPod {
  const lives = new Map(livesOf(state).map((life) => [life.uid, life]));
  const kept = servicesIn(surroundingsOf(state.rest, [...lives.values()]).objects);
  const all = podList(state, nowMs).map((pod) => {
    const {
      name = '',
      namespace = 'default',
      labels = {},
      uid = '',
      ownerReferences: [owner] = [],
    } = pod.metadata ?? {};
    const life = lives.get(uid);
    const services = life === undefined ? [] : nameableLife(life, kept).services;
    return { name, namespace, labels, services, pod, life, ...(owner === undefined ? {} : { owner }) };
  });
  const near = selectNamed(all, [word], 'default');
  const selected = typeof near === 'string' || near.pods.length > 0 ? near : selectNamed(all, [word], undefined);
  if (typeof selected === 'string') throw new PodrunError('NotFound', selected);
  const standing = selected.pods.filter(({ pod }) => pod.metadata?.deletionTimestamp === undefined);
  const [best] = preferred(standing.length > 0 ? standing : selected.pods, ({ pod }) => pod, 'attach');
  if (best === undefined || selected.isAll)
    throw new PodrunError('NotFound', selected.missing[0] ?? `the project has no Pod ${word}`);
  return { key: podKey(best), pod: best.pod, life: best.life };
}
