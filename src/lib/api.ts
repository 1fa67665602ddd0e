/** The library's public types. They stand for themselves: what imports podrun needs no other package's. */

/** How to bring an instance up. */
export interface UpOptions {
  /** The file, a folder of manifests, or several, each over those before it; unset: `pods.yaml` in `cwd` or above it. */
  readonly file?: string | readonly string[];
  /** Where the file is looked for and what its relative path begins from; unset: the process's working directory. */
  readonly cwd?: string;
  /** Variables for the file, and what podrun itself reads of its environment, over the process's own. `undefined` takes one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whose Pods run, as `--profile`. */
  readonly profiles?: readonly string[];
  /** These Pods or workloads alone, and what they depend on; unset: all of the file. */
  readonly pods?: readonly string[];
  /** How many Pods a Deployment or StatefulSet has, by its name. */
  readonly scale?: Readonly<Record<string, number>>;
  /** How long the start may take, images included, in milliseconds; unset: five minutes; 0: as long as it takes. */
  readonly timeoutMs?: number;
  /** Publish the host ports of the file; unset: each is a free one, so that instances never meet. */
  readonly keepPorts?: boolean;
  /** The engine, as DOCKER_HOST; unset: the one that the environment leads to. */
  readonly host?: string;
  /** Gives the start up when it is aborted: what there is goes, and `up` rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Is given what `podrun run` prints on standard error, line by line; unset: nothing is told. */
  readonly onProgress?: (line: string) => void;
}

/** An instance of the project that is up, until `down`. */
export interface Instance extends AsyncDisposable {
  /** Its name on the engine: `podrun -p NAME logs` leads to it. */
  readonly name: string;
  /** The file's `endpoints`, `PODRUN_PROJECT`, and `PODRUN_ENDPOINTS`, a JSON file with every published port: for `process.env`. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Where a published port is reached from this machine.
   * @param pod a Pod, or a workload or Service of one, as on the command line: `db`, `deploy/web`
   * @param port its number in the Pod, `53/udp`, or its name
   */
  endpoint(pod: string, port: number | string): Endpoint;
  /** Every published port, by Pod and then as `5432/tcp`. */
  endpoints(): Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;
  /** A Pod, by the names of the command line. It is looked up anew at each call, so it may be replaced meanwhile. */
  pod(name: string): Pod;
  /** All Pods as they are now. */
  pods(): readonly PodObject[];
  /** What has happened, oldest first. */
  events(): Promise<readonly Event[]>;
  /** Takes all of it down, volumes too; resolves when nothing is left. Again: the same promise. */
  down(options?: DownOptions): Promise<void>;
}

export interface DownOptions {
  /** Overrides every Pod's own grace period; 0 kills at once. */
  readonly graceSeconds?: number;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** `127.0.0.1:5432`, as the endpoint is in a template: `http://${shop.endpoint('web', 80)}/`. */
  readonly address: string;
  toString(): string;
}

/** One Pod of an instance. */
export interface Pod {
  /** As it is now, as Kubernetes has it. */
  get(): PodObject;
  /** What a container has written up to now, both streams. */
  logs(options?: LogOptions): Promise<string>;
  /** Runs a command in a container to its end. A code that is not 0 is no error. */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Restarts its containers, or one of them; resolves when they have begun anew and the Pod is Ready again. */
  restart(options?: ContainerOptions & WaitOptions): Promise<void>;
  /** Deletes it; resolves when it is gone. The file's Pods are made anew: `ready` waits for that. */
  delete(options?: DownOptions & WaitOptions): Promise<void>;
  /** Sets a condition, for a readiness gate. */
  condition(type: string, status: 'True' | 'False' | 'Unknown', why?: ConditionReason): Promise<void>;
  /** Resolves when it is Ready, or has Succeeded. */
  ready(options?: WaitOptions): Promise<void>;
}

export interface WaitOptions {
  /** In milliseconds; unset: one minute; 0: as long as it takes. */
  readonly timeoutMs?: number;
}

export interface ContainerOptions {
  /** Unset: the first, or the one that the annotation `kubectl.kubernetes.io/default-container` names; to restart: all. */
  readonly container?: string;
}

export interface LogOptions extends ContainerOptions {
  /** Only the last so many lines. */
  readonly tail?: number;
  /** Of the instance before the last restart. */
  readonly previous?: boolean;
}

export interface ExecOptions extends ContainerOptions {
  /** The command's standard input; unset: it is empty. */
  readonly input?: string | Uint8Array;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ConditionReason {
  readonly reason?: string;
  readonly message?: string;
}

/** A Kubernetes Pod, as `kubectl get -o json` prints it; the fields that tests ask for are typed. */
export interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: {
    readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly conditions?: readonly PodCondition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}

/** A Kubernetes Event. */
export interface Event {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly fieldPath?: string;
  };
}

/** Why a Pod is not as it should be. */
export interface PodDiagnosis {
  /** `web`, or `NAMESPACE/web` outside `default`. */
  readonly pod: string;
  /** kubectl's STATUS. */
  readonly status: string;
  /** `0/1` */
  readonly ready: string;
  /** What concerns the Pod as a whole, in sentences. */
  readonly causes: readonly string[];
  /** The containers that are in the way. */
  readonly containers: readonly {
    readonly name: string;
    /** What it does, and why. */
    readonly state: string;
    readonly exitCode?: number;
    /** Its last end, its restarts and its probe, in sentences. */
    readonly facts: readonly string[];
    /** The last lines that it wrote. */
    readonly log: readonly string[];
  }[];
}
