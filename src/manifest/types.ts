/**
 * What a project's files mean once every default is filled in. Field names and units are Kubernetes' own
 * (`...Seconds` are seconds); the manifest room makes these, every other room only reads them.
 */
import type { Build } from './build.ts';
import type { CronJob } from './cron-types.ts';
import type { OnChange } from './on-change.ts';
import type { PodSecurityContext, SecurityContext } from './security-types.ts';

export interface Project {
  /** The project's name: a DNS-1123 label. */
  readonly name: string;
  /** The absolute path of the folder the project comes from. */
  readonly dir: string;
  /** In the file's order, in which they get room on the machine; a (namespace, name) occurs once. */
  readonly pods: readonly Pod[];
  /** Pods of the file that this podrun leaves as they are, as `NAMESPACE/NAME`: others were named. */
  readonly apart?: readonly string[];
  /** Sorted by namespace, then name; unset where there are none. */
  readonly cronJobs?: readonly CronJob[];
  /** The persistent volumes that the file declares or a Pod claims, sorted by name. */
  readonly claims: readonly Claim[];
  /** ConfigMaps and Secrets, sorted by kind, namespace and name. Their values are nowhere but in here. */
  readonly objects: readonly DataObject[];
}

/** A ConfigMap or a Secret. */
export interface DataObject {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string;
  /** What is text, by key. */
  readonly data: Readonly<Record<string, string>>;
  /** By key, in base64: a ConfigMap's binaryData, and what of a Secret's data is no UTF-8 text. */
  readonly binaryData: Readonly<Record<string, string>>;
  /** Only of a Secret. */
  readonly type?: string;
  /** What it holds cannot be changed. */
  readonly immutable?: true;
}

export interface Claim {
  readonly name: string;
  readonly namespace: string;
}

export interface Pod {
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  /** The names of the Services that select it, sorted; unset where there are none. */
  readonly services?: readonly string[];
  /** What its first start waits for; unset where that is nothing. */
  readonly dependsOn?: readonly Dependency[];
}

/** Another Pod of the project, and what is asked of it. */
export interface Dependency {
  readonly name: string;
  readonly namespace: string;
  readonly condition: 'Ready' | 'Started' | 'Succeeded';
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The controller it belongs to. */
  readonly ownerReference?: OwnerReference;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

export interface PodSpec {
  readonly restartPolicy: RestartPolicy;
  readonly terminationGracePeriodSeconds: number;
  /** Unset: the Pod's name, cut to 63 characters. */
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: true;
  /** The hostname as it is, whatever the three above say; the Pod's names for others stay theirs. */
  readonly hostnameOverride?: string;
  readonly shareProcessNamespace: boolean;
  readonly hostNetwork?: true;
  readonly hostPID?: true;
  readonly hostIPC?: true;
  readonly hostAliases?: readonly HostAlias[];
  /** Unset: ClusterFirst. */
  readonly dnsPolicy?: DnsPolicy;
  readonly dnsConfig?: DnsConfig;
  readonly securityContext?: PodSecurityContext;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  /** Labels that the node must have. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** The one node it may be on. */
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  /** In order; those with restartPolicy Always are sidecars. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  /** Conditions that must be True, besides the containers' readiness, for the Pod to be Ready. */
  readonly readinessGates: readonly { readonly conditionType: string }[];
  /** From the Pod's start: then it is Failed, and ended. */
  readonly activeDeadlineSeconds?: number;
  readonly volumes: readonly Volume[];
}

export interface HostAlias {
  readonly ip: string;
  readonly hostnames: readonly string[];
}

export type DnsPolicy = 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';

export interface DnsConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly { readonly name: string; readonly value?: string }[];
}

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
  /** Set where hostPort is; unless the file says otherwise 127.0.0.1, or 0.0.0.0 with hostNetwork. */
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
  /** As subPath, with `$(VAR)` of the container's environment in it. */
  readonly subPathExpr?: string;
  /** Unset: None. */
  readonly mountPropagation?: 'None' | 'HostToContainer' | 'Bidirectional';
  /** Only of one that is readOnly; unset: Disabled. */
  readonly recursiveReadOnly?: 'Disabled' | 'IfPossible' | 'Enabled';
}

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
  /** It is about a secret: its line is not shown. */
  readonly hidden?: true;
  /** What a cluster has set, by field: all objects of a file are told of at once. */
  readonly leftOut?: readonly string[];
  /** A warning that tells of no mistake: a cluster does it, and podrun does something else. */
  readonly approximates?: true;
}
