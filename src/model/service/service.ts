/** A Service, with every default filled in. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** The labels of its Pods; unset: it has none. */
  readonly selector?: Readonly<Record<string, string>>;
  /** `None`: it is headless. Unset: an address of podrun's choice. */
  readonly clusterIP?: string;
  /** The name that it stands for, without the last dot: of type ExternalName. */
  readonly externalName?: string;
  readonly ports: readonly ServicePort[];
  /** Pods that are not Ready are endpoints as well. */
  readonly publishNotReadyAddresses?: true;
  /** Connections of one client go to one Pod until it was silent for so long; unset: each goes where it goes. */
  readonly affinitySeconds?: number;
}

export interface ServicePort {
  /** Unset only where there is one port. */
  readonly name?: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** A number, or the name of a port of the Pods. */
  readonly targetPort: number | string;
}

export const isHeadless = ({ clusterIP }: Service): boolean => clusterIP === 'None';

/** It has an address of its own. */
export const hasAddress = (service: Service): boolean => service.type !== 'ExternalName' && !isHeadless(service);
