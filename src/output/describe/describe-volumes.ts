/** The volumes of a described Pod (describe.go describeVolumes). */
import type { DownwardAPIVolumeSource, ProjectedVolumeSource, Volume } from 'kubernetes-types/core/v1.js';
import { indent } from '../tables/tabbed.ts';

export function describeVolumes(volumes: readonly Volume[]): readonly string[] {
  if (volumes.length === 0) return ['Volumes:\t<none>'];
  return ['Volumes:', ...volumes.flatMap((volume) => [`  ${volume.name}:`, ...indent(2, sourceLines(volume))])];
}

function sourceLines(volume: Volume): readonly string[] {
  const { hostPath, emptyDir, persistentVolumeClaim, configMap, secret, downwardAPI, projected } = volume;
  if (hostPath !== undefined)
    return [
      'Type:\tHostPath (bare host directory volume)',
      `Path:\t${hostPath.path}`,
      `HostPathType:\t${hostPath.type ?? '<none>'}`,
    ];
  if (emptyDir !== undefined)
    return [
      `Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)`,
      `Medium:\t${emptyDir.medium ?? ''}`,
      `SizeLimit:\t${emptyDir.sizeLimit ?? '<unset>'}`,
    ];
  if (persistentVolumeClaim !== undefined)
    return [
      'Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
      `ClaimName:\t${persistentVolumeClaim.claimName}`,
      `ReadOnly:\t${persistentVolumeClaim.readOnly ?? false}`,
    ];
  if (configMap !== undefined)
    return [
      'Type:\tConfigMap (a volume populated by a ConfigMap)',
      `Name:\t${configMap.name ?? ''}`,
      `Optional:\t${configMap.optional ?? false}`,
    ];
  if (secret !== undefined)
    return [
      'Type:\tSecret (a volume populated by a Secret)',
      `SecretName:\t${secret.secretName ?? ''}`,
      `Optional:\t${secret.optional ?? false}`,
    ];
  if (downwardAPI !== undefined)
    return [
      'Type:\tDownwardAPI (a volume populated by information about the pod)',
      'Items:',
      ...itemLines(downwardAPI),
    ];
  if (projected !== undefined)
    return [
      'Type:\tProjected (a volume that contains injected data from multiple sources)',
      ...projectedLines(projected),
    ];
  return ['<unknown>'];
}

function itemLines({ items = [] }: DownwardAPIVolumeSource): readonly string[] {
  return indent(
    1,
    items.map(
      ({ fieldRef, resourceFieldRef, path }) => `${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ''} -> ${path}`,
    ),
  );
}

function projectedLines({ sources = [] }: ProjectedVolumeSource): readonly string[] {
  return sources.flatMap(({ secret, downwardAPI, configMap, serviceAccountToken }) => {
    if (secret !== undefined) return [`SecretName:\t${secret.name ?? ''}`, `Optional:\t${secret.optional ?? false}`];
    if (downwardAPI !== undefined) return ['DownwardAPI:\ttrue'];
    if (configMap !== undefined)
      return [`ConfigMapName:\t${configMap.name ?? ''}`, `Optional:\t${configMap.optional ?? false}`];
    return serviceAccountToken === undefined
      ? []
      : [`TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds ?? 3600}`];
  });
}
