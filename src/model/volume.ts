/** The volumes of a Pod. */
import type { ImagePullPolicy, ResourceFieldRef } from './container.ts';

/** Exactly one source is set. */
export interface Volume {
  readonly name: string;
  readonly emptyDir?: EmptyDir;
  readonly hostPath?: HostPath;
  readonly persistentVolumeClaim?: PersistentVolumeClaimSource;
  /** A claim that lives as long as the Pod. */
  readonly ephemeral?: Readonly<Record<string, never>>;
  readonly configMap?: ObjectVolume;
  readonly secret?: ObjectVolume;
  readonly downwardAPI?: { readonly items: readonly DownwardItem[]; readonly defaultMode: number };
  readonly projected?: { readonly sources: readonly ProjectedSource[]; readonly defaultMode: number };
  /** The files of an image, read only. */
  readonly image?: { readonly reference: string; readonly pullPolicy: ImagePullPolicy };
}

/** Where keys of an object become files; without `items` every key, under its own name. */
export interface ObjectFiles {
  readonly name: string;
  readonly optional: boolean;
  readonly items?: readonly KeyToPath[];
}

export interface ObjectVolume extends ObjectFiles {
  /** The permission bits of files without a mode of their own. */
  readonly defaultMode: number;
}

export interface KeyToPath {
  readonly key: string;
  /** Relative, without `..`. */
  readonly path: string;
  readonly mode?: number;
}

/** A field of the Pod, or of a container's resources, as a file; exactly one of the two is set. */
export interface DownwardItem {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceFieldRef;
}

/** Exactly one is set; a token source gives no file. */
export interface ProjectedSource {
  readonly configMap?: ObjectFiles;
  readonly secret?: ObjectFiles;
  readonly downwardAPI?: { readonly items: readonly DownwardItem[] };
}

export interface EmptyDir {
  /** '' is the engine's disk. */
  readonly medium: '' | 'Memory';
  /** A Kubernetes quantity as written, say `64Mi`. */
  readonly sizeLimit?: string;
}

export type HostPathType =
  '' | 'DirectoryOrCreate' | 'Directory' | 'FileOrCreate' | 'File' | 'Socket' | 'CharDevice' | 'BlockDevice';

export interface HostPath {
  /** Absolute, on the engine's machine. */
  readonly path: string;
  readonly type: HostPathType;
}

export interface PersistentVolumeClaimSource {
  readonly claimName: string;
  readonly readOnly: boolean;
}
