/** What the gateway of a project goes by: the whole of it is sent, as one line of JSON, whenever it changes. */
export interface GatewayState {
  /** The address on which names are answered. */
  readonly dns: string;
  /** The network whose clients are answered, as `10.1.0.0/16`. */
  readonly network: string;
  readonly services: readonly GatewayService[];
}

/** To each line: what of it could not be done, or why nothing of it was. */
export type FeedAnswer = { readonly failures: readonly string[] } | { readonly refused: string };

export interface GatewayService {
  readonly name: string;
  readonly namespace: string;
  /** Unset: it is headless, or stands for another name. */
  readonly address?: string;
  /** The name that it stands for. */
  readonly cname?: string;
  /** Connections of one client go to one target until it was silent for so long. */
  readonly affinityMs?: number;
  /** Of one that has an address. */
  readonly ports: readonly GatewayPort[];
  /** Of one that is headless. */
  readonly hosts: readonly GatewayHost[];
}

export interface GatewayPort {
  /** '' for the only one. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  /** Where new connections go; empty: they are refused. */
  readonly targets: readonly GatewayTarget[];
}

export interface GatewayTarget {
  readonly address: string;
  readonly port: number;
}

/** A Pod behind a headless Service. */
export interface GatewayHost {
  /** Its name below the Service's. */
  readonly name: string;
  readonly address: string;
  readonly ports: readonly { readonly name: string; readonly protocol: 'TCP' | 'UDP'; readonly port: number }[];
}
