/** A claim's files belong to the Pod's fsGroup (pkg/volume/volume_linux.go SetVolumeOwnership). */
import type { Life } from '../pod/life.ts';
import { claimVolumeName } from '../runtime/names.ts';
import { want } from '../state/planner.ts';
import { infraMountPath } from '../spec/pod-volumes.ts';

/**
 * Gives each claim to the Pod's group, in every sandbox once before its containers; true when all have been given. Where a
 * container was made in this sandbox, all of them were.
 */
export function planClaimOwners(life: Life): boolean {
  const { pod, observed, infra } = life;
  const { fsGroup: gid, fsGroupChangePolicy } = pod.spec.securityContext ?? {};
  const hasBegun = [...observed.instances.values()]
    .flat()
    .some((each) => each.container.joinedTo === infra.container.id);
  if (gid === undefined || hasBegun) return true;
  const onMismatch = fsGroupChangePolicy === 'OnRootMismatch';
  return pod.spec.volumes
    .map(
      ({ name, persistentVolumeClaim: claim }) =>
        claim === undefined || claim.readOnly || planOwner(life, name, claim.claimName, { gid, onMismatch }),
    )
    .every(Boolean);
}

function planOwner(
  { p, observed, infra }: Life,
  volume: string,
  name: string,
  owner: { readonly gid: number; readonly onMismatch: boolean },
): boolean {
  const { id } = infra.container;
  const path = infraMountPath(volume);
  if (p.memory.owned.has(ownedKey(id, path))) return true;
  // Not the infra's: many files take long, and nothing else is to wait for that.
  const target = claimVolumeName(p.self.project, { name, namespace: observed.namespace });
  const because = [{ kind: 'fsGroup', gid: owner.gid }] as const;
  want(p, { action: { verb: 'ownVolume', target, id, path, ...owner }, because, pod: observed });
  return false;
}

/** One volume of one sandbox. */
export const ownedKey = (infraId: string, path: string): string => `${infraId} ${path}`;
