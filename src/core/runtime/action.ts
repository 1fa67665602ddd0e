import type { PartKey } from '../state/part-key.ts';
import type { Build } from '../../model/build.ts';
import type { HostPathType } from '../../model/volume.ts';
import type { Cgroup } from './snapshot.ts';

/** How a volume of ours is made. */
export interface VolumeMaking {
  readonly labels: Labels;
  /** A tmpfs shared by all who mount it; unset: a directory on the engine's disk. */
  readonly tmpfs?: { readonly sizeBytes?: number; readonly gid?: number; readonly sticky?: true };
}

/** What a mount leads to: a path on the engine's machine, or a volume by name. */
export type MountSource =
  | { readonly kind: 'bind'; readonly source: string }
  /**
   * An engine that does not find the volume makes it (docs/engines.md#volumes), say for a create that it carries out long
   * after podrun gave it up. It makes it as told here, so that it is known for ours.
   */
  | { readonly kind: 'volume'; readonly source: string; readonly madeAs: VolumeMaking };

/** A mount of a container. */
export type LaunchMount = MountSource & MountTarget;

/** Where a mount appears in the container, and how. */
export interface MountTarget {
  readonly target: string;
  readonly readOnly: boolean;
  /** Relative, without `..`; the engine room keeps it inside the source whatever symlinks a container plants. */
  readonly subPath?: string;
  /** The Pod's volume that it is of; unset on podrun's own. */
  readonly volume?: string;
  /** Nothing may be made there: the subPath is in the image, or the container cannot be made. */
  readonly ofImage?: true;
  /** Only podrun writes to the source: its subPath is there, and needs no proof. */
  readonly trusted?: true;
  readonly propagation?: 'rslave' | 'rshared';
  /** What is mounted below is read only as well: where the engine can, or else not at all. */
  readonly recursiveReadOnly?: 'IfPossible' | 'Enabled';
}

export interface LaunchPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly hostIP: string;
  readonly hostPort: number;
}

interface Launch {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly LaunchMount[];
  readonly hostIpc: boolean;
  /** What the engine itself grants between TERM and KILL, when the machine goes down or a hand says `docker stop`. */
  readonly stopGraceSeconds: number;
}

/** The container that owns a Pod's network, IPC and (when shared) PID namespace, hostname, ports and volumes. */
export interface InfraLaunch extends Launch {
  readonly role: 'infra';
  readonly hostname: string;
  /** What follows the hostname in its own /etc/hosts. */
  readonly domainname?: string;
  /** The project's network; unset for the machine's own. */
  readonly networkId?: string;
  readonly aliases: readonly string[];
  /** `HOST[\tHOST...]:ADDRESS`, for /etc/hosts. */
  readonly extraHosts: readonly string[];
  readonly dns: LaunchDns;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly ports: readonly LaunchPort[];
  /** What it prepares in its volumes when it runs for the first time. */
  readonly roots: readonly VolumeRoot[];
}

/** The Pod's resolver; empty lists are the engine's own setting. */
export interface LaunchDns {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** Who a container runs as and what it may do. */
export interface SecurityLaunch {
  /** `UID[:GID]`; unset: the image's. */
  readonly user?: string;
  readonly groups: readonly string[];
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly readOnlyRoot: boolean;
  /** /proc is not masked. */
  readonly unmasked: boolean;
  /** As the engine's `SecurityOpt`. */
  readonly options: readonly string[];
}

/** The container that serves the project's Services; nothing of it is the user's. */
export interface GatewayLaunch extends Launch {
  readonly role: 'gateway';
  readonly networkId: string;
  /** The path of its program on podrun's machine. */
  readonly program: string;
  /** The addresses that lead to it, as `172.18.128.0/17`. */
  readonly range: string;
}

/** One instance of a Pod's container, joined to the infra. */
export interface ContainerLaunch extends Launch {
  readonly role: 'container';
  readonly infraId: string;
  /** As `linux/arm64`; unset: the image's, whatever it is. */
  readonly platform?: string;
  readonly sharePid: boolean;
  readonly hostPid: boolean;
  readonly security: SecurityLaunch;
  readonly cgroup: Cgroup;
  readonly stdin: 'closed' | 'open' | 'once';
  readonly tty: boolean;
  /** The file for its termination message in the infra, where it is still to be made. */
  readonly messageFile?: string;
  /** Replaces the image's ENTRYPOINT and drops its CMD. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly (readonly [name: string, value: string])[];
}

/** A subPath that must be proven to lie inside its volume around the start: see docs/decisions. */
export interface SubPathGuard {
  /** The running infra, which mounts every volume of the Pod. */
  readonly infraId: string;
  /** Where the infra mounts the volumes. */
  readonly roots: readonly string[];
  /** Running containers that could plant a symlink: paused while the start is checked. */
  readonly pauseIds: readonly string[];
}

/** One call to the engine (or the few that are one in effect). `target` names the object: one call in flight each. */
export type EngineAction =
  | {
      readonly verb: 'createNetwork';
      readonly target: string;
      readonly name: string;
      readonly labels: Labels;
      /** Containers get addresses of the lower half alone: the upper is for Services. */
      readonly halved?: true;
    }
  | { readonly verb: 'removeNetwork'; readonly target: string; readonly id: string }
  | ({ readonly verb: 'createVolume'; readonly target: string; readonly name: string } & VolumeMaking)
  | {
      readonly verb: 'removeVolume';
      readonly target: string;
      readonly name: string;
      /** A container may have written to it. */
      readonly holdsData?: true;
    }
  | { readonly verb: 'inspectImage'; readonly target: string; readonly image: string; readonly platform?: string }
  | {
      readonly verb: 'pullImage';
      readonly target: string;
      readonly image: string;
      /** As `linux/arm64`; unset: the engine's own. */
      readonly platform?: string;
      /** Tried before the user's own, in this order; each for its registry alone. Nothing may show them. */
      readonly logins?: readonly RegistryLogin[];
    }
  /** Is the image there, made of what its build would be made of now? */
  | { readonly verb: 'inspectBuild'; readonly target: string; readonly image: string; readonly build: Build }
  | {
      readonly verb: 'buildImage';
      readonly target: string;
      readonly image: string;
      readonly build: Build;
      /** For what the Dockerfile begins from, over the user's own. Nothing may show them. */
      readonly logins?: readonly RegistryLogin[];
      /** What `build.secrets` names, in base64 by the Dockerfile's name. Nothing may show them. */
      readonly secrets?: Readonly<Record<string, string>>;
      /** No step is taken from the builder's cache. */
      readonly noCache?: true;
      /** What the Dockerfile begins from is pulled, also where the engine has it. */
      readonly pull?: true;
    }
  /** Checks the type of a path on the engine's machine, and makes it where the type says so. */
  | {
      readonly verb: 'prepareHostPath';
      readonly target: string;
      readonly path: string;
      readonly type: HostPathType;
      /** The helper's name. */
      readonly name: string;
      /** The image of the helper. */
      readonly image: string;
      readonly labels: Labels;
    }
  | {
      readonly verb: 'createContainer';
      readonly target: string;
      readonly launch: InfraLaunch | ContainerLaunch | GatewayLaunch;
    }
  /** Waits until a running infra has prepared its Pod's fresh volumes, and does it where the infra does not. */
  | {
      readonly verb: 'prepareVolumes';
      readonly target: string;
      readonly id: string;
      readonly roots: readonly VolumeRoot[];
    }
  /** Puts an image's files into a volume, through the infra that mounts it at `path`. */
  | {
      readonly verb: 'copyImage';
      readonly target: string;
      readonly image: string;
      readonly infraId: string;
      readonly path: string;
      /** The helper's name and labels. */
      readonly name: string;
      readonly labels: Labels;
    }
  /** Gives what a volume holds to a group, through the infra that mounts it at `path`. */
  | {
      readonly verb: 'ownVolume';
      readonly target: string;
      readonly id: string;
      readonly path: string;
      readonly gid: number;
      /** Only where its root is not the group's already. */
      readonly onMismatch: boolean;
    }
  /** What volumes that only podrun writes to hold, seen through the infra: `target` is its name. */
  | { readonly verb: 'readVolumes'; readonly target: string; readonly id: string; readonly paths: readonly string[] }
  /** Puts files of podrun's machine into a container and removes others, then notes through the infra what it holds. */
  | {
      readonly verb: 'syncFiles';
      readonly target: string;
      readonly id: string;
      /** `UID/CONTAINER`. */
      readonly key: PartKey;
      /** The folders that they are put into. */
      readonly targets: readonly string[];
      /** Removed first. Paths in the container, which runs where there are any; one above another comes before it. */
      readonly remove: readonly string[];
      /** Folders of what is put where a file or a link may stand: through a link another file would be written. */
      readonly folders: readonly string[];
      readonly put: readonly SyncedFile[];
      readonly after: SyncedFiles;
      readonly record: { readonly infraId: string; readonly path: string };
    }
  /** What was noted of a container by the last sync, seen through the infra. */
  | {
      readonly verb: 'readSynced';
      readonly target: string;
      readonly id: string;
      readonly path: string;
      readonly key: PartKey;
    }
  /** How much volumes hold, seen through the infra. */
  | { readonly verb: 'measureVolumes'; readonly target: string; readonly id: string; readonly paths: readonly string[] }
  /** Gives such volumes new content, each at once as a whole (pkg/volume/util/atomic_writer.go). */
  | {
      readonly verb: 'fillVolumes';
      readonly target: string;
      readonly id: string;
      readonly volumes: readonly VolumeContent[];
    }
  | {
      readonly verb: 'startContainer';
      readonly target: string;
      readonly id: string;
      readonly guard?: SubPathGuard;
      /** It was made with an oom_score_adj below 0, which not every engine may set. */
      readonly lowScore?: true;
    }
  | {
      readonly verb: 'updateContainer';
      readonly target: string;
      readonly id: string;
      readonly cgroup: Cgroup;
    }
  | { readonly verb: 'killContainer'; readonly target: string; readonly id: string; readonly signal: string }
  | { readonly verb: 'unpauseContainer'; readonly target: string; readonly id: string }
  /** Also ends it when it runs. Anonymous volumes go with it, named ones stay. */
  | { readonly verb: 'removeContainer'; readonly target: string; readonly id: string };

/** How a docker config logs in to a registry: by `auth`, the base64 of `USER:PASSWORD`, or by the two, or by a token. */
export interface RegistryLogin {
  /** The key of the config's `auths`: a host, or a URL of it. */
  readonly registry: string;
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** A directory or file in a fresh volume, by its path in the infra. */
export interface VolumeRoot {
  readonly path: string;
  readonly mode: number;
  /** Unset: root's. */
  readonly gid?: number;
  /** What the file holds; unset: it is a directory. */
  readonly text?: string;
}

/** The files of one volume as one version. */
export interface VolumeContent {
  /** Where the infra mounts the volume. */
  readonly path: string;
  /** The name of the version's directory: `..` and its time. */
  readonly version: string;
  /** The version that it is known to follow: also where that is the later one by its time, for a clock may be set back. */
  readonly replaces?: string;
  readonly files: readonly ContentFile[];
  /** The group of all of it; unset: root's. */
  readonly gid?: number;
}

export interface ContentFile {
  /** Relative, without `..`. */
  readonly path: string;
  readonly mode: number;
  readonly text?: string;
  /** What is no text. */
  readonly base64?: string;
}

export interface SyncedFile {
  /** In the container. */
  readonly path: string;
  /** On podrun's machine. */
  readonly from: string;
}

/** What a container holds of the folders that are synced into it. */
export interface SyncedFiles {
  /** The id of the instance that it is known of. */
  readonly instance: string;
  /** How each file prints, by its path in the container. */
  readonly files: Readonly<Record<string, string>>;
  /** What was there once in the Pod's life and is no more: an image or a volume may bring it to a new instance. */
  readonly gone: readonly string[];
  /** What of that this instance may still hold. */
  readonly pending: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

export type Verb = EngineAction['verb'];

/**
 * How a call failed, as far as it decides what is done next.
 * - away: the engine does not answer; nothing is known
 * - unknown: no answer in time, or cut off; it may have happened: look before acting
 * - gone: the object is not there
 * - conflict: the object is in another state than thought: look before acting
 * - noImage: the image is not on the engine, or is not what its build would give
 * - noSandbox: the infra does not run; no attempt of the container is counted
 * - config: what the container's configuration takes cannot be had, say a subPath that leads out of its volume
 * - refused: the engine said no; its words are the message
 */
export type FailureKind = 'away' | 'unknown' | 'gone' | 'conflict' | 'noImage' | 'noSandbox' | 'config' | 'refused';

export interface Failure {
  readonly kind: FailureKind;
  /** The engine's own words. */
  readonly message: string;
  /** What a status leaves out, as Kubernetes does; events and `up` tell it. */
  readonly detail?: string;
  /** The same would fail in the same way: a build is tried again when its context is another. */
  readonly lasting?: true;
  /** All that the failed step of a build wrote, in its order, with line ends. It is told once, and no status has it. */
  readonly output?: string;
}
