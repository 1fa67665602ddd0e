/** A container of a Pod. */
import type { Build } from './build.ts';
import type { OnChange } from './on-change.ts';
import type { Lifecycle, Probe } from './probe.ts';
import type { SecurityContext } from './security.ts';

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** Quantities as written, by resource: `cpu`, `memory` and others. */
export type ResourceList = Readonly<Record<string, string>>;

export interface Resources {
  /** With what follows from the limits filled in. */
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export interface Container {
  readonly name: string;
  readonly image: string;
  /** How podrun makes the image; unset: it is pulled. */
  readonly build?: Build;
  /** What an edit of files does to it, in the file's order; unset: nothing. */
  readonly onChange?: readonly OnChange[];
  /** For which the image is, as `linux/arm64`; unset: the engine's own. */
  readonly platform?: string;
  readonly imagePullPolicy: ImagePullPolicy;
  /** Replaces the image's ENTRYPOINT and drops its CMD. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** In the file's order, all of them before `env`: a later one wins. */
  readonly envFrom?: readonly EnvFromSource[];
  /** In the file's order: a later entry wins and may use `$(EARLIER)`. */
  readonly env: readonly EnvVar[];
  readonly ports: readonly ContainerPort[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
  /** Absolute. Unset: /dev/termination-log. */
  readonly terminationMessagePath?: string;
  /** Unset: File. */
  readonly terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError';
  /** Unset where neither is given. */
  readonly resources?: Resources;
  readonly securityContext?: SecurityContext;
  readonly stdin?: true;
  readonly stdinOnce?: true;
  readonly tty?: true;
  /** Unset: the Pod's. Always makes an init container a sidecar. */
  readonly restartPolicy?: RestartPolicy;
  /** Ends that it restarts after whatever the policy says. */
  readonly restartPolicyRules?: readonly RestartRule[];
}

export interface RestartRule {
  readonly action: 'Restart';
  readonly exitCodes: { readonly operator: 'In' | 'NotIn'; readonly values: readonly number[] };
}

export interface EnvVar {
  readonly name: string;
  /** '' where valueFrom is set. */
  readonly value: string;
  readonly valueFrom?: EnvVarSource;
}

/** Exactly one is set. */
export interface EnvVarSource {
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceFieldRef;
  readonly configMapKeyRef?: KeyRef;
  readonly secretKeyRef?: KeyRef;
}

/** A key of the ConfigMap or Secret of that name in the Pod's namespace. */
export interface KeyRef {
  readonly name: string;
  readonly key: string;
  /** Without it a missing one keeps the container from starting. */
  readonly optional: boolean;
}

export interface ResourceFieldRef {
  /** Unset: the container that asks. */
  readonly containerName?: string;
  /** Say `limits.cpu`. */
  readonly resource: string;
  /** A quantity; 1 unless given. */
  readonly divisor: string;
}

/** Every key of one object as a variable; exactly one of the two is set. */
export interface EnvFromSource {
  readonly prefix: string;
  readonly configMapRef?: ObjectRef;
  readonly secretRef?: ObjectRef;
}

export interface ObjectRef {
  readonly name: string;
  readonly optional: boolean;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Unset: the port is not published. */
  readonly hostPort?: number;
  /** Set where hostPort or autoPort is; unless the file says otherwise 127.0.0.1, or 0.0.0.0 with hostNetwork. */
  readonly hostIP?: string;
  /** The port is to be published on a free port of hostIP: the run room puts hostPort in its place (core/reach/auto-ports.ts). */
  readonly autoPort?: true;
}

export interface VolumeMount {
  /** A volume of the Pod. */
  readonly name: string;
  /** Absolute. */
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Relative, without `..`. */
  readonly subPath?: string;
  /** As subPath, with `$(VAR)` of the container's environment in it. */
  readonly subPathExpr?: string;
  /** Unset: None. */
  readonly mountPropagation?: 'None' | 'HostToContainer' | 'Bidirectional';
  /** Only of one that is readOnly; unset: Disabled. */
  readonly recursiveReadOnly?: 'Disabled' | 'IfPossible' | 'Enabled';
}
