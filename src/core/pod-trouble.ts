/** Why a Pod gets no further, where no container of it says so: its sandbox, or what its volumes take. */
import type { Pod } from '../manifest/types.ts';
import { mountText } from './mount-text.ts';
import type { ObservedPod } from './observed.ts';
import { sandboxOf } from './sandbox.ts';
import type { State } from './state.ts';

/** In the engine's words; undefined where nothing is wrong. */
export function podTrouble(state: State, pod: Pod, observed: ObservedPod | undefined): string | undefined {
  if (sandboxOf(observed).kind === 'ready') return volumeTrouble(state, observed);
  return hostPathTrouble(state, pod) ?? sandboxTrouble(state, observed);
}

/** Why a Pod that is not there yet waits: a host path is not what the file says. */
function hostPathTrouble({ memory }: State, { spec }: Pod): string | undefined {
  for (const { name, hostPath } of spec.volumes) {
    const retry = hostPath && memory.retries.get(`prepareHostPath ${hostPath.type} ${hostPath.path}`);
    if (retry !== undefined) return mountText(name, retry.failure.message);
  }
  return undefined;
}

/** Why no container starts: what a volume is to hold is missing. */
function volumeTrouble({ memory }: State, observed: ObservedPod | undefined): string | undefined {
  for (const [key, message] of memory.misconfigured)
    if (observed !== undefined && key.startsWith(`${observed.uid}//`))
      return mountText(key.slice(observed.uid.length + 2), message);
  return undefined;
}

/** Why the sandbox is not made. */
function sandboxTrouble({ memory }: State, observed: ObservedPod | undefined): string | undefined {
  if (observed === undefined) return undefined;
  const verbs = ['createContainer', 'startContainer', 'createVolume', 'prepareVolumes'];
  for (const [key, retry] of memory.retries)
    if (verbs.some((verb) => key.startsWith(`${verb} `)) && key.includes(`.${observed.uid.slice(0, 8)}.`))
      return retry.failure.message;
  return undefined;
}
