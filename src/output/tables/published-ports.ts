import { isIPv6 } from 'node:net';

/** What is asked of a container, as the model and Kubernetes' objects have it. */
interface WithPorts {
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: string;
    readonly hostPort?: number;
    readonly hostIP?: string;
  }[];
}

export interface PublishedPort {
  /** `8080/tcp` */
  readonly port: string;
  readonly name: string | undefined;
  /** `127.0.0.1:18080` */
  readonly address: string;
}

/** The published ports of a Pod's containers, in their order. */
export function publishedPorts(containers: readonly WithPorts[]): readonly PublishedPort[] {
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ name, containerPort, protocol = 'TCP', hostPort, hostIP = '127.0.0.1' }) =>
      hostPort === undefined
        ? []
        : [
            {
              port: `${containerPort}/${protocol.toLowerCase()}`,
              name,
              address: `${isIPv6(hostIP) ? `[${hostIP}]` : hostIP}:${hostPort}`,
            },
          ],
    ),
  );
}
