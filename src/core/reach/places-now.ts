import { isRunning } from '../pod/restart.ts';
import { recallPod } from '../spec/recall.ts';
import { livesOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { placesOf } from './endpoints.ts';
import type { Place } from './endpoints.ts';

/**
 * Every published port of a project as it is now, each once: of the Pods that run, the newest life of each first, then of those that the
 * file asks for.
 * @param engineHost the engine's machine, where that is another than this one
 */
export function placesNow(state: Pick<State, 'pods' | 'file'>, engineHost?: string): readonly Place[] {
  const running = livesOf(state).filter(({ infras: [infra] }) => infra !== undefined && isRunning(infra.container));
  const all = placesOf([...running.toReversed().map(recallPod), ...(state.file?.pods ?? [])], engineHost);
  const seen = new Set<string>();
  return all.filter(({ namespace, pod, containerPort, protocol }) => {
    const key = `${namespace}/${pod}:${containerPort}/${protocol}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
