/** Probes and lifecycle hooks. */
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
