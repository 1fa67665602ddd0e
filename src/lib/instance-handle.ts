/** An instance that is up, as whoever asked for it has it. */
import type { Event as KubernetesEvent } from 'kubernetes-types/core/v1.js';
import { engineHost } from '../core/reach/endpoints.ts';
import { placesNow } from '../core/reach/places-now.ts';
import { podList } from '../core/status/status.ts';
import type { Instance, PodObject } from './api.ts';
import { endpointsBy, findPlace } from './find-place.ts';
import { findPod } from './find-pod.ts';
import { podHandle } from './pod-handle.ts';
import type { Running } from './running.ts';

export interface Own extends Pick<Instance, 'name' | 'env'> {
  readonly events: () => Promise<readonly KubernetesEvent[]>;
  /** Takes all of it down. */
  readonly remove: (graceSeconds?: number) => Promise<void>;
}

export function instanceHandle(running: Running, { name, env, events, remove }: Own): Instance {
  const { world, engine } = running;
  const places = () => placesNow(running.state(), engineHost(engine.info.address));
  let down: Promise<void> | undefined;
  const handle: Instance = {
    ...{ name, env },
    endpoint(word, port) {
      const { metadata } = findPod(running.state(), word, world.clock.nowMs()).pod;
      const pod = { namespace: metadata?.namespace ?? 'default', name: metadata?.name ?? word };
      return findPlace(places(), pod, port);
    },
    endpoints: () => endpointsBy(places()),
    pod: (word) => podHandle(running, word),
    pods: () => podList(running.state(), world.clock.nowMs()) as unknown as readonly PodObject[],
    async events() {
      running.state();
      return events();
    },
    down: ({ graceSeconds } = {}) => (down ??= remove(graceSeconds)),
    [Symbol.asyncDispose]: () => handle.down(),
  };
  return handle;
}
