/** The images that a container's start takes: those of the image volumes that it mounts, then its own. */
import type { Container, ImagePullPolicy } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';

export interface ImageUse extends Pick<Container, 'image' | 'platform' | 'build'> {
  readonly policy: ImagePullPolicy;
  /** The field that names it: `containers.app.image`, `volumes.tools.image`. */
  readonly path: string;
  /** The field of its policy. */
  readonly policyField: 'imagePullPolicy' | 'pullPolicy';
}

/** In the order in which the kubelet fails for them (kuberuntime_manager.go SyncPod: toKubeContainerImageVolumes, startContainer). */
export function imageUses(spec: PodSpec, container: Container): readonly ImageUse[] {
  return [...mountedImages(spec, container).map(volumeUse), containerUse(container)];
}

export type ImageVolume = Volume & Required<Pick<Volume, 'image'>>;

/** The image volumes that a container mounts; one that nobody mounts is nobody's trouble. */
export function mountedImages(
  { volumes }: PodSpec,
  { volumeMounts }: Pick<Container, 'volumeMounts'>,
): readonly ImageVolume[] {
  return volumes.filter(
    (volume): volume is ImageVolume =>
      volume.image !== undefined && volumeMounts.some(({ name }) => name === volume.name),
  );
}

export const volumeUse = ({ name, image: { reference, pullPolicy } }: ImageVolume): ImageUse => ({
  image: reference,
  policy: pullPolicy,
  path: `volumes.${name}.image`,
  policyField: 'pullPolicy',
});

export function containerUse({ name, image, platform, build, imagePullPolicy }: Container): ImageUse {
  return {
    image,
    ...(platform === undefined ? {} : { platform }),
    ...(build === undefined ? {} : { build }),
    policy: imagePullPolicy,
    path: `containers.${name}.image`,
    policyField: 'imagePullPolicy',
  };
}
