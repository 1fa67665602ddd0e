/**
 * What a project's files mean once every default is filled in. Field names and units are Kubernetes' own
 * (`...Seconds` are seconds); the manifest room makes these, every other room only reads them.
 */

export interface Project {
  /** The project's name: a DNS-1123 label. */
  readonly name: string;
  /** The absolute path of the folder the project comes from. */
  readonly dir: string;
  /** Sorted by namespace, then name; a (namespace, name) occurs once. */
  readonly pods: readonly Pod[];
  /** The persistent volumes that the file declares or a Pod claims, sorted by name. */
  readonly claims: readonly Claim[];
}

export interface Claim {
  readonly name: string;
  readonly namespace: string;
}

export interface Pod {
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

export interface PodSpec {
  readonly restartPolicy: RestartPolicy;
  readonly terminationGracePeriodSeconds: number;
  /** Unset: the Pod's name, cut to 63 characters. */
  readonly hostname?: string;
  readonly shareProcessNamespace: boolean;
  /** In order; those with restartPolicy Always are sidecars. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  /** Conditions that must be True, besides the containers' readiness, for the Pod to be Ready. */
  readonly readinessGates: readonly { readonly conditionType: string }[];
  /** From the Pod's start: then it is Failed, and ended. */
  readonly activeDeadlineSeconds?: number;
  readonly volumes: readonly Volume[];
}

export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: ImagePullPolicy;
  /** Replaces the image's ENTRYPOINT and drops its CMD. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** In the file's order: a later entry wins and may use `$(EARLIER)`. */
  readonly env: readonly EnvVar[];
  readonly ports: readonly ContainerPort[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
  /** Only of an init container: Always makes it a sidecar. */
  readonly restartPolicy?: 'Always';
}

export interface Lifecycle {
  readonly postStart?: LifecycleHandler;
  readonly preStop?: LifecycleHandler;
  /** Over the image's STOPSIGNAL; as Kubernetes writes it, `SIGUSR1`. */
  readonly stopSignal?: string;
}

/** Exactly one is set. */
export interface LifecycleHandler {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: HttpGetAction;
  readonly sleep?: { readonly seconds: number };
}

export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Unset: the port is not published. */
  readonly hostPort?: number;
  /** Set where hostPort is; 127.0.0.1 unless the file says otherwise. */
  readonly hostIP?: string;
}

export interface VolumeMount {
  /** A volume of the Pod. */
  readonly name: string;
  /** Absolute. */
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Relative, without `..`. */
  readonly subPath?: string;
}

/** Exactly one source is set. */
export interface Volume {
  readonly name: string;
  readonly emptyDir?: EmptyDir;
  readonly hostPath?: HostPath;
  readonly persistentVolumeClaim?: PersistentVolumeClaimSource;
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

/** Exactly one handler is set. */
export interface Probe {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: HttpGetAction;
  readonly tcpSocket?: TcpSocketAction;
  readonly grpc?: GrpcAction;
  readonly initialDelaySeconds: number;
  readonly timeoutSeconds: number;
  readonly periodSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** The grace of a kill by this liveness or startup probe; unset: the Pod's. */
  readonly terminationGracePeriodSeconds?: number;
}

export interface HttpGetAction {
  readonly path: string;
  /** A number, or the name of one of the container's ports. */
  readonly port: number | string;
  /** Unset: the Pod's own address. */
  readonly host?: string;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly httpHeaders: readonly { readonly name: string; readonly value: string }[];
}

export interface GrpcAction {
  readonly port: number;
  /** '' asks for the server as a whole. */
  readonly service: string;
}

export interface TcpSocketAction {
  readonly port: number | string;
  readonly host?: string;
}

/** One finding in a file; all findings are reported at once. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** The file as the user named it. */
  readonly file: string;
  /** From 1; the first character under the caret. */
  readonly line: number;
  readonly col: number;
  /** How many characters of that line the caret underlines, at least 1. */
  readonly width: number;
  /** The field's path as Kubernetes writes it (`spec.containers[0].image`), or '' for the file as a whole. */
  readonly path: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}
