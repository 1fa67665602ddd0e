/** Why a Pod gets no further, where no container of it says so: its sandbox, or what its volumes take. */
import { readPartKey } from '../state/part-key.ts';
import type { Pod } from '../../model/pod.ts';
import type { EngineAction } from '../runtime/action.ts';
import { mountText } from '../spec/mount-text.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodMemory } from '../state/pod-memory.ts';
import { sandboxOf } from '../pod/sandbox.ts';
import type { SharedMemory } from '../state/shared-memory.ts';
import type { State } from '../state/state.ts';

/** In the engine's words; undefined where nothing is wrong. */
export function podTrouble(
  { shared }: Pick<State, 'shared'>,
  memory: PodMemory,
  pod: Pod,
  observed: ObservedPod | undefined,
): string | undefined {
  if (sandboxOf(observed).kind === 'ready') return volumeTrouble(memory, observed) ?? trouble(memory, observed, ready);
  return hostPathTrouble(shared, pod) ?? trouble(memory, observed, making);
}

/** Why a Pod that is not there yet waits: a host path is not what the file says. */
function hostPathTrouble({ retries }: SharedMemory, { spec }: Pod): string | undefined {
  for (const { name, hostPath } of spec.volumes) {
    const retry = hostPath && retries.get(`prepareHostPath ${hostPath.type} ${hostPath.path}`);
    if (retry !== undefined) return mountText(name, retry.failure.message);
  }
  return undefined;
}

/** Why no container starts: what a volume is to hold is missing. */
function volumeTrouble({ misconfigured }: PodMemory, observed: ObservedPod | undefined): string | undefined {
  for (const [key, message] of misconfigured) {
    const { uid, container, rest: volume } = readPartKey(key);
    if (uid === observed?.uid && container === '') return mountText(volume, message);
  }
  return undefined;
}

/** What failed last of the Pod's sandbox. */
function trouble(
  { retries }: PodMemory,
  observed: ObservedPod | undefined,
  verbs: ReadonlySet<EngineAction['verb']>,
): string | undefined {
  if (observed === undefined) return undefined;
  const part = `.${observed.uid.slice(0, 8)}.`;
  return [...retries.values()].find(({ verb, target }) => verbs.has(verb) && target.includes(part))?.failure.message;
}

const making: ReadonlySet<EngineAction['verb']> = new Set(['createContainer', 'startContainer', 'createVolume']);

/** What a sandbox that runs has still to get. */
const ready: ReadonlySet<EngineAction['verb']> = new Set(['prepareVolumes']);
